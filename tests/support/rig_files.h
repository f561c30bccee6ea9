// SPDX-License-Identifier: LGPL-2.1-or-later
// Rig files of the source tree, and the machine that they are checked against.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "rig/document.h"
#include "rig/reader.h"

namespace omv::rig::test {

inline constexpr Machine kMachine{std::uint64_t{4} << 30};

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::filesystem::path source_path(std::string_view path) {
  const char* root = std::getenv("OMV_SOURCE_ROOT");
  return std::filesystem::path(root != nullptr ? root : ".") / path;
}

/// Sorted by name.
inline std::vector<std::filesystem::path> files_in(std::string_view folder, std::string_view extension) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(source_path(folder)))
    if (entry.path().extension() == extension) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace omv::rig::test
