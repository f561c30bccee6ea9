// SPDX-License-Identifier: LGPL-2.1-or-later
// Scripts may refuse, return less than they promised, or have nothing: all of that is normal.
#include "omv/camera/v2/channel_reader.h"

#include <algorithm>
#include <utility>

namespace omv::camera {

namespace {

constexpr std::uint32_t kMaxRead = 64 * 1024;

}  // namespace

void ChannelReader::notify(const ChannelEntry& channel, Time now) {
  // One that is being fetched may have got more meanwhile.
  const auto begin = waiting_.begin() + (fetching_ ? 1 : 0);
  const bool known = std::any_of(begin, waiting_.end(), [&](const Announcement& a) { return a.channel == channel; });
  if (!known) waiting_.push_back({channel, now});
}

void ChannelReader::interrupt() {
  waiting_.clear();
  data_.clear();
  fetching_ = overrun_ = false;
}

void ChannelReader::begin(HostLink& link, Time now) {
  fetching_ = true;
  link.send(Task::channel_size, Opcode::size, waiting_.front().channel.id, {}, now);
}

std::optional<ChannelData> ChannelReader::take(const Answer& answer, HostLink& link, Time now) {
  if (answer.task == Task::channel_size) {
    const bool has_size = answer.ok() && answer.payload.size() >= 4;
    expected_ = has_size ? std::min(load_le<std::uint32_t>(answer.payload.data()), kMaxRead) : 0;
    if (expected_ > 0) {
      link.send(Task::channel_read, Opcode::read, waiting_.front().channel.id, words(0u, expected_), now);
      return std::nullopt;
    }
  } else {
    const ConstByteSpan payload = answer.ok() ? answer.payload : ConstByteSpan();
    overrun_ = payload.size() > expected_;
    if (overrun_) return std::nullopt;
    expected_ -= payload.size();
    append(data_, payload);
    if (!answer.last) return std::nullopt;
  }
  fetching_ = false;
  const Announcement done = std::move(waiting_.front());
  waiting_.pop_front();
  if (data_.empty()) return std::nullopt;
  return ChannelData{done.channel.name, std::exchange(data_, {}), done.arrival};
}

}  // namespace omv::camera
