// SPDX-License-Identifier: LGPL-2.1-or-later
// Stills, one after the other at a given rate, as what a conversion reads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "omv/convert/frame_reader.h"

namespace omv::convert {

/// JPEG and PNG files are frames as they stand, others are decoded. Files are opened when it is their turn.
std::unique_ptr<FrameReader> open_stills(std::vector<std::string> paths, avi::Rate rate);

}  // namespace omv::convert
