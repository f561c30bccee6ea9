// SPDX-License-Identifier: LGPL-2.1-or-later
// Something that may be any camera, or none: whatever it says and whenever, the host comes to a verdict and an end.
#include <algorithm>
#include <cstdlib>

#include "omv/camera/auto_session.h"
#include "omv/camera/transport/transport.h"

namespace {

using namespace omv;
using namespace omv::camera;

// A device might be one that halts at anything but commands as long as nothing says that it speaks V2.
void check_first_words(const HostSession& host, bool& has_spoken) {
  const ConstByteSpan out = host.output();
  if (has_spoken || out.empty()) return;
  has_spoken = true;
  const bool is_question = out[0] == 0x30 && out.size() <= 6;
  const bool is_sync = out[0] == 0xAA && out.size() == 10;
  if (!is_question && !is_sync) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  AutoHostSession host({}, [](const FrameInfo& info, std::size_t bytes) -> std::unique_ptr<FrameMemory> {
    return bytes > 1'000'000 ? nullptr : allocate_on_heap(info, bytes);
  });
  Time now{0};
  bool has_spoken = false;
  host.start(now);
  // Each record: time, length, then that many bytes.
  while (size >= 2 && !host.over()) {
    check_first_words(host, has_spoken);
    host.sent(host.output().size());
    const std::size_t length = std::min<std::size_t>(data[1], size - 2);
    host.receive({data + 2, length}, now);
    now += std::chrono::milliseconds(data[0]);
    host.poll(now);
    while (host.has_event()) (void)host.take_event();
    data += 2 + length;
    size -= 2 + length;
  }
  for (int i = 0; !host.over(); ++i) {
    if (i > 1000 || host.next_deadline() == kNever) std::abort();
    now = std::max(now, host.next_deadline());
    host.sent(host.output().size());
    host.poll(now);
  }
  return 0;
}
