// SPDX-License-Identifier: LGPL-2.1-or-later
// A hostile host: raw bytes, or well-formed packets with any opcode, in and out of sequence.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "omv/camera/v2/device_session.h"
#include "omv/camera/v2/packet.h"

namespace {

using namespace omv;
using namespace omv::camera;

class Echo final : public DynamicChannel {
 public:
  std::string_view name() const override { return "echo"; }
  std::uint8_t flags() const override { return channel_flag::kRead | channel_flag::kWrite | channel_flag::kLock; }
  std::uint32_t size() override { return static_cast<std::uint32_t>(text_.size()); }
  Bytes read(std::uint32_t offset, std::size_t count) override {
    const std::size_t from = std::min<std::size_t>(offset, text_.size());
    const auto some = ConstByteSpan(text_).subspan(from, std::min(count, text_.size() - from));
    return {some.begin(), some.end()};
  }
  bool write(std::uint32_t, ConstByteSpan data) override {
    text_.assign(data.begin(), data.end());
    return has_news_ = true;
  }
  bool ioctl(std::uint32_t, ConstByteSpan arguments) override { return arguments.size() == 1; }
  bool take_notification() override { return std::exchange(has_news_, false); }

 private:
  Bytes text_;
  bool has_news_ = false;
};

class OneFrame final : public FrameProvider {
 public:
  void start(Time, std::string_view) override { shown_ = 0; }
  std::optional<Time> due(Time now) override { return shown_ < 20 ? std::optional(now) : std::nullopt; }
  Result<CapturedFrame> capture(const StreamRequest&, Time) override {
    ++shown_;
    return CapturedFrame{{PixelFormat::grayscale, 40, 30}, pixels_, 10};
  }
  void skip(Time) override { ++shown_; }
  std::string_view take_output() override { return "text\n"; }
  std::span<DynamicChannel* const> channels() override { return channels_; }

 private:
  Echo echo_;
  std::array<DynamicChannel*, 1> channels_ = {&echo_};
  int shown_ = 0;
  Bytes pixels_ = Bytes(1200);
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  OneFrame provider;
  DeviceOptions options;
  options.profiler = size % 2 == 0;
  V2DeviceSession device(options, provider);
  Time now{0};
  device.start(now);
  std::uint8_t sequence = 0;
  // Each record: mode, opcode, channel, length, then that many bytes.
  while (size >= 4 && !device.request()) {
    const std::uint8_t mode = data[0];
    const std::size_t length = std::min<std::size_t>(data[3], size - 4);
    Bytes packet;
    const auto flags = static_cast<std::uint8_t>(mode & 3);
    append_packet(packet, {sequence++, data[2], flags, data[1]}, {data + 4, length});
    if (data[1] == 0) sequence = 0;
    ConstByteSpan bytes = (mode & 4) != 0 ? ConstByteSpan(data + 4, length) : ConstByteSpan(packet);
    while (!bytes.empty()) {
      const std::size_t taken = device.receive(bytes, now);
      bytes = bytes.subspan(taken);
      if (device.output().size() > 1024 * 1024) std::abort();
      device.sent(device.output().size(), now);
      if (taken == 0) break;
    }
    now += std::chrono::milliseconds(mode >> 3);
    device.poll(now);
    data += 4 + length;
    size -= 4 + length;
  }
  return 0;
}
