// SPDX-License-Identifier: LGPL-2.1-or-later
// A map from ids to the script's objects.
#include "omv/camera/v2/dynamic_channels.h"

#include <algorithm>

namespace omv::camera {

namespace {

constexpr std::size_t kNameBytes = 13;
constexpr std::size_t kMaxAnswer = 16 * 1024 * 1024;  // more than the heap of any camera
constexpr std::size_t kMaxDimensions = 4;

}  // namespace

std::optional<std::uint8_t> DynamicChannels::add(DynamicChannel& channel, std::uint8_t first) {
  for (std::uint8_t id = first; id < kMaxChannels; ++id)
    if (channels_.try_emplace(id, Entry{&channel}).second) return id;
  return std::nullopt;
}

void DynamicChannels::list(std::vector<ChannelEntry>& to) const {
  constexpr std::uint8_t kMethods = channel_flag::kRead | channel_flag::kWrite | channel_flag::kLock;
  for (const auto& [id, entry] : channels_) {
    const auto flags = static_cast<std::uint8_t>((entry.channel->flags() & kMethods) | channel_flag::kDynamic);
    to.push_back({id, flags, std::string(entry.channel->name().substr(0, kNameBytes))});
  }
}

std::uint32_t DynamicChannels::poll_bits() const {
  std::uint32_t bits = 0;
  for (const auto& [id, entry] : channels_)
    if (entry.channel->poll()) bits |= 1u << id;
  return bits;
}

void DynamicChannels::release_locks() {
  for (auto& [id, entry] : channels_) unlock(id);
}

std::optional<std::uint8_t> DynamicChannels::take_notification() {
  for (auto& [id, entry] : channels_)
    if (entry.channel->take_notification()) return id;
  return std::nullopt;
}

bool DynamicChannels::has_flag(std::uint8_t id, std::uint8_t flag) const {
  return (channels_.at(id).channel->flags() & flag) != 0;
}
bool DynamicChannels::reads(std::uint8_t id) const { return has_flag(id, channel_flag::kRead); }
bool DynamicChannels::writes(std::uint8_t id) const { return has_flag(id, channel_flag::kWrite); }
bool DynamicChannels::locks(std::uint8_t id) const { return has_flag(id, channel_flag::kLock); }

Bytes DynamicChannels::shape(std::uint8_t id) {
  std::vector<std::uint32_t> shape = channels_.at(id).channel->shape();
  shape.resize(std::min(shape.size(), kMaxDimensions));
  Bytes out;
  for (const std::uint32_t dimension : shape) append_le(out, dimension);
  return out;
}

Bytes DynamicChannels::read(std::uint8_t id, std::uint32_t offset, std::uint32_t length, std::size_t piece) {
  Bytes data;
  while (data.size() < std::min<std::size_t>(length, kMaxAnswer)) {
    const std::size_t wanted = std::min(piece, length - data.size());
    const auto from = static_cast<std::uint32_t>(offset + data.size());
    const Bytes got = channels_.at(id).channel->read(from, wanted);
    if (got.empty()) break;
    append(data, ConstByteSpan(got).first(std::min(got.size(), wanted)));
  }
  return data;
}

Status DynamicChannels::write(std::uint8_t id, std::uint32_t offset, ConstByteSpan data) {
  return channels_.at(id).channel->write(offset, data) ? Status::success : Status::failed;
}

bool DynamicChannels::lock(std::uint8_t id) {
  Entry& entry = channels_.at(id);
  if (entry.locked || !entry.channel->lock()) return false;
  entry.locked = true;
  return true;
}

void DynamicChannels::unlock(std::uint8_t id) {
  Entry& entry = channels_.at(id);
  if (std::exchange(entry.locked, false)) entry.channel->unlock();
}

Status DynamicChannels::ioctl(std::uint8_t id, ConstByteSpan payload) {
  if (payload.size() <= sizeof(std::uint32_t)) return Status::failed;
  const auto request = load_le<std::uint32_t>(payload.data());
  const ConstByteSpan arguments = payload.subspan(sizeof request);
  return channels_.at(id).channel->ioctl(request, arguments) ? Status::success : Status::failed;
}

}  // namespace omv::camera
