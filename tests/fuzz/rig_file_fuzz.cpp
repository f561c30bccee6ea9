// SPDX-License-Identifier: LGPL-2.1-or-later
// Any bytes as a rig file: every mistake has a place and a sentence, and a rig that is fine says the same again.
#include <cstddef>
#include <cstdint>
#include <string>

#include "omv/base/bytes.h"
#include "rig/document.h"
#include "rig/launch.h"
#include "rig/reader.h"
#include "rig/resolved_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr omv::rig::Machine kMachine{std::uint64_t{4} << 30};

void check_diagnostics(const omv::rig::Report& report) {
  for (const auto& diagnostic : report.diagnostics()) {
    const bool has_place = diagnostic.at.line == 0 || diagnostic.at.column > 0;
    if (diagnostic.message.empty() || !has_place) __builtin_trap();
  }
}

void check_resolved(const omv::rig::Rig& rig) {
  const std::string text = omv::rig::resolved_text(rig);
  if (text.size() > omv::rig::kMaxFileBytes) return;
  const auto again = omv::rig::read_rig(text, kMachine);
  if (!again.ok() || omv::rig::launch_lines(again.rig).size() != rig.cameras.size()) __builtin_trap();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto checked = omv::rig::read_rig(omv::as_text({data, size}), kMachine);
  check_diagnostics(checked.report);
  if (checked.ok()) check_resolved(checked.rig);
  return 0;
}
