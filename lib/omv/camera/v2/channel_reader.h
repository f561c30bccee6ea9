// SPDX-License-Identifier: LGPL-2.1-or-later
// The cycle that fetches what a script's own channels hold: SIZE, READ (spec: protocol-v2, section 10, "dynamic").
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "omv/camera/host_event.h"
#include "omv/camera/v2/host_link.h"

namespace omv::camera {

class ChannelReader {
 public:
  /// The channel says that it has something.
  void notify(const ChannelEntry& channel, Time now);
  /// The connection was interrupted, and ids may have changed; a POLL will say what is still there.
  void interrupt();

  Time next_try() const { return waiting_.empty() || fetching_ ? kNever : Time::min(); }
  /// More bytes came than were asked for.
  bool overrun() const { return overrun_; }

  void begin(HostLink& link, Time now);
  /// For the answers to channel_size and channel_read: the data of a whole read.
  std::optional<ChannelData> take(const Answer& answer, HostLink& link, Time now);

 private:
  struct Announcement {
    ChannelEntry channel;
    Time arrival;
  };

  std::deque<Announcement> waiting_;  // the first is the one being fetched
  bool fetching_ = false;
  bool overrun_ = false;
  std::size_t expected_ = 0;
  Bytes data_;
};

}  // namespace omv::camera
