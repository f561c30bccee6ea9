// SPDX-License-Identifier: LGPL-2.1-or-later
// An animated GIF as what a conversion writes.
#pragma once

#include <memory>
#include <string>

#include "omv/convert/frame_writer.h"

namespace omv::convert {

/// Pictures like the one before make it last longer. One less than two hundredths of a second after another is a loss:
/// GIF has no place for it. All frames have one size: Errc::unsupported else. Errc::exists.
Result<std::unique_ptr<FrameWriter>> create_gif(const std::string& path, const WriterOptions& options);

}  // namespace omv::convert
