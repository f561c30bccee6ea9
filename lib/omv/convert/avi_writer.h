// SPDX-License-Identifier: LGPL-2.1-or-later
// A Motion JPEG AVI as what a conversion writes.
#pragma once

#include <memory>
#include <string>

#include "omv/convert/frame_writer.h"

namespace omv::convert {

/// JPEG frames stay as they are, byte for byte; others are coded. Exact times are stored beside the slots of the grid.
/// All frames have one size: Errc::unsupported else. Errc::exists.
Result<std::unique_ptr<FrameWriter>> create_avi(const std::string& path, const WriterOptions& options);

}  // namespace omv::convert
