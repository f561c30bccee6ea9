// SPDX-License-Identifier: LGPL-2.1-or-later
// A recording as a timeline: intervals, sizes and gaps on one picture.
#pragma once

#include <string>

#include "omv/base/result.h"
#include "recording_summary.h"

namespace omv::tool {

/// A PNG file that must not exist. Where several frames share a column of pixels, it shows the least and the most of
/// them. A gap is red: a mark above, and a band down, from the frame before it to the frame behind it. Errc::end: there
/// are fewer than two frames, or no time passes between them.
Result<void> write_plot(const std::string& recording, const RecordingSummary& summary, const std::string& plot);

}  // namespace omv::tool
