// SPDX-License-Identifier: LGPL-2.1-or-later
// Bytes of the library as what GStreamer passes on.
#pragma once

#include "omv/base/bytes.h"
#include "runner/gst_ptr.h"

namespace omv::runner {

/// Without a copy, and without timestamps.
BufferPtr buffer_of(Bytes bytes);

}  // namespace omv::runner
