// SPDX-License-Identifier: LGPL-2.1-or-later
// What `omv info` says about a still.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "omv/base/result.h"
#include "omv/formats/format.h"

namespace omv::tool {

struct StillSummary {
  const formats::Format* format = nullptr;
  std::uint64_t file_bytes = 0;
  FrameInfo info;  ///< of the decoded picture
  formats::Metadata metadata;
  std::optional<Error> damage;  ///< of the metadata, which is empty then; the picture is whole
};

/// Decodes the whole picture of a file that begins like one of the formats. Errors of Format::decode() and Errc::io,
/// naming the path.
Result<StillSummary> summarize_still(const std::string& path);

}  // namespace omv::tool
