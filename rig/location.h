// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of the files of records: their fields, their extensions, and which may meet.
#pragma once

#include <string>
#include <string_view>

#include "omv/storage/name_pattern.h"
#include "rig/model.h"

namespace omv::rig {

/// With %{rig}, %{record}, %{camera}, %{trigger} and %{clip}, besides what every pattern knows. Errors as of
/// NamePattern::parse().
Result<storage::NamePattern> parse_location(std::string_view text);

/// "avi" for avi, "bin" for imageio; empty for images, which are a directory.
std::string_view extension_of(FileFormat format);

/// The extension of a location; empty when it has none, also where a conversion stands in its place.
std::string_view extension_in(std::string_view location);

/// A location below the directory of the storage, whose name is no pattern.
std::string location_path(const Rig& rig, const std::string& location);

/// The name of the files of one camera of the record with everything filled in that is the same for all of them. Two
/// that are equal may meet.
std::string fixed_name(const Rig& rig, const Record& record, std::string_view camera);

}  // namespace omv::rig
