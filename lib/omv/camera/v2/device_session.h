// SPDX-License-Identifier: LGPL-2.1-or-later
// The device side of Protocol V2: the channels, the script, and what requests do to them
// (spec: protocol-v2, sections 1-11 and 14.8).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "omv/camera/device_session.h"
#include "omv/camera/script_life.h"
#include "omv/camera/v2/device_link.h"
#include "omv/camera/v2/dynamic_channels.h"
#include "omv/camera/v2/lock_pacer.h"
#include "omv/camera/v2/profile_channel.h"
#include "omv/camera/v2/stream_buffer.h"

namespace omv::camera {

/// The ids of the static channels.
inline constexpr std::uint8_t kStdin = 1;
inline constexpr std::uint8_t kStdout = 2;
inline constexpr std::uint8_t kStream = 3;
inline constexpr std::uint8_t kProfile = 4;  ///< of firmware with a profiler; else an id for scripts

class V2DeviceSession final : public DeviceSession, private ScriptOwner {
 public:
  V2DeviceSession(DeviceOptions options, FrameProvider& provider);

  void start(Time now) override;
  ByteSpan space() override { return link_.buffer().space(); }
  void received(std::size_t count, Time now) override;
  void poll(Time now) override { work(now); }
  Time next_deadline() const override;
  ConstByteSpan output() const override { return link_.output(); }
  void sent(std::size_t count, Time now) override;
  std::optional<DeviceRequest> request() const override { return request_; }
  bool script_running() const override { return script_.running(); }
  void end_script(std::string_view last_words, Time now) override;
  void forget_host(Time now) override;

  const Stats& stats() const { return link_.stats(); }

 private:
  // device_session.cpp: time and the camera as a whole.
  void work(Time now);
  void handle(const Packet& packet, Time now);
  void handle_system(const Packet& packet, Time now);
  void set_caps(const Packet& packet, Time now);
  SysInfo sys_info() const;
  void settle(const PacketHeader& header, Status status, Time now);
  void release_locks();

  // device_channels.cpp: requests to channels.
  void handle_channel(const Packet& packet, Time now);
  std::vector<ChannelEntry> channel_list() const;
  std::uint32_t poll_bits(Time now) const;
  bool is_profile(const PacketHeader& header) const { return profile_ && header.channel == kProfile; }
  bool is_dynamic(const PacketHeader& header) const { return dynamic_.has(header.channel); }
  void answer_number(const PacketHeader& header, std::uint32_t number, Time now);
  void answer_pieces(const PacketHeader& header, Bytes data, std::uint32_t length, Time now);
  bool try_lock(const PacketHeader& header, Time now);
  void lock(const PacketHeader& header, Time now);
  void unlock(const PacketHeader& header, Time now);
  void shape(const PacketHeader& header, Time now);
  void size(const PacketHeader& header, Time now);
  void read(const Packet& packet, Time now);
  void write(const Packet& packet, Time now);
  void upload(std::uint32_t offset, std::string_view text);
  void ioctl(const Packet& packet, Time now);
  void stdin_ioctl(const Packet& packet, std::uint32_t code, Time now);
  void stream_ioctl(const Packet& packet, std::uint32_t code, Time now);

  // device_script.cpp: the script's life, its frames and its text.
  bool frame_waits() const override { return stream_.occupied(); }
  void frame_due(Time now) override;
  void script_stepped(Time now) override;
  void script_over(std::string_view last_words, Time now) override;
  bool source_exists() const;
  void start_script(Time now);
  void interrupt(Time now);
  void register_channels();
  void notify_text(Time now);

  DeviceLink link_;
  std::optional<DeviceRequest> request_;
  DeviceOptions options_;
  FrameProvider& provider_;
  StreamBuffer stream_;
  ScriptLife script_;
  LockPacer pacer_;
  std::optional<ProfileChannel> profile_;
  DynamicChannels dynamic_;
  std::string upload_;                   // what the host has written to stdin
  std::optional<std::uint32_t> source_;  // what the stream was told to show
  Time notify_due_ = kNever;
  bool notify_now_ = false;
  bool hung_ = false;  // by one channel too many
};

}  // namespace omv::camera
