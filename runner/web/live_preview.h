// SPDX-License-Identifier: LGPL-2.1-or-later
// Live pictures as browsers show them without script: multipart/x-mixed-replace, one JPEG after the other.
#pragma once

#include <glib.h>
#include <libsoup/soup.h>

#include <memory>
#include <string>
#include <vector>

#include "runner/control.h"

namespace omv::runner::web {

/// The streams that are open. Each sends the latest picture whenever its client has taken the one before: a slow client
/// skips pictures, holds one at most, and nobody waits for it. Belongs to the server's thread.
class LivePreview {
 public:
  /// So often it is looked whether there is another picture, and so often one is repeated when there is none: that is
  /// how it becomes known that a client is gone.
  static constexpr guint kLookMilliseconds = 40;
  static constexpr gint64 kRepeatMicroseconds = 2 * G_USEC_PER_SEC;

  explicit LivePreview(Control& control);
  ~LivePreview();
  LivePreview(const LivePreview&) = delete;
  LivePreview& operator=(const LivePreview&) = delete;

  /// A stream that had no picture for so long ends: its camera is gone from the rig, or never came.
  static constexpr gint64 kStarvedMicroseconds = 30 * G_USEC_PER_SEC;

  /// So long a single picture is waited for: when nobody has looked before, it has to be made.
  static constexpr gint64 kPatienceMicroseconds = 3 * G_USEC_PER_SEC;

  /// Takes the answer of the message over: a stream of pictures.
  void begin(SoupServerMessage* message, const std::string& camera);

  /// Likewise: one picture, or 404 when none comes.
  void answer_once(SoupServerMessage* message, const std::string& camera);

  /// Ends all streams; their messages are no longer answered.
  void stop();

  std::size_t streams() const { return viewers_.size(); }

 private:
  class Viewer;
  class Stream;
  class Single;

  void add(std::unique_ptr<Viewer> viewer);
  void look();
  void stop_timer();
  void end(const Viewer* viewer);

  Control& control_;
  std::vector<std::unique_ptr<Viewer>> viewers_;
  GSource* timer_ = nullptr;  ///< only while there are viewers
};

}  // namespace omv::runner::web
