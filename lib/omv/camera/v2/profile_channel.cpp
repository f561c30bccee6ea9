// SPDX-License-Identifier: LGPL-2.1-or-later
// The functions are made up; their calls are in proportion to the time that scripts have run.
#include "omv/camera/v2/profile_channel.h"

#include <array>

namespace omv::camera {

namespace {

enum class ProfileIoctl : std::uint32_t { mode = 0, set_event = 1, reset = 2, stats = 3 };

struct Function {
  std::uint32_t address;
  std::uint32_t caller;
  std::uint32_t calls_per_second;
  std::uint32_t ticks;  // of a call, functions called from it included
  std::uint32_t own_ticks;
};

constexpr std::uint32_t kCyclesPerTick = 16;

constexpr std::array<Function, 6> kFunctions = {{
    {0x0800'4C20, 0x0800'1A00, 30, 33'000, 200},
    {0x0800'8F34, 0x0800'4C20, 30, 21'000, 20'500},
    {0x0801'02A8, 0x0800'4C20, 30, 9'000, 800},
    {0x0801'1D50, 0x0801'02A8, 3'600, 2, 2},
    {0x0802'6610, 0x0800'4C20, 30, 1'500, 1'400},
    {0x0803'0008, 0x0802'6610, 600, 3, 3},
}};

}  // namespace

Time ProfileChannel::elapsed(Time now) const { return before_ + (running_since_ ? now - *running_since_ : Time(0)); }

void ProfileChannel::stop(Time now) {
  before_ = elapsed(now);
  running_since_.reset();
}

bool ProfileChannel::lock(Time now) {
  if (locked_) return false;
  locked_ = true;
  records_.clear();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed(now)).count();
  for (std::size_t i = 0; i < kFunctions.size() && milliseconds > 0; ++i)
    append_record(i, static_cast<std::uint64_t>(milliseconds));
  return true;
}

void ProfileChannel::append_record(std::size_t index, std::uint64_t milliseconds) {
  const Function& function = kFunctions[index];
  const std::uint32_t ticks = exclusive_ ? function.own_ticks : function.ticks;
  const std::uint64_t calls = 1 + milliseconds * function.calls_per_second / 1000;
  append_le(records_, function.address);
  append_le(records_, function.caller);
  append_le(records_, static_cast<std::uint32_t>(calls));
  append_le(records_, ticks - ticks / 8);
  append_le(records_, ticks + ticks / 4);
  append_le(records_, calls * ticks);
  append_le(records_, calls * ticks * kCyclesPerTick);
  for (const std::uint32_t event : events_) append_le(records_, calls * ticks / (1 + event % 64));
  append_le(records_, std::uint32_t{0});
}

Bytes ProfileChannel::shape() const {
  Bytes out;
  append_le(out, static_cast<std::uint32_t>(records_.size() / record_size()));
  append_le(out, static_cast<std::uint32_t>(record_size()));
  return out;
}

ConstByteSpan ProfileChannel::read(std::uint32_t offset, std::uint32_t length) const {
  if (std::uint64_t{offset} + length > records_.size()) return {};
  return ConstByteSpan(records_).subspan(offset, length);
}

Status ProfileChannel::ioctl(ConstByteSpan payload, Time now) {
  const auto word = [&](std::size_t index) { return load_le<std::uint32_t>(payload.data() + 4 * index); };
  switch (static_cast<ProfileIoctl>(word(0))) {
    case ProfileIoctl::mode:
      if (payload.size() != 8) return Status::invalid;
      exclusive_ = word(1) != 0;
      return Status::success;
    case ProfileIoctl::set_event:
      if (payload.size() != 12 || word(1) >= counters_) return Status::invalid;
      events_[word(1)] = word(2);
      return Status::success;
    case ProfileIoctl::reset:
      if (payload.size() != 4) return Status::invalid;
      before_ = Time(0);
      if (running_since_) running_since_ = now;
      records_.clear();
      return Status::success;
    case ProfileIoctl::stats: return payload.size() == 4 ? Status::success : Status::invalid;
  }
  return Status::invalid;
}

}  // namespace omv::camera
