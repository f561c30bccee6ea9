// SPDX-License-Identifier: LGPL-2.1-or-later
// Bytes of the library as what GStreamer passes on.
#pragma once

#include <gst/gst.h>

#include <memory>

#include "omv/base/bytes.h"

namespace omv::runner {

struct BufferDeleter {
  void operator()(GstBuffer* buffer) const { gst_buffer_unref(buffer); }
};
using BufferPtr = std::unique_ptr<GstBuffer, BufferDeleter>;

/// Without a copy, and without timestamps.
BufferPtr buffer_of(Bytes bytes);

}  // namespace omv::runner
