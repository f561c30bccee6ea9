// SPDX-License-Identifier: LGPL-2.1-or-later
// A program of somebody else: knows the installed headers and `pkg-config omv`, nothing of the source tree.
#include <omv/base/crc.h>
#include <omv/image/pixel_format.h>

#include <cstdio>

int main() {
  if (omv::crc16(omv::as_bytes("123456789")) != 0xE541) return 1;
  const auto format = omv::pixel_format_by_name("RGB565");
  if (!format || omv::payload_bytes(*format, 640, 480) != 614400) return 1;
  std::puts("consumer: ok");
  return 0;
}
