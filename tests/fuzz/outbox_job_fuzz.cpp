// SPDX-License-Identifier: LGPL-2.1-or-later
// Any text as a job of an outbox: what is one is written down and read again as it is.
#include <cstddef>
#include <cstdint>

#include "omv/base/bytes.h"
#include "runner/files/outbox_job.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto job = omv::runner::parse_job(omv::as_text({data, size}));
  if (!job) return 0;
  const auto again = omv::runner::parse_job(omv::runner::job_text(*job));
  if (!again || *again != *job) __builtin_trap();
  return 0;
}
