// SPDX-License-Identifier: LGPL-2.1-or-later
// A hostile host: raw bytes, or well-formed packets with any opcode, in and out of sequence.
#include <algorithm>
#include <cstdlib>

#include "omv/camera/v2/device_session.h"
#include "omv/camera/v2/packet.h"

namespace {

using namespace omv;
using namespace omv::camera;

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

 private:
  int shown_ = 0;
  Bytes pixels_ = Bytes(1200);
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  OneFrame provider;
  V2DeviceSession device({}, provider);
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
