// SPDX-License-Identifier: LGPL-2.1-or-later
// What the files without a header have in common: their size comes from the reader and must fit.
#pragma once

#include <cstdint>

#include "omv/base/result.h"
#include "omv/formats/format.h"

namespace omv::formats::detail {

/// The geometry that the options say, with sides and pixels within the limits. Errc::invalid without one.
Result<FrameInfo> stated_geometry(const Format& format, const DecodeOptions& options);

/// Errc::truncated for fewer bytes than `needed` of a picture of this size, Errc::invalid for more.
Result<void> check_exact_size(const Format& format, const FrameInfo& info, std::uint64_t bytes, std::uint64_t needed);

}  // namespace omv::formats::detail
