// SPDX-License-Identifier: LGPL-2.1-or-later
// A file that appears under its name when it is whole.
#pragma once

#include <string>
#include <utility>

#include "omv/base/file.h"

namespace omv::tool {

/// The file in progress: NAME.part, or NAME.recovering.part where NAME.part is what is to be recovered. Gone unless it
/// was published.
class PartFile {
 public:
  /// Errc::io when NAME is there already, Errc::exists when both of the other names are.
  static Result<PartFile> create(const std::string& path);

  PartFile(PartFile&&) = default;
  PartFile& operator=(PartFile&&) = delete;
  ~PartFile();

  File& file() { return file_; }

  /// Gives it its name, unless somebody else has taken that meanwhile.
  Result<void> publish();

 private:
  PartFile(File file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  File file_;
  std::string path_;
};

}  // namespace omv::tool
