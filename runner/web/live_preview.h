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

  /// Takes the answer of the message over.
  void begin(SoupServerMessage* message, const std::string& camera);

  /// Ends all streams; their messages are no longer answered.
  void stop();

  std::size_t streams() const { return streams_.size(); }

 private:
  class Stream;

  void look();
  void stop_timer();
  void end(const Stream* stream);

  Control& control_;
  std::vector<std::unique_ptr<Stream>> streams_;
  GSource* timer_ = nullptr;  ///< only while there are streams
};

}  // namespace omv::runner::web
