// SPDX-License-Identifier: LGPL-2.1-or-later
// Raw Bayer mosaics: width * height bytes without a header, as the camera writes them (spec: media, section 2).
#pragma once

#include "omv/formats/format.h"

namespace omv::formats {

/// Holds the four Bayer orders. decode() wants DecodeOptions::geometry with the order, and exactly width * height
/// bytes: fewer are Errc::truncated, more Errc::invalid.
extern const Format kRawBayerFormat;

}  // namespace omv::formats
