// SPDX-License-Identifier: LGPL-2.1-or-later
// A recording on one picture: some of its frames, with their numbers and times.
#pragma once

#include <string>

#include "omv/base/result.h"

namespace omv::tool {

/// At most 24 frames, evenly spread from the first to the last, of an ImageIO file, a Motion JPEG AVI or a GIF, as a
/// PNG file that must not exist. Errc::end: there is no frame; Errc::unsupported: another kind of file.
Result<void> write_contact_sheet(const std::string& recording, const std::string& sheet);

}  // namespace omv::tool
