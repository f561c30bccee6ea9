// SPDX-License-Identifier: LGPL-2.1-or-later
// Palettes in image files: 256 pixels in whatever shape, row by row (spec: media, section 1).
#pragma once

#include <string>

#include "omv/base/result.h"
#include "omv/image/palette.h"

namespace omv::formats {

/// The colours of a file of any format that the registry can tell by its content. Errc::io when it can't be read,
/// Errc::unsupported for content it does not know, Errc::invalid for another number of pixels; the path is named.
Result<Palette> read_palette(const std::string& path);

/// The same with grey values; a picture with colours is Errc::invalid.
Result<AlphaPalette> read_alpha_palette(const std::string& path);

}  // namespace omv::formats
