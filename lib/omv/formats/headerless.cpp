// SPDX-License-Identifier: LGPL-2.1-or-later
// The checks in front of a file that is pixels and nothing else.
#include "omv/formats/headerless.h"

#include <string>

#include "omv/formats/still_checks.h"

namespace omv::formats::detail {

Result<FrameInfo> stated_geometry(const Format& format, const DecodeOptions& options) {
  if (!options.geometry)
    return Error{Errc::invalid,
                 std::string(format.name) + " files have no header; their width and height must be given"};
  const FrameInfo& info = *options.geometry;
  OMV_CHECK(check_readable_size(format.name, info.width, info.height, options.max_pixels));
  return info;
}

Result<void> check_exact_size(const Format& format, const FrameInfo& info, std::uint64_t bytes, std::uint64_t needed) {
  if (bytes == needed) return {};
  return Error{bytes < needed ? Errc::truncated : Errc::invalid,
               std::string(format.name) + " of " + std::to_string(info.width) + "x" + std::to_string(info.height) +
                   " pixels takes " + std::to_string(needed) + " bytes, the file has " + std::to_string(bytes)};
}

}  // namespace omv::formats::detail
