// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a rig's files go, and how much room there is.
#pragma once

#include <cstdint>
#include <string>

#include "omv/base/result.h"
#include "rig/model.h"

namespace omv::runner {

struct Space {
  std::uint64_t total = 0;
  std::uint64_t free = 0;  ///< for this process
};

/// Of the file system of a directory. Errc::io.
Result<Space> space_of(const std::string& directory);

/// The directory in the one way to write it: "recordings" for "./recordings/". What has ".." in it stays as it is,
/// because of links.
std::string plain_directory(const std::string& directory);

/// As the process sees it now; as it was when there is no working directory any more.
std::string absolute_path(const std::string& path);

/// True when `directory`, or what there is of the way to it, is in a mounted file system other than that of /.
bool is_on_mount(const std::string& directory);

/// True when the storage may be touched: it is mounted if it has to be.
bool is_reachable(const rig::Storage& storage);

}  // namespace omv::runner
