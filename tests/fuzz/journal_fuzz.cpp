// SPDX-License-Identifier: LGPL-2.1-or-later
// Any text as a journal: no entry leads out of its directory, and what was read is written the same.
#include <cstddef>
#include <cstdint>

#include "omv/base/bytes.h"
#include "omv/storage/journal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text;
  const auto entries = omv::storage::parse_journal(omv::as_text({data, size}));
  for (const auto& entry : entries) {
    if (!omv::storage::stays_within(entry.path)) __builtin_trap();
    text += to_line(entry);
  }
  if (omv::storage::parse_journal(text) != entries) __builtin_trap();
  return 0;
}
