// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures that commands make, as PNG files.
#pragma once

#include <string>

#include "omv/base/result.h"
#include "omv/image/image.h"

namespace omv::tool {

/// The file appears when it is whole. Errc::exists: there is one of this name.
Result<void> write_png(const Frame& picture, const std::string& path);

}  // namespace omv::tool
