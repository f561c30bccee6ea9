// SPDX-License-Identifier: LGPL-2.1-or-later
// One row per subsampling.
#include "common/jpeg_subsampling.h"

#include "omv/formats/jpeg_settings.h"

using omv::formats::Subsampling;

GType gst_omv_jpeg_subsampling_get_type() {
  static gsize type = 0;
  if (g_once_init_enter(&type)) {
    static const GEnumValue values[] = {
        {static_cast<gint>(Subsampling::automatic), "By quality: 4:2:0 up to 35, 4:2:2 up to 59, else 4:4:4", "auto"},
        {static_cast<gint>(Subsampling::s444), "All of the chroma", "444"},
        {static_cast<gint>(Subsampling::s422), "Half of it: one sample for two columns", "422"},
        {static_cast<gint>(Subsampling::s420), "A quarter: one sample for two columns and two rows", "420"},
        {static_cast<gint>(Subsampling::s440), "Half of it: one sample for two rows", "440"},
        {static_cast<gint>(Subsampling::s411), "A quarter: one sample for four columns", "411"},
        {0, nullptr, nullptr}};
    g_once_init_leave(&type, g_enum_register_static("GstOmvJpegSubsampling", values));
  }
  return type;
}
