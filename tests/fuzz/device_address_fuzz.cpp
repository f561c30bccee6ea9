// SPDX-License-Identifier: LGPL-2.1-or-later
// Any text as the address of a camera and as what sysfs says of a device; any bytes cut into datagrams.
#include <cstddef>
#include <cstdint>

#include "omv/camera/device_address.h"
#include "omv/camera/usb_id.h"
#include "omv/camera/v2/packet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void parse_address(std::string_view text) {
  const auto address = omv::camera::parse_device_address(text);
  if (!address && address.error().message.empty()) __builtin_trap();
  const auto* serial = address ? std::get_if<omv::camera::SerialNumberAddress>(&*address) : nullptr;
  if (serial != nullptr && !omv::camera::is_serial_number(serial->id)) __builtin_trap();
}

void parse_id(std::string_view text) {
  const auto number = omv::camera::parse_usb_number(text.substr(0, text.find(' ')));
  if (number) (void)omv::camera::identify_usb({0x37C5, *number}, text);
}

// Every cut gets on, and none goes beyond the end.
void cut_datagrams(omv::ConstByteSpan bytes) {
  while (!bytes.empty()) {
    const std::size_t size = omv::camera::first_packet_size(bytes);
    if (size == 0 || size > bytes.size()) __builtin_trap();
    bytes = bytes.subspan(size);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = omv::as_text({data, size});
  parse_address(text);
  parse_id(text);
  cut_datagrams({data, size});
  return 0;
}
