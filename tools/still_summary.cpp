// SPDX-License-Identifier: LGPL-2.1-or-later
// Decodes a still and reads its metadata.
#include "still_summary.h"

#include <algorithm>
#include <array>

#include "omv/base/mapped_file.h"

namespace omv::tool {

namespace {

constexpr std::uint64_t kMostSniffed = 16;

}  // namespace

const formats::Format* still_format(const std::string& path) {
  const auto file = File::open(path, File::Mode::read);
  if (!file) return nullptr;
  const auto size = file->size();
  if (!size) return nullptr;
  std::array<std::uint8_t, kMostSniffed> buffer;
  const ByteSpan start = ByteSpan(buffer).first(static_cast<std::size_t>(std::min(*size, kMostSniffed)));
  return file->read_at(0, start) ? formats::format_by_content(start) : nullptr;
}

Result<StillSummary> summarize_still(const std::string& path, const formats::Format& format) {
  OMV_TRY(const MappedFile file, MappedFile::open(path));
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
