// SPDX-License-Identifier: LGPL-2.1-or-later
// Which class speaks which protocol.
#include "omv/camera/device_session.h"

#include <algorithm>
#include <utility>

#include "omv/camera/usbdbg/device_session.h"
#include "omv/camera/v2/device_session.h"

namespace omv::camera {

std::size_t DeviceSession::receive(ConstByteSpan bytes, Time now) {
  const ByteSpan room = space();
  const std::size_t count = std::min(room.size(), bytes.size());
  std::copy_n(bytes.begin(), count, room.begin());
  received(count, now);
  return count;
}

std::unique_ptr<DeviceSession> make_device_session(Protocol protocol, DeviceOptions options, FrameProvider& provider) {
  if (protocol == Protocol::usbdbg) return std::make_unique<UsbdbgDeviceSession>(std::move(options), provider);
  return std::make_unique<V2DeviceSession>(std::move(options), provider);
}

}  // namespace omv::camera
