// SPDX-License-Identifier: LGPL-2.1-or-later
// The host's end of the command exchange: one command at a time, headers and data in writes of their own, and the
// time-outs (spec: protocol-usbdbg, sections 2 and 6).
#pragma once

#include <algorithm>
#include <array>
#include <deque>

#include "omv/camera/transport/transport.h"
#include "omv/camera/usbdbg/usbdbg.h"

namespace omv::camera::usbdbg {

class CommandLink {
 public:
  static constexpr std::size_t kMaxAnswer = 4096;

  /// `answer_timeout`: from the last byte that was sent or received.
  explicit CommandLink(Time answer_timeout) : answer_timeout_(answer_timeout) {}

  // Only while idle(): a command, and `size` bytes of answer.
  /// The answer is kept here; size is at most kMaxAnswer.
  void ask(Request request, std::uint32_t size, Time now);
  /// The answer goes where it stays; `to` lives until it is complete. `surplus` more bytes are asked for and dropped.
  void ask_into(Request request, ByteSpan to, std::uint32_t surplus, Time now);
  /// The answer is read and forgotten.
  void ask_and_drop(Request request, std::uint32_t size, Time now);
  /// A command without answer, and a pause that gives the camera time for it.
  void tell(Request request, Bytes data, Time pause, Time now);

  /// More output, whatever is in flight; for those who do not wait for anything any more.
  void append(Request request, Bytes data);

  /// Nothing in flight and no pause.
  bool idle() const { return pieces_.empty() && left_ == 0 && !pausing_; }
  bool waiting_for_answer() const { return left_ > 0; }
  Request request() const { return request_; }
  /// Bytes of the answer that have come.
  std::uint32_t arrived() const { return size_ - left_; }
  /// When the last of them came, or the command was given.
  Time last_progress() const { return last_progress_; }

  ByteSpan space();
  enum class Input {
    part,      ///< more of the answer has to come
    complete,  ///< the answer is there
    unasked,   ///< bytes without a question
  };
  Input received(std::size_t count, Time now);
  /// Of ask(): what has come of it. Valid until the next command.
  ConstByteSpan answer() const { return ConstByteSpan(buffer_).first(std::min<std::size_t>(arrived(), kMaxAnswer)); }
  /// Takes the answer for complete as it is.
  void settle() { size_ = arrived(), left_ = 0; }

  /// Nobody has looked for a while; what has arrived since is not late.
  void restart_timeout(Time now) { last_progress_ = now; }
  /// Ends pauses. False: the camera has taken or given nothing for too long.
  [[nodiscard]] bool poll(Time now);
  /// When poll() has something to say.
  Time deadline() const;

  ConstByteSpan output() const;
  void sent(std::size_t count);
  std::uint64_t commands() const { return commands_; }

 private:
  void begin(Request request, ByteSpan to, std::uint32_t size, Time now);

  Time answer_timeout_;
  std::deque<Bytes> pieces_;  // each a write of its own
  std::size_t sent_ = 0;      // of the first one
  bool has_sent_ = false;     // since the last poll()
  Request request_ = Request::fw_version;
  std::array<std::uint8_t, kMaxAnswer> buffer_{};
  ByteSpan to_;
  std::uint32_t size_ = 0;
  std::uint32_t left_ = 0;
  bool pausing_ = false;
  Time pause_end_{0};
  Time last_progress_{0};
  std::uint64_t commands_ = 0;
};

}  // namespace omv::camera::usbdbg
