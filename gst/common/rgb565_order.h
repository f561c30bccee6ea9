// SPDX-License-Identifier: LGPL-2.1-or-later
// The enum type of the property that says how RGB565 of V1.0 recordings lies.
#pragma once

#include <gst/gst.h>

namespace omv::gst {

/// Values are those of imageio::Rgb565Order: swap, native, auto.
GType rgb565_order_type();

}  // namespace omv::gst
