// SPDX-License-Identifier: LGPL-2.1-or-later
// Properties and structures become versions.
#include "common/still_version.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "common/camera_trigger.h"
#include "common/jpeg_subsampling.h"

namespace omv::gst {

namespace {

using formats::Subsampling;
using storage::NamePattern;

constexpr std::array kFields = {storage::NameField{"source"}, storage::NameField{"variant"}};
constexpr const char* kKnown = "location, width, height, scale, quality, subsampling, roi";

std::string in_words(const RoiRequest& roi) {
  return "<" + std::to_string(roi.x) + "," + std::to_string(roi.y) + "," + std::to_string(roi.width) + "," +
         std::to_string(roi.height) + ">";
}

Error of_variant(const std::string& name, const std::string& what) {
  return {Errc::invalid, "variants: " + name + ": " + what};
}

Result<void> check_roi(const std::optional<RoiRequest>& roi) {
  if (!roi || (roi->width > 0 && roi->height > 0)) return {};
  return Error{Errc::invalid, "roi=" + in_words(*roi) + " has no pixels: width and height have to be 1 at least"};
}

// ---- fields of a variant -------------------------------------------------------------------------------------------

Result<std::uint32_t> size_of(const GValue* value, const char* field) {
  const gint size = G_VALUE_HOLDS_INT(value) ? g_value_get_int(value) : 0;
  if (size >= 1 && size <= static_cast<gint>(kMaxDimension)) return static_cast<std::uint32_t>(size);
  return Error{Errc::invalid, std::string(field) + " is not a number of pixels, 1 to " + std::to_string(kMaxDimension)};
}

Result<double> factor_of(const GValue* value) {
  const double factor = G_VALUE_HOLDS_DOUBLE(value) ? g_value_get_double(value)
                        : G_VALUE_HOLDS_INT(value)  ? g_value_get_int(value)
                                                    : 0;
  if (factor > 0 && factor <= kMaxDimension) return factor;
  return Error{Errc::invalid, "scale is not a positive number"};
}

Result<gint> quality_of(const GValue* value) {
  const gint quality = G_VALUE_HOLDS_INT(value) ? g_value_get_int(value) : 0;
  if (quality >= 1 && quality <= 100) return quality;
  return Error{Errc::invalid, "quality is not 1 to 100"};
}

Result<Subsampling> subsampling_of(const GValue* value) {
  GValue as_enum = G_VALUE_INIT;
  g_value_init(&as_enum, GST_TYPE_OMV_JPEG_SUBSAMPLING);
  const gchar* text = G_VALUE_HOLDS_STRING(value) ? g_value_get_string(value) : nullptr;
  std::string number;  // 420 without quotes is a number
  if (G_VALUE_HOLDS_INT(value)) text = (number = std::to_string(g_value_get_int(value))).c_str();
  const bool known = text != nullptr && gst_value_deserialize(&as_enum, text);
  const auto subsampling = static_cast<Subsampling>(g_value_get_enum(&as_enum));
  g_value_unset(&as_enum);
  if (known) return subsampling;
  return Error{Errc::invalid, "subsampling is none of auto, 444, 422, 420, 440, 411"};
}

Result<void> take_field(const std::string& field, const GValue* value, VersionSettings& settings, Scaling& scaling) {
  if (field == "location" && G_VALUE_HOLDS_STRING(value)) {
    settings.location = g_value_get_string(value);
  } else if (field == "width") {
    OMV_TRY(scaling.width, size_of(value, "width"));
  } else if (field == "height") {
    OMV_TRY(scaling.height, size_of(value, "height"));
  } else if (field == "scale") {
    OMV_TRY(scaling.factor, factor_of(value));
  } else if (field == "quality") {
    OMV_TRY(settings.quality, quality_of(value));
  } else if (field == "subsampling") {
    OMV_TRY(settings.subsampling, subsampling_of(value));
  } else if (field == "roi") {
    OMV_TRY(settings.roi, roi_from_value(value));
  } else {
    return Error{Errc::invalid, "field " + field + " is none of " + kKnown + ", or is not of its type"};
  }
  return {};
}

Result<StillVersion> variant_of(const GstStructure* structure, VersionSettings settings) {
  const std::string name = gst_structure_get_name(structure);
  Scaling scaling;
  settings.location.clear();
  for (gint i = 0; i < gst_structure_n_fields(structure); ++i) {
    const gchar* field = gst_structure_nth_field_name(structure, static_cast<guint>(i));
    const auto taken = take_field(field, gst_structure_get_value(structure, field), settings, scaling);
    if (!taken) return of_variant(name, taken.error().message);
  }
  if (scaling.factor > 0 && (scaling.width > 0 || scaling.height > 0))
    return of_variant(name, "scale beside width or height says the size twice");
  auto version = make_version(settings);
  if (!version) return of_variant(name, version.error().message);
  version->name = name;
  version->scaling = scaling;
  return version;
}

bool is_blank(char c) { return c == ';' || g_ascii_isspace(c); }

}  // namespace

std::span<const storage::NameField> still_fields() { return kFields; }

Result<StillVersion> make_version(const VersionSettings& settings) {
  OMV_TRY(NamePattern pattern, NamePattern::parse(settings.location, kFields));
  OMV_TRY(const formats::Format* format, formats::format_for_path(settings.location));
  OMV_CHECK(check_roi(settings.roi));
  formats::JpegSettings jpeg;
  jpeg.quality = settings.quality;
  jpeg.subsampling = settings.subsampling;
  return StillVersion{"", std::move(pattern), format, jpeg, settings.roi, {}};
}

Result<std::vector<StillVersion>> parse_variants(const std::string& text, const VersionSettings& still) {
  std::vector<StillVersion> variants;
  const gchar* at = text.c_str();
  while (true) {
    while (is_blank(*at)) ++at;
    if (*at == '\0') return variants;
    gchar* end = nullptr;
    const StructurePtr structure(gst_structure_from_string(at, &end));
    if (!structure || end == at)
      return Error{Errc::invalid, "variants: no structure (NAME,location=\"…\",width=…) begins at '" +
                                      std::string(at).substr(0, 60) + "'"};
    OMV_TRY(StillVersion variant, variant_of(structure.get(), still));
    const auto same = [&](const StillVersion& other) { return other.name == variant.name; };
    if (std::any_of(variants.begin(), variants.end(), same))
      return Error{Errc::invalid, "variants: two have the name " + variant.name};
    variants.push_back(std::move(variant));
    at = end;
  }
}

Result<std::optional<RoiRequest>> roi_from_value(const GValue* value) {
  std::array<gint, 4> numbers{};
  const guint size = GST_VALUE_HOLDS_ARRAY(value) ? gst_value_array_get_size(value) : 1;
  if (size == 0) return std::optional<RoiRequest>();
  bool fits = size == numbers.size();
  for (guint i = 0; fits && i < size; ++i) {
    const GValue* number = gst_value_array_get_value(value, i);
    fits = G_VALUE_HOLDS_INT(number);
    if (fits) numbers[i] = g_value_get_int(number);
  }
  if (!fits) return Error{Errc::invalid, "roi is not of the form <x,y,width,height>"};
  return std::optional(RoiRequest{numbers[0], numbers[1], numbers[2], numbers[3]});
}

void roi_to_value(const std::optional<RoiRequest>& roi, GValue* value) {
  if (!roi) return;
  for (const gint number : {roi->x, roi->y, roi->width, roi->height}) {
    GValue item = G_VALUE_INIT;
    g_value_init(&item, G_TYPE_INT);
    g_value_set_int(&item, number);
    gst_value_array_append_and_take_value(value, &item);
  }
}

Result<Roi> clipped(const std::optional<RoiRequest>& roi, std::uint32_t width, std::uint32_t height) {
  if (!roi) return Roi{0, 0, width, height};
  const auto within = [](gint64 value, std::uint32_t most) { return std::clamp<gint64>(value, 0, most); };
  const gint64 left = within(roi->x, width);
  const gint64 right = within(gint64{roi->x} + roi->width, width);
  const gint64 top = within(roi->y, height);
  const gint64 bottom = within(gint64{roi->y} + roi->height, height);
  if (right <= left || bottom <= top)
    return Error{Errc::invalid, "roi=" + in_words(*roi) + " has no pixel of a picture of " + std::to_string(width) +
                                    "x" + std::to_string(height)};
  return Roi{static_cast<std::uint32_t>(left), static_cast<std::uint32_t>(top),
             static_cast<std::uint32_t>(right - left), static_cast<std::uint32_t>(bottom - top)};
}

Result<FrameInfo> scaled(const FrameInfo& part, const Scaling& scaling) {
  const double x = scaling.width > 0    ? double(scaling.width) / part.width
                   : scaling.height > 0 ? double(scaling.height) / part.height
                   : scaling.factor > 0 ? scaling.factor
                                        : 1;
  const double y = scaling.height > 0 ? double(scaling.height) / part.height : x;
  const double width = std::max(1.0, std::round(part.width * x));
  const double height = std::max(1.0, std::round(part.height * y));
  if (width > kMaxDimension || height > kMaxDimension)
    return Error{Errc::invalid, "a variant of " + std::to_string(std::uint64_t(width)) + "x" +
                                    std::to_string(std::uint64_t(height)) + " is too large"};
  return FrameInfo{part.format, static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
}

}  // namespace omv::gst
