// SPDX-License-Identifier: LGPL-2.1-or-later
// The chunks that hold metadata, for the encoder.
#pragma once

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/formats/metadata.h"

namespace omv::formats::detail {

/// Appends what belongs between IHDR and the pixels. Errc::invalid as add_png_metadata().
Result<void> append_png_metadata(const Metadata& metadata, Bytes& into);

}  // namespace omv::formats::detail
