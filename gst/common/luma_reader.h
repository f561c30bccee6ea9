// SPDX-License-Identifier: LGPL-2.1-or-later
// The luma of any frame, coded or raw, on the grid that motion is looked for on.
#pragma once

#include <gst/gst.h>

#include <optional>

#include "common/picture.h"
#include "omv/base/result.h"
#include "omv/formats/jpeg_luma.h"
#include "omv/image/image.h"
#include "omv/image/orientation.h"

namespace omv::gst {

/// Caps of the frames that can be read: JPEG, and every raw picture the library knows.
GstCaps* luma_caps();

/// Reads frames of one format after the other. Keeps its memory. One thread at a time.
class LumaReader {
 public:
  /// Errc::unsupported names the field that does not fit.
  Result<void> set_caps(const GstCaps* caps);

  /// Replaces `cells` by the frame's (omv/analysis/luma_cells.h); returns the size of the frame in pixels. Errors are
  /// those of a frame that is damaged, or smaller than its caps say; a JPEG may have a size that they do not say.
  Result<Size> read(GstBuffer* buffer, Frame& cells);

 private:
  Result<Size> read_jpeg(GstBuffer* buffer, Frame& cells);

  std::optional<PictureLayout> raw_;  // none: JPEG
  formats::JpegLumaDecoder jpeg_;
};

}  // namespace omv::gst
