// SPDX-License-Identifier: LGPL-2.1-or-later
// A hostile camera: the input decides what it sends, when, and how its packets are stamped.
#include <algorithm>
#include <cstdlib>

#include "omv/camera/host_session.h"
#include "omv/camera/packet.h"

namespace {

using namespace omv;
using namespace omv::camera;

// The last request that the host sent, so that answers can be made to fit it.
PacketHeader last_request(HostSession& session) {
  PacketHeader last;
  PacketScanner scanner(0);
  scanner.append(session.output());
  while (const auto header = scanner.header()) {
    if (!scanner.complete(*header)) break;
    last = *header;
    scanner.skip_packet(*header);
  }
  session.sent(session.output().size());
  return last;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  HostOptions options;
  if (size > 0 && (data[0] & 1) != 0) options.script = "pass";
  HostSession session(options, [](const FrameInfo& info, std::size_t bytes) -> std::unique_ptr<FrameMemory> {
    return bytes > 1'000'000 ? nullptr : allocate_on_heap(info, bytes);
  });
  Time now{0};
  session.start(now);
  PacketHeader request;
  // Each record: how to stamp, how long, then that many bytes.
  while (size >= 3 && !session.over()) {
    if (!session.output().empty()) request = last_request(session);
    const std::uint8_t mode = data[0];
    const std::size_t length = std::min<std::size_t>(data[1], size - 3);
    Bytes packet;
    PacketHeader header = request;
    header.flags = static_cast<std::uint8_t>(data[2] & 0x3F);
    if ((mode & 0x0E) == 0) header.sequence = static_cast<std::uint8_t>(header.sequence + mode);
    if ((mode & 0x10) != 0) header = {mode, static_cast<std::uint8_t>(mode & 3), 0x20, 0x29};
    append_packet(packet, header, {data + 3, length});
    session.receive((mode & 0x20) != 0 ? ConstByteSpan(data + 3, length) : ConstByteSpan(packet), now);
    if ((mode & 0xC0) != 0) now = std::min(session.next_deadline(), now + std::chrono::seconds(2));
    session.poll(now);
    while (session.has_event()) (void)session.take_event();
    data += 3 + length;
    size -= 3 + length;
  }
  // Left alone it comes to an end by itself: the camera does not answer any more.
  for (int i = 0; !session.over(); ++i) {
    if (i > 100) std::abort();
    now = std::max(now, session.next_deadline());
    session.sent(session.output().size());
    session.poll(now);
  }
  return 0;
}
