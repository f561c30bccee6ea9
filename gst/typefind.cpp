// SPDX-License-Identifier: LGPL-2.1-or-later
// The typefind function of ImageIO recordings.
#include "typefind.h"

#include "common/caps.h"
#include "omv/recording/imageio_format.h"

static void imageio_type_find(GstTypeFind* find, gpointer) {
  const guint8* magic = gst_type_find_peek(find, 0, omv::imageio::kMagicBytes);
  if (magic == nullptr) return;
  if (!omv::imageio::parse_magic(omv::ConstByteSpan(magic, omv::imageio::kMagicBytes))) return;
  gst_type_find_suggest_empty_simple(find, GST_TYPE_FIND_MAXIMUM, omv::gst::kImageioMediaType);
}

static GstCaps* possible_caps() { return gst_caps_new_empty_simple(omv::gst::kImageioMediaType); }

// The extension is the conventional one of the camera's recordings, and that of many other things: the magic decides.
gboolean gst_type_find_register_imageio(GstPlugin* plugin) {
  GstCaps* caps = possible_caps();
  const gboolean done = gst_type_find_register(plugin, omv::gst::kImageioMediaType, GST_RANK_PRIMARY, imageio_type_find,
                                               "bin", caps, nullptr, nullptr);
  gst_caps_unref(caps);
  return done;
}
