// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera that behaves until the input says otherwise: its bytes are changed, cut, replaced, and packets are slipped
// in that carry the very numbers the host waits for.
#include <algorithm>
#include <cstdlib>

#include "omv/camera/v2/device_session.h"
#include "omv/camera/v2/host_session.h"
#include "omv/camera/v2/packet.h"

namespace {

using namespace omv;
using namespace omv::camera;

class Pictures final : public FrameProvider {
 public:
  void start(Time now, std::string_view) override { next_ = now; }
  std::optional<Time> due(Time) override { return next_; }
  Result<CapturedFrame> capture(const StreamRequest&, Time now) override {
    skip(now);
    return CapturedFrame{{PixelFormat::grayscale, 40, 30}, pixels_, 10};
  }
  void skip(Time) override { next_ += std::chrono::milliseconds(20); }
  std::string_view take_output() override { return "t\xC3\xA9xt\n"; }

 private:
  Time next_{0};
  Bytes pixels_ = Bytes(1200);
};

// What the host has sent goes to the camera; the last request is remembered.
void carry_requests(HostSession& host, DeviceSession& device, PacketHeader& last, Time now) {
  PacketScanner scanner(0);
  scanner.append(host.output());
  (void)device.receive(host.output(), now);
  host.sent(host.output().size());
  while (const auto header = scanner.header()) {
    if (!scanner.complete(*header)) break;
    last = *header;
    scanner.skip_packet(*header);
  }
}

// The camera's answer, as the input wants it. mode: what happens to it.
Bytes answer_of(DeviceSession& device, std::uint8_t mode, std::uint8_t flags, ConstByteSpan data,
                const PacketHeader& request, Time now) {
  Bytes out(device.output().begin(), device.output().end());
  device.sent(out.size(), now);
  const std::size_t at = out.empty() ? 0 : flags * std::size_t{7} % out.size();
  PacketHeader header = request;
  header.flags = flags & 0x3F;
  switch (mode & 7) {
    case 1:
      for (std::size_t i = 0; i < data.size() && at + i < out.size(); ++i) out[at + i] ^= data[i];
      break;
    case 2: out.resize(at); break;
    case 3: out.clear(); [[fallthrough]];
    case 4: append_packet(out, header, data); break;
    case 5: append(out, data); break;
    case 6: append_packet(out, {flags, mode, 0x20, 0x29}, data); break;
    default: break;
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  HostOptions options;
  if (size > 0 && (data[0] & 1) != 0) options.script = "pass";
  V2HostSession host(options, [](const FrameInfo& info, std::size_t bytes) -> std::unique_ptr<FrameMemory> {
    return bytes > 1'000'000 ? nullptr : allocate_on_heap(info, bytes);
  });
  Pictures pictures;
  V2DeviceSession device({}, pictures);
  Time now{0};
  device.start(now);
  host.start(now);
  PacketHeader request;
  // Each record: mode, flags or place, length, then that many bytes.
  while (size >= 3 && !host.over()) {
    const std::size_t length = std::min<std::size_t>(data[2], size - 3);
    carry_requests(host, device, request, now);
    host.receive(answer_of(device, data[0], data[1], {data + 3, length}, request, now), now);
    if ((data[0] & 0x80) != 0) now = std::max(now, std::min(host.next_deadline(), now + std::chrono::seconds(2)));
    host.poll(now);
    device.poll(now);
    while (host.has_event()) (void)host.take_event();
    data += 3 + length;
    size -= 3 + length;
  }
  // Left alone it comes to an end by itself: the camera does not answer any more.
  for (int i = 0; !host.over(); ++i) {
    if (i > 100) std::abort();
    now = std::max(now, host.next_deadline());
    host.sent(host.output().size());
    host.poll(now);
  }
  return 0;
}
