// SPDX-License-Identifier: LGPL-2.1-or-later
// One picture into one still file: what a worker of an encoder element does.
#pragma once

#include <gst/gst.h>

#include <memory>

#include "common/full_range.h"
#include "omv/formats/format.h"

namespace omv::gst {

/// Everything that decides about the bytes, as it was when the frame came.
struct EncodeJob {
  const formats::Format* format = nullptr;
  formats::EncodeOptions options;  ///< without its metadata
  std::shared_ptr<const formats::Metadata> metadata;
  std::shared_ptr<const FullRange> pictures;
};

/// A new buffer that is exactly as large as the file. May run on any number of threads at once; each keeps a working
/// buffer of its own.
Result<GstBuffer*> encode_picture(const EncodeJob& job, GstBuffer* picture);

}  // namespace omv::gst
