// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera with old firmware that behaves until the input says otherwise: its answers are changed, cut, or replaced.
#include <algorithm>
#include <cstdlib>

#include "omv/camera/usbdbg/device_session.h"
#include "omv/camera/usbdbg/host_session.h"

namespace {

using namespace omv;
using namespace omv::camera;

class Pictures final : public FrameProvider {
 public:
  void start(Time now, std::string_view) override { next_ = now; }
  std::optional<Time> due(Time) override { return next_; }
  Result<CapturedFrame> capture(const StreamRequest&, Time now) override {
    skip(now);
    return CapturedFrame{{PixelFormat::rgb565, 20, 30}, pixels_, 10};
  }
  void skip(Time) override { next_ += std::chrono::milliseconds(20); }
  std::string_view take_output() override { return "t\xC3\xA9xt\n"; }

 private:
  Time next_{0};
  Bytes pixels_ = Bytes(1200);
};

void carry_commands(HostSession& host, DeviceSession& device, Time now) {
  while (!host.output().empty()) {
    (void)device.receive(host.output(), now);
    host.sent(host.output().size());
  }
}

// The camera's answer, as the input wants it. mode: what happens to it.
Bytes answer_of(DeviceSession& device, std::uint8_t mode, std::uint8_t place, ConstByteSpan data, Time now) {
  Bytes out;
  while (!device.output().empty() && out.size() < 100'000) {
    append(out, device.output());
    device.sent(device.output().size(), now);
  }
  const std::size_t at = out.empty() ? 0 : place * std::size_t{7} % out.size();
  switch (mode & 7) {
    case 1:
      for (std::size_t i = 0; i < data.size() && at + i < out.size(); ++i) out[at + i] ^= data[i];
      break;
    case 2: out.resize(at); break;
    case 3: std::copy_n(data.begin(), std::min(data.size(), out.size()), out.begin()); break;
    case 4: out.assign(data.begin(), data.end()); break;
    case 5: append(out, data); break;
    default: break;
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::uint8_t choice = size > 0 ? data[0] : std::uint8_t{0};
  HostOptions options;
  if ((choice & 0x10) != 0) options.script = "pass";
  UsbdbgHostSession host(options, [](const FrameInfo& info, std::size_t bytes) -> std::unique_ptr<FrameMemory> {
    return bytes > 1'000'000 ? nullptr : allocate_on_heap(info, bytes);
  });
  Pictures pictures;
  DeviceOptions camera;
  camera.firmware = {4, static_cast<std::uint8_t>((choice & 0x20) != 0 ? 8 : 5), 1};
  UsbdbgDeviceSession device(camera, pictures);
  Time now{0};
  device.start(now);
  host.start(now);
  // Each record: mode, place, length, then that many bytes.
  while (size >= 3 && !host.over()) {
    const std::size_t length = std::min<std::size_t>(data[2], size - 3);
    carry_commands(host, device, now);
    host.receive(answer_of(device, data[0], data[1], {data + 3, length}, now), now);
    if ((data[0] & 0x80) == 0) now = std::max(now, std::min(host.next_deadline(), now + std::chrono::seconds(2)));
    host.poll(now);
    device.poll(now);
    while (host.has_event()) (void)host.take_event();
    data += 3 + length;
    size -= 3 + length;
  }
  // Left alone it comes to an end by itself: the camera does not answer any more.
  for (int i = 0; !host.over(); ++i) {
    if (i > 1000) std::abort();
    now = std::max(now, host.next_deadline());
    host.sent(host.output().size());
    host.poll(now);
  }
  return 0;
}
