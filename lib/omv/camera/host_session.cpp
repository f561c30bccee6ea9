// SPDX-License-Identifier: LGPL-2.1-or-later
// Which class speaks which protocol.
#include "omv/camera/host_session.h"

#include <algorithm>
#include <utility>

#include "omv/camera/auto_session.h"
#include "omv/camera/usbdbg/host_session.h"
#include "omv/camera/v2/host_session.h"

namespace omv::camera {

void HostSession::receive(ConstByteSpan bytes, Time now) {
  while (!bytes.empty()) {
    const ByteSpan room = space();
    const std::size_t count = std::min(room.size(), bytes.size());
    std::copy_n(bytes.begin(), count, room.begin());
    received(count, now);
    bytes = bytes.subspan(count);
  }
}

std::unique_ptr<HostSession> make_host_session(Protocol protocol, HostOptions options, FrameAllocator allocate) {
  switch (protocol) {
    case Protocol::automatic: return std::make_unique<AutoHostSession>(std::move(options), std::move(allocate));
    case Protocol::v2: return std::make_unique<V2HostSession>(std::move(options), std::move(allocate));
    case Protocol::usbdbg: return std::make_unique<UsbdbgHostSession>(std::move(options), std::move(allocate));
  }
  return nullptr;
}

}  // namespace omv::camera
