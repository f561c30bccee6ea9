// SPDX-License-Identifier: LGPL-2.1-or-later
// Caps from what the formats hold.
#include "common/still_caps.h"

#include "common/picture.h"

namespace omv::gst {

namespace {

using formats::Format;

GstCaps* coded_caps(const Format& format) { return gst_caps_new_empty_simple(std::string(format.media_type).c_str()); }

// Coded pictures of another format are decoded, to grey or RGB.
bool holds_decoded(const Format& format) {
  return format.holds(PixelFormat::rgb888) || format.holds(PixelFormat::grayscale);
}

GstCaps* caps_of(const Format& format) {
  GstCaps* caps = format.coded ? coded_caps(format) : gst_caps_new_empty();
  gst_caps_append(caps, picture_caps(format.holds));
  for (const Format* other : formats::formats())
    if (other->coded && other != &format && holds_decoded(format)) gst_caps_append(caps, coded_caps(*other));
  return caps;
}

// Consumes both; the order is that of the first.
GstCaps* take_intersection(GstCaps* first, GstCaps* second) {
  GstCaps* both = gst_caps_intersect_full(first, second, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref(first);
  gst_caps_unref(second);
  return both;
}

}  // namespace

GstCaps* still_template_caps() {
  GstCaps* caps = gst_caps_new_empty();
  for (const Format* format : formats::formats())
    if (format->coded) gst_caps_append(caps, coded_caps(*format));
  gst_caps_append(caps, picture_caps([](PixelFormat) { return true; }));
  return caps;
}

GstCaps* still_caps(const std::vector<StillVersion>& versions) {
  GstCaps* caps = still_template_caps();
  for (const StillVersion& version : versions) caps = take_intersection(caps_of(*version.format), caps);
  return caps;
}

}  // namespace omv::gst
