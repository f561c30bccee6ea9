// SPDX-License-Identifier: LGPL-2.1-or-later
// A Motion JPEG AVI as what a conversion reads.
#pragma once

#include <memory>
#include <string>

#include "omv/convert/frame_reader.h"

namespace omv::convert {

/// Times are exact where they are stored, else those of the slots. Frames that are no whole JPEG are left out, which is
/// a loss; their time is kept. Errors as avi::Reader::open(), with the path.
Result<std::unique_ptr<FrameReader>> open_avi(const std::string& path);

}  // namespace omv::convert
