// SPDX-License-Identifier: LGPL-2.1-or-later
// Any text as a time, a range of frames, a shard: what is taken is within its bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "omv/convert/selection.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto time = omv::convert::parse_time(text);
  if (time && (time->count() < 0 || *time > std::chrono::hours(2 * 366 * 24))) std::abort();
  omv::convert::Selection selection;
  if (omv::convert::parse_frames(text, selection) && selection.end && *selection.end <= selection.first) std::abort();
  const auto shard = omv::convert::parse_shard(text);
  if (shard && (shard->index < 1 || shard->index > shard->count)) std::abort();
  return 0;
}
