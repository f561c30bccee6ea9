// SPDX-License-Identifier: LGPL-2.1-or-later
// Between the camera's packed rows and GStreamer's padded ones; copies only where the two differ.
#pragma once

#include <gst/gst.h>

#include "omv/base/result.h"
#include "omv/image/image.h"

namespace omv::gst {

/// Hands frames to a source pad: caps first, whenever they change, then buffers in a layout the peer understands.
/// Used by one streaming thread; holds no lock while it pushes events.
class FrameOutput {
 public:
  explicit FrameOutput(GstPad* source_pad) : pad_(source_pad) {}
  ~FrameOutput() { reset(); }
  FrameOutput(const FrameOutput&) = delete;
  FrameOutput& operator=(const FrameOutput&) = delete;

  /// Forgets the caps: the next frame announces them anew.
  void reset();

  /// Announces `info` if it differs from the last one. BINARY is offered as video/x-openmv-binary; a peer that
  /// does not take it gets GRAY8. False: the event was refused or the pad is flushing.
  bool announce(const FrameInfo& info);

  /// The frame as the announced caps promise it. Takes ownership of `packed`, which holds the payload without padding
  /// between rows and nothing else; the same buffer comes back whenever its layout will do. NULL: out of memory
  /// or a buffer shorter than its info says.
  GstBuffer* layout(GstBuffer* packed);

  const FrameInfo& info() const { return info_; }
  const GstCaps* caps() const { return caps_; }

 private:
  enum class Way { as_is, with_meta, pad_rows, expand_binary, complete_422 };
  Way choose_way();
  bool peer_takes_video_meta() const;

  GstPad* pad_;
  FrameInfo info_;
  GstCaps* caps_ = nullptr;
  Way way_ = Way::as_is;
};

/// The payload of a buffer that came from GStreamer, packed: the buffer itself, a part of it that shares its memory,
/// or (padded rows only) a copy. Consumes `buffer`. Errc::truncated when it is smaller than its caps say.
Result<GstBuffer*> pack_frame(GstBuffer* buffer, const FrameInfo& info);

}  // namespace omv::gst
