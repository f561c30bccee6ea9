// SPDX-License-Identifier: LGPL-2.1-or-later
// Answers to queries about a recording, in time and in frames.
#pragma once

#include <gst/gst.h>

#include "common/shared_recording.h"

namespace omv::gst {

/// What the answers are made of. The recording is walked when an answer needs its end.
struct RecordingView {
  SharedRecording& recording;
  const ByteSource& source;
  bool searchable = true;     ///< the source can be read anywhere; else only the position is known
  bool endless = false;       ///< a loop has no duration
  gint64 position_time = -1;  ///< stream time of the frame shown last; -1: none yet
  gint64 position_frame = -1;
};

/// Duration, position, seeking and convert queries; false: not answered.
bool answer_query(const RecordingView& view, GstQuery* query);

}  // namespace omv::gst
