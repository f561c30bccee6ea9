// SPDX-License-Identifier: LGPL-2.1-or-later
// Lines that a camera's script has marked as records: any text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "common/camera_trigger.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Looking at every plugin of the machine may take longer than one input is allowed.
  static const bool initialised = (setenv("GST_REGISTRY_DISABLE", "yes", 1), gst_init(nullptr, nullptr), true);
  if (!initialised || size > 4096) return 0;
  const auto record = omv::gst::parse_record({reinterpret_cast<const char*>(data), size});
  if (!record || !record->trigger) return 0;
  // What others write to logs and read back has to be writable.
  gchar* text = gst_structure_to_string(record->trigger.get());
  if (text == nullptr) __builtin_trap();
  g_free(text);
  return 0;
}
