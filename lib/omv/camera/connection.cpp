// SPDX-License-Identifier: LGPL-2.1-or-later
// The loop that HostSession's header describes.
#include "omv/camera/connection.h"

#include <algorithm>
#include <utility>

namespace omv::camera {

namespace {

Time now() { return Clock::steady()->now(); }

}  // namespace

Connection::Connection(std::unique_ptr<Transport> transport, std::unique_ptr<HostSession> session)
    : transport_(std::move(transport)), session_(std::move(session)) {}

Result<HostEvent> Connection::next_event(Time deadline) {
  if (!std::exchange(started_, true)) session_->start(now());
  while (true) {
    if (session_->has_event()) return session_->take_event();
    if (session_->over()) return Error{Errc::closed, transport_->describe() + ": the session is over"};
    OMV_CHECK(exchange(deadline));
  }
}

// One step: everything out, then what has come in, or what is due.
Result<void> Connection::exchange(Time deadline) {
  session_->poll(now());
  if (session_->has_event()) return {};
  const Time due = std::min(deadline, session_->next_deadline());
  OMV_CHECK(flush_output(due));
  const Result<std::size_t> got = transport_->read(session_->space(), due);
  if (got) {
    session_->received(*got, now());
    return {};
  }
  if (got.error().code != Errc::timeout || due == deadline) return got.error();
  return {};
}

Result<void> Connection::flush_output(Time deadline) {
  while (!session_->output().empty()) {
    const Result<std::size_t> put = transport_->write(session_->output(), deadline);
    if (put)
      session_->sent(*put);
    else if (put.error().code == Errc::timeout)
      return {};  // the reading below times out too and says so
    else
      return put.error();
  }
  return {};
}

void Connection::farewell() {
  session_->farewell();
  (void)flush_output(now());
}

}  // namespace omv::camera
