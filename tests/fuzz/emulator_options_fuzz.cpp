// SPDX-License-Identifier: LGPL-2.1-or-later
// Any text as the query of an emulator's URI, as a fault at run time, and as the first line of a script.
#include <cstddef>
#include <cstdint>

#include "omv/emulator/capture_hints.h"
#include "omv/emulator/options.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = omv::as_text({data, size});
  const auto options = omv::emulator::parse_options(text);
  if (!options && options.error().message.empty()) __builtin_trap();
  const auto fault = omv::emulator::parse_fault(text);
  if (!fault && fault.error().message.empty()) __builtin_trap();
  omv::emulator::Faults faults;
  if (fault && fault->kind == omv::emulator::Fault::Kind::set &&
      !*omv::emulator::set_fault(faults, fault->key, fault->value))
    __builtin_trap();
  (void)omv::emulator::parse_capture_hints("# omv-capture: " + std::string(text));
  return 0;
}
