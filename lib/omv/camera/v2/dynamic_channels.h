// SPDX-License-Identifier: LGPL-2.1-or-later
// The channels that a script has registered, and what requests do to them (spec: protocol-v2, sections 2, 5 and 10).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "omv/camera/dynamic_channel.h"
#include "omv/camera/v2/protocol_v2.h"

namespace omv::camera {

inline constexpr std::size_t kMaxChannels = 32;   ///< static ones included
inline constexpr std::size_t kScriptPiece = 512;  ///< bytes that a script's read method is asked for at once

class DynamicChannels {
 public:
  /// Under the first free id from `first` on; nullopt when there is none left (a camera hangs then).
  std::optional<std::uint8_t> add(DynamicChannel& channel, std::uint8_t first);
  /// They vanish with their script, and without an event.
  void clear() { channels_.clear(); }

  bool has(std::uint8_t id) const { return channels_.contains(id); }
  void list(std::vector<ChannelEntry>& to) const;
  std::uint32_t poll_bits() const;
  void release_locks();
  /// The next channel that has something to tell.
  std::optional<std::uint8_t> take_notification();

  // Of a channel that is there. Whether it can do that at all; else INVALID (LOCK, UNLOCK: BUSY).
  bool reads(std::uint8_t id) const;
  bool writes(std::uint8_t id) const;
  bool locks(std::uint8_t id) const;

  std::uint32_t size(std::uint8_t id) { return channels_.at(id).channel->size(); }
  Bytes shape(std::uint8_t id);
  /// Asks for pieces of at most `piece` bytes until there are `length`, or no more.
  Bytes read(std::uint8_t id, std::uint32_t offset, std::uint32_t length, std::size_t piece);
  Status write(std::uint8_t id, std::uint32_t offset, ConstByteSpan data);
  /// False: it is locked already, or refuses.
  bool lock(std::uint8_t id);
  void unlock(std::uint8_t id);
  /// `payload` holds a request and at least one byte of arguments, else FAILED.
  Status ioctl(std::uint8_t id, ConstByteSpan payload);

 private:
  struct Entry {
    DynamicChannel* channel;
    bool locked = false;
  };
  bool has_flag(std::uint8_t id, std::uint8_t flag) const;

  std::map<std::uint8_t, Entry> channels_;
};

}  // namespace omv::camera
