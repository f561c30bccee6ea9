// SPDX-License-Identifier: LGPL-2.1-or-later
// Decodes a still and reads its metadata.
#include "still_summary.h"

#include "omv/base/mapped_file.h"

namespace omv::tool {

Result<StillSummary> summarize_still(const std::string& path) {
  OMV_TRY(const MappedFile file, MappedFile::open(path));
  const formats::Format* found = formats::format_by_content(file.bytes());
  if (found == nullptr)
    return Error{Errc::unsupported, path + ": it is no still (" + formats::known_extensions() + ")"};
  const formats::Format& format = *found;
  const auto frame = format.decode(file.bytes(), {});
  if (!frame) return Error{frame.error().code, path + ": " + frame.error().message};
  StillSummary summary = {&format, file.bytes().size(), frame->info, {}, {}};
  if (format.read_metadata == nullptr) return summary;
  auto metadata = format.read_metadata(file.bytes());
  if (metadata)
    summary.metadata = *std::move(metadata);
  else
    summary.damage = std::move(metadata).error();
  return summary;
}

}  // namespace omv::tool
