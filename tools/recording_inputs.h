// SPDX-License-Identifier: LGPL-2.1-or-later
// Files of any kind as one recording to read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "omv/convert/kind.h"
#include "signals.h"

namespace omv::tool {

/// Joined, in their order; stills that follow each other are one recording. What the library does not know, GStreamer
/// reads, until a signal comes: Errc::cancelled. Errors name the file.
Result<std::unique_ptr<convert::FrameReader>> open_inputs(const std::vector<std::string>& paths,
                                                          const convert::ReaderOptions& options,
                                                          const EndSignals& signals);

}  // namespace omv::tool
