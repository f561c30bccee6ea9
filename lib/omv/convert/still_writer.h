// SPDX-License-Identifier: LGPL-2.1-or-later
// Numbered stills as what a conversion writes.
#pragma once

#include <memory>
#include <string>

#include "omv/convert/frame_writer.h"

namespace omv::convert {

/// `pattern` is a storage::NamePattern; its number is the frame's, and the extension tells the format. Each file is
/// whole when it appears; those that this made are removed again when it goes without finish(), but not those that
/// replaced another. Errc::exists for a name that is taken, Errc::invalid for a second frame with the same name.
Result<std::unique_ptr<FrameWriter>> create_stills(const std::string& pattern, const WriterOptions& options);

}  // namespace omv::convert
