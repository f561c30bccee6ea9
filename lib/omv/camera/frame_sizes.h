// SPDX-License-Identifier: LGPL-2.1-or-later
// The frame sizes that cameras have names for (spec: cameras, section 4).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "omv/base/result.h"

namespace omv::camera {

struct FrameSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;

  bool operator==(const FrameSize&) const = default;
};

struct NamedFrameSize {
  std::string_view name;
  FrameSize size;
};

/// In the order of the specification's table.
std::span<const NamedFrameSize> frame_sizes();

/// "QVGA" in any case, or "320x240". Errc::invalid, naming the text and what would do, for anything else; sides are
/// 1 to kMaxDimension.
Result<FrameSize> parse_frame_size(std::string_view text);

/// "QVGA" for a size that has a name (the first one of the table), else "320x241".
std::string frame_size_name(const FrameSize& size);

}  // namespace omv::camera
