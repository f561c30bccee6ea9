// SPDX-License-Identifier: LGPL-2.1-or-later
// Which class speaks which protocol.
#include "omv/camera/host_session.h"

#include <algorithm>
#include <utility>

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

std::unique_ptr<HostSession> make_host_session(Protocol, HostOptions options, FrameAllocator allocate) {
  return std::make_unique<V2HostSession>(std::move(options), std::move(allocate));
}

}  // namespace omv::camera
