// SPDX-License-Identifier: LGPL-2.1-or-later
// Nobody tells when a write has left, so pauses begin with the command and are prolonged while it waits.
#include "omv/camera/usbdbg/command_link.h"

#include <algorithm>
#include <utility>

namespace omv::camera::usbdbg {

namespace {

using namespace std::chrono_literals;

constexpr Time kLookAgain = 5ms;  // for output that the link has not taken during the pause

}  // namespace

void CommandLink::begin(Request request, ByteSpan to, std::uint32_t size, Time now) {
  ++commands_;
  request_ = request;
  to_ = to;
  size_ = left_ = is_answered(request) ? size : 0;
  last_progress_ = now;
  const auto header = encode(Command{request, size});
  pieces_.emplace_back(header.begin(), header.end());
}

void CommandLink::ask(Request request, std::uint32_t size, Time now) {
  begin(request, ByteSpan(buffer_).first(size), size, now);
}

void CommandLink::ask_into(Request request, ByteSpan to, std::uint32_t surplus, Time now) {
  begin(request, to, static_cast<std::uint32_t>(to.size()) + surplus, now);
}

void CommandLink::ask_and_drop(Request request, std::uint32_t size, Time now) { begin(request, {}, size, now); }

void CommandLink::tell(Request request, Bytes data, Time pause, Time now) {
  begin(request, {}, static_cast<std::uint32_t>(data.size()), now);
  if (!data.empty()) pieces_.push_back(std::move(data));
  pausing_ = true;
  pause_end_ = now + pause;
}

void CommandLink::append(Request request, Bytes data) {
  const auto header = encode(Command{request, static_cast<std::uint32_t>(data.size())});
  pieces_.emplace_back(header.begin(), header.end());
  if (!data.empty()) pieces_.push_back(std::move(data));
}

// --- Input ---

ByteSpan CommandLink::space() {
  const std::uint32_t at = arrived();
  if (left_ > 0 && at < to_.size()) return to_.subspan(at);
  return ByteSpan(buffer_).first(left_ > 0 ? std::min<std::size_t>(left_, buffer_.size()) : buffer_.size());
}

CommandLink::Input CommandLink::received(std::size_t count, Time now) {
  if (left_ == 0 || !pieces_.empty()) return Input::unasked;
  left_ -= static_cast<std::uint32_t>(count);
  last_progress_ = now;
  return left_ == 0 ? Input::complete : Input::part;
}

// --- Time ---

bool CommandLink::poll(Time now) {
  if (std::exchange(has_sent_, false)) last_progress_ = now;
  const bool waits_for_camera = left_ > 0 || !pieces_.empty();
  if (waits_for_camera && now >= last_progress_ + answer_timeout_) return false;
  if (pausing_ && now >= pause_end_) {
    if (pieces_.empty())
      pausing_ = false;
    else
      pause_end_ = now + kLookAgain;
  }
  return true;
}

Time CommandLink::deadline() const {
  Time next = kNever;
  if (left_ > 0 || !pieces_.empty()) next = last_progress_ + answer_timeout_;
  return pausing_ ? std::min(next, pause_end_) : next;
}

// --- Output ---

ConstByteSpan CommandLink::output() const {
  return pieces_.empty() ? ConstByteSpan() : ConstByteSpan(pieces_.front()).subspan(sent_);
}

void CommandLink::sent(std::size_t count) {
  if (count == 0) return;
  has_sent_ = true;
  sent_ += count;
  if (sent_ < pieces_.front().size()) return;
  pieces_.pop_front();
  sent_ = 0;
}

}  // namespace omv::camera::usbdbg
