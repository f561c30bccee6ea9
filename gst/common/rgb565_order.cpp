// SPDX-License-Identifier: LGPL-2.1-or-later
// Registration of GstImageioDemuxRgb565Order.
#include "common/rgb565_order.h"

#include "omv/recording/imageio_format.h"

namespace omv::gst {

GType rgb565_order_type() {
  using imageio::Rgb565Order;
  static gsize type = 0;
  if (g_once_init_enter(&type)) {
    static const GEnumValue values[] = {
        {static_cast<gint>(Rgb565Order::swap), "Big endian, as the camera itself reads V1.0", "swap"},
        {static_cast<gint>(Rgb565Order::native), "Little endian, as firmware 3.7 to 3.9.1 wrote", "native"},
        {static_cast<gint>(Rgb565Order::by_smoothness), "Whichever makes the pictures smoother", "auto"},
        {0, nullptr, nullptr}};
    g_once_init_leave(&type, g_enum_register_static("GstImageioDemuxRgb565Order", values));
  }
  return type;
}

}  // namespace omv::gst
