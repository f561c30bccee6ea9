// SPDX-License-Identifier: LGPL-2.1-or-later
// Lines that a camera's script has marked as records: any text.
#include <cstddef>
#include <cstdint>

#include "common/camera_trigger.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool initialised = (gst_init(nullptr, nullptr), true);
  if (!initialised || size > 4096) return 0;
  const auto record = omv::gst::parse_record({reinterpret_cast<const char*>(data), size});
  if (!record || !record->trigger) return 0;
  // What others write to logs and read back has to be writable.
  gchar* text = gst_structure_to_string(record->trigger.get());
  if (text == nullptr) __builtin_trap();
  g_free(text);
  return 0;
}
