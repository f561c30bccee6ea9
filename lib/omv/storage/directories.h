// SPDX-License-Identifier: LGPL-2.1-or-later
// Directories of files: made on the way, flushed, and emptied of what dead writers left behind.
#pragma once

#include <string>
#include <string_view>

#include "omv/base/result.h"

namespace omv::storage {

/// Files in progress that need a name have one of this form, and are locked (flock) by their writers.
inline constexpr std::string_view kPartPrefix = ".omv-";
inline constexpr std::string_view kPartSuffix = ".part";

/// What stands in front of the last '/': "." when there is none, "/" for files of the root.
std::string directory_of(const std::string& path);

/// False for whatever else has this path, and for nothing.
bool is_directory(const std::string& path);

/// Makes a directory and those above it. No error when it is there. `sync`: its entry is on the medium afterwards.
Result<void> make_directories(const std::string& directory, bool sync);

/// The names in a directory are on the medium when it returns.
Result<void> sync_directory(const std::string& directory);

/// Gives a file or directory another name on its file system. Errc::exists when something has that name.
Result<void> rename_new(const std::string& from, const std::string& to);

/// Removes files in progress that no living writer holds. What can't be read or removed stays: it is in nobody's way.
void remove_leftovers(const std::string& directory);

}  // namespace omv::storage
