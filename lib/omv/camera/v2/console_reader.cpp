// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading takes the text out of the camera, so what has arrived is kept whatever happens afterwards.
#include "omv/camera/v2/console_reader.h"

#include <algorithm>
#include <utility>

namespace omv::camera {

namespace {

using namespace std::chrono_literals;

constexpr Time kInterval = 10ms;
constexpr std::uint32_t kMaxRead = 4096;  // twice the largest ring

}  // namespace

void ConsoleReader::notify(Time now) {
  waiting_ = true;
  if (!announced_) announced_ = now;
}

void ConsoleReader::interrupt() {
  fetching_ = overrun_ = false;
  waiting_ = true;
}

void ConsoleReader::begin(HostLink& link, std::uint8_t channel, Time now) {
  channel_ = channel;
  fetching_ = true;
  waiting_ = false;
  not_before_ = now + kInterval;
  arrival_ = std::exchange(announced_, std::nullopt).value_or(now);
  link.send(Task::text_size, Opcode::size, channel, {}, now);
}

std::optional<TextReceived> ConsoleReader::take(const Answer& answer, HostLink& link, Time now) {
  if (answer.task == Task::text_size) {
    const std::uint32_t size = answer.payload.size() < 4 ? 0 : load_le<std::uint32_t>(answer.payload.data());
    fetching_ = size > 0;
    expected_ = std::min(size, kMaxRead);
    if (fetching_) link.send(Task::text_read, Opcode::read, channel_, words(0u, expected_), now);
    return std::nullopt;
  }
  overrun_ = answer.payload.size() > expected_;
  if (overrun_) return std::nullopt;
  expected_ -= answer.payload.size();
  // FAILED: the ring ran dry since SIZE (section 5); the fragments before it count.
  decoder_.decode(answer.payload, text_);
  if (!answer.last) return std::nullopt;
  fetching_ = false;
  if (text_.empty()) return std::nullopt;
  return TextReceived{std::exchange(text_, {}), arrival_};
}

}  // namespace omv::camera
