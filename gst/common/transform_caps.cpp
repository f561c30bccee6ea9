// SPDX-License-Identifier: LGPL-2.1-or-later
// Caps both ways, and the choice among them.
#include "common/transform_caps.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "common/work_format.h"
#include "omv/image/draw_hints.h"

namespace omv::gst {

namespace {

constexpr gint kMost = static_cast<gint>(kMaxDimension);

bool keeps_colours(const TransformSettings& settings) { return settings.color_palette.empty() && !settings.channel; }

GstStructure* anything_like(const GstStructure* structure) {
  GstStructure* any = gst_structure_copy(structure);
  gst_structure_remove_fields(any, "format", "colorimetry", "chroma-site", nullptr);
  gst_structure_set(any, "width", GST_TYPE_INT_RANGE, 1, kMost, "height", GST_TYPE_INT_RANGE, 1, kMost, nullptr);
  if (gst_structure_has_field(any, "pixel-aspect-ratio"))
    gst_structure_set(any, "pixel-aspect-ratio", GST_TYPE_FRACTION_RANGE, 1, G_MAXINT, G_MAXINT, 1, nullptr);
  return any;
}

// ---- format --------------------------------------------------------------------------------------------------------

// What the settings make of a format, without a detour.
GstVideoFormat natural_format(const TransformSettings& settings, const GstVideoInfo& from) {
  if (!settings.color_palette.empty())
    return is_rgb(*from.finfo) ? GST_VIDEO_INFO_FORMAT(&from) : GST_VIDEO_FORMAT_RGBx;
  if (settings.channel && !is_grey(*from.finfo))
    return is_deep(*from.finfo) ? GST_VIDEO_FORMAT_GRAY16_LE : GST_VIDEO_FORMAT_GRAY8;
  return GST_VIDEO_INFO_FORMAT(&from);
}

int chroma_of(const GstVideoFormatInfo& format) {
  if (is_grey(format) || GST_VIDEO_FORMAT_INFO_N_COMPONENTS(&format) < 2) return 0;
  return static_cast<int>(GST_VIDEO_FORMAT_INFO_W_SUB(&format, 1) + GST_VIDEO_FORMAT_INFO_H_SUB(&format, 1));
}

int depth_of(const GstVideoFormatInfo& format) {
  const bool palette = (format.flags & GST_VIDEO_FORMAT_FLAG_PALETTE) != 0;
  return palette ? 1 : static_cast<int>(GST_VIDEO_FORMAT_INFO_DEPTH(&format, 0));
}

// What is lost counts most: colour, then depth, alpha, and chroma; then what is converted in vain.
int loss(const GstVideoFormatInfo& wanted, const GstVideoFormatInfo& offered) {
  if (&wanted == &offered) return 0;
  const auto lost = [](int difference, int price) { return difference > 0 ? difference * price : 0; };
  const int depth = depth_of(wanted) - depth_of(offered);
  const int chroma = chroma_of(offered) - chroma_of(wanted);
  int points = 1;
  points += lost(is_grey(offered) - is_grey(wanted), 5000) + lost(is_grey(wanted) - is_grey(offered), 10);
  points += lost(depth, 200) + lost(-depth, 3);
  points += lost(has_alpha(wanted) - has_alpha(offered), 150) + lost(has_alpha(offered) - has_alpha(wanted), 2);
  points += lost(chroma, 40) + lost(-chroma, 2);
  return points + (is_rgb(wanted) == is_rgb(offered) || is_grey(wanted) ? 0 : 20);
}

// The formats of a structure; without any, whatever is wanted.
std::vector<GstVideoFormat> formats_of(const GstStructure* structure, GstVideoFormat wanted) {
  const GValue* value = gst_structure_get_value(structure, "format");
  if (value == nullptr) return {wanted};
  const auto format_of = [](const GValue* text) { return gst_video_format_from_string(g_value_get_string(text)); };
  if (G_VALUE_HOLDS_STRING(value)) return {format_of(value)};
  std::vector<GstVideoFormat> formats;
  for (guint i = 0; GST_VALUE_HOLDS_LIST(value) && i < gst_value_list_get_size(value); ++i)
    formats.push_back(format_of(gst_value_list_get_value(value, i)));
  return formats;
}

struct Choice {
  guint structure = 0;
  GstVideoFormat format = GST_VIDEO_FORMAT_UNKNOWN;
};

Choice best_format(const GstCaps* choices, GstVideoFormat wanted) {
  Choice best;
  int least = std::numeric_limits<int>::max();
  for (guint i = 0; i < gst_caps_get_size(choices); ++i)
    for (const GstVideoFormat format : formats_of(gst_caps_get_structure(choices, i), wanted)) {
      if (format == GST_VIDEO_FORMAT_UNKNOWN) continue;
      const int points = loss(*gst_video_format_get_info(wanted), *gst_video_format_get_info(format));
      if (points < least) best = {i, format};
      least = std::min(points, least);
    }
  return best;
}

// `choices` reduced to the one structure and format that suits best.
GstCaps* take_format(GstCaps* choices, GstVideoFormat wanted) {
  const Choice best = best_format(choices, wanted);
  GstCaps* chosen = gst_caps_copy_nth(choices, best.structure);
  gst_caps_unref(choices);
  if (best.format != GST_VIDEO_FORMAT_UNKNOWN)
    gst_caps_set_simple(chosen, "format", G_TYPE_STRING, gst_video_format_to_string(best.format), nullptr);
  return chosen;
}

// ---- size ----------------------------------------------------------------------------------------------------------

struct Shape {
  double width, height;
};

// Fixes one side near to what is wanted; the side it has become.
gint fix_side(GstStructure* structure, const char* name, double wanted) {
  gint side = static_cast<gint>(std::clamp(std::round(wanted), 1.0, static_cast<double>(kMost)));
  gst_structure_fixate_field_nearest_int(structure, name, side);
  gst_structure_get_int(structure, name, &side);
  return side;
}

// Fixes `first`, then the other side so that the shape stays; true when it could.
bool fix_shape(GstStructure* structure, const char* first, double a, const char* second, double b) {
  const gint fixed = fix_side(structure, first, a);
  const double rest = std::abs(fixed - a) < 1 ? b : b * fixed / a;
  return std::abs(fix_side(structure, second, rest) - rest) < 1;
}

void fix_size(GstStructure* structure, Shape wanted) {
  GstStructure* other = gst_structure_copy(structure);
  if (!fix_shape(structure, "width", wanted.width, "height", wanted.height) &&
      fix_shape(other, "height", wanted.height, "width", wanted.width)) {
    for (const char* name : {"width", "height"})
      gst_structure_set_value(structure, name, gst_structure_get_value(other, name));
  }
  gst_structure_free(other);
}

// Fixes the pixels near to those of the source, turned; what width they leave of `size`.
Shape fix_pixels(GstStructure* structure, const GstVideoInfo& from, bool transposed, Size size) {
  gint n = GST_VIDEO_INFO_PAR_N(&from);
  gint d = GST_VIDEO_INFO_PAR_D(&from);
  if (transposed) std::swap(n, d);
  Shape shape = {static_cast<double>(size.width), static_cast<double>(size.height)};
  if (!gst_structure_has_field(structure, "pixel-aspect-ratio")) {
    if (n != d) gst_structure_set(structure, "pixel-aspect-ratio", GST_TYPE_FRACTION, n, d, nullptr);
    return shape;
  }
  gst_structure_fixate_field_nearest_fraction(structure, "pixel-aspect-ratio", n, d);
  gint out_n = n;
  gint out_d = d;
  gst_structure_get_fraction(structure, "pixel-aspect-ratio", &out_n, &out_d);
  if (out_n > 0 && out_d > 0) shape.width *= static_cast<double>(n) / d * out_d / out_n;
  return shape;
}

// ---- colours -------------------------------------------------------------------------------------------------------

void prefer(GstStructure* structure, const char* field, gchar* value) {
  if (value == nullptr) return;
  if (gst_structure_has_field(structure, field))
    gst_structure_fixate_field_string(structure, field, value);
  else
    gst_structure_set(structure, field, G_TYPE_STRING, value, nullptr);
  g_free(value);
}

bool shares_chroma_alike(const GstVideoFormatInfo& a, const GstVideoFormatInfo& b) {
  constexpr guint kChroma = 1;
  return chroma_of(a) > 0 && GST_VIDEO_FORMAT_INFO_W_SUB(&a, kChroma) == GST_VIDEO_FORMAT_INFO_W_SUB(&b, kChroma) &&
         GST_VIDEO_FORMAT_INFO_H_SUB(&a, kChroma) == GST_VIDEO_FORMAT_INFO_H_SUB(&b, kChroma);
}

// Without this, both would follow from the size.
void keep_colorimetry(GstStructure* structure, const GstVideoInfo& from) {
  const gchar* name = gst_structure_get_string(structure, "format");
  if (name == nullptr) return;
  const GstVideoFormatInfo& format = *gst_video_format_get_info(gst_video_format_from_string(name));
  if (is_rgb(format) != is_rgb(*from.finfo) || is_grey(format) != is_grey(*from.finfo)) return;
  prefer(structure, "colorimetry", gst_video_colorimetry_to_string(&GST_VIDEO_INFO_COLORIMETRY(&from)));
  if (shares_chroma_alike(format, *from.finfo) && GST_VIDEO_INFO_CHROMA_SITE(&from) != GST_VIDEO_CHROMA_SITE_UNKNOWN)
    prefer(structure, "chroma-site", gst_video_chroma_site_to_string(GST_VIDEO_INFO_CHROMA_SITE(&from)));
}

}  // namespace

GstCaps* transform_template_caps() {
  GstCaps* caps = gst_caps_from_string(GST_VIDEO_CAPS_MAKE(GST_VIDEO_FORMATS_ALL));
  gst_caps_set_simple(caps, "width", GST_TYPE_INT_RANGE, 1, kMost, "height", GST_TYPE_INT_RANGE, 1, kMost, nullptr);
  return caps;
}

GstCaps* possible_caps(const GstCaps* caps, const TransformSettings& settings) {
  GstCaps* possible = keeps_geometry(settings) && keeps_colours(settings) ? gst_caps_copy(caps) : gst_caps_new_empty();
  for (guint i = 0; i < gst_caps_get_size(caps); ++i)
    possible = gst_caps_merge_structure(possible, anything_like(gst_caps_get_structure(caps, i)));
  return possible;
}

GstCaps* best_output(const GstCaps* from, GstCaps* choices, const TransformSettings& settings) {
  GstVideoInfo info;
  if (gst_caps_is_empty(choices) || !gst_video_info_from_caps(&info, from)) return choices;
  GstCaps* best = take_format(choices, natural_format(settings, info));
  GstStructure* structure = gst_caps_get_structure(best, 0);
  const Size own = {static_cast<std::uint32_t>(GST_VIDEO_INFO_WIDTH(&info)),
                    static_cast<std::uint32_t>(GST_VIDEO_INFO_HEIGHT(&info))};
  const Size natural = natural_size(settings, info).value_or(own);
  fix_size(structure, fix_pixels(structure, info, orientation_of(settings.hints).transpose, natural));
  keep_colorimetry(structure, info);
  return gst_caps_fixate(best);
}

GstCaps* best_input(const GstCaps* to, GstCaps* choices) {
  GstVideoInfo info;
  if (gst_caps_is_empty(choices) || !gst_video_info_from_caps(&info, to)) return choices;
  GstCaps* best = take_format(choices, GST_VIDEO_INFO_FORMAT(&info));
  GstStructure* structure = gst_caps_get_structure(best, 0);
  fix_side(structure, "width", GST_VIDEO_INFO_WIDTH(&info));
  fix_side(structure, "height", GST_VIDEO_INFO_HEIGHT(&info));
  return gst_caps_fixate(best);
}

}  // namespace omv::gst
