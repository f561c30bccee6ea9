// SPDX-License-Identifier: LGPL-2.1-or-later
// A hostile host of a camera with old firmware: raw bytes, or commands of any kind and length.
#include <algorithm>
#include <cstdlib>

#include "omv/camera/usbdbg/device_session.h"

namespace {

using namespace omv;
using namespace omv::camera;

class OneFrame final : public FrameProvider {
 public:
  void start(Time, std::string_view) override { shown_ = 0; }
  std::optional<Time> due(Time now) override { return shown_ < 20 ? std::optional(now) : std::nullopt; }
  Result<CapturedFrame> capture(const StreamRequest&, Time) override {
    ++shown_;
    return CapturedFrame{{PixelFormat::rgb565, 20, 30}, pixels_, 10};
  }
  void skip(Time) override { ++shown_; }
  std::string_view take_output() override { return "text\n"; }

 private:
  int shown_ = 0;
  Bytes pixels_ = Bytes(1200);
};

// At most so much of an answer is read: a dump may be asked to be 4 GB.
void read_some(DeviceSession& device, Time now) {
  for (int i = 0; i < 4 && !device.output().empty(); ++i) {
    if (device.output().size() > 100'000) std::abort();
    device.sent(device.output().size(), now);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::array<std::array<std::uint8_t, 3>, 4> kVersions = {{{3, 9, 1}, {4, 5, 9}, {4, 7, 0}, {4, 8, 1}}};
  DeviceOptions options;
  options.firmware = kVersions[data[0] & 3];
  options.board = find_board((data[0] & 4) != 0 ? "h7" : "rt1062");
  OneFrame provider;
  UsbdbgDeviceSession device(options, provider);
  Time now{0};
  device.start(now);
  ++data;
  --size;
  // Each record: mode, request, length, then that many bytes.
  while (size >= 3 && !device.request()) {
    const std::uint8_t mode = data[0];
    const std::size_t length = std::min<std::size_t>(data[2], size - 3);
    Bytes bytes(data + 3, data + 3 + length);
    if ((mode & 1) != 0) {
      const auto claimed = static_cast<std::uint32_t>((mode & 2) != 0 ? length * 0x1000001 : length);
      const auto header = encode(usbdbg::Command{static_cast<usbdbg::Request>(data[1]), claimed});
      bytes.insert(bytes.begin(), header.begin(), header.end());
    }
    (void)device.receive(bytes, now);
    read_some(device, now);
    now += std::chrono::milliseconds(mode >> 2) * ((mode & 0x80) != 0 ? 40 : 1);
    device.poll(now);
    data += 3 + length;
    size -= 3 + length;
  }
  return 0;
}
