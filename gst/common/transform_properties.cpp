// SPDX-License-Identifier: LGPL-2.1-or-later
// OpenMV's drawing keywords as GObject properties.
#include "common/transform_properties.h"

#include <gst/video/video.h>

#include "omv/image/draw_hints.h"

namespace omv::gst {

namespace {

enum {
  kPropRoi = 1,
  kPropXScale,
  kPropYScale,
  kPropRgbChannel,
  kPropAlpha,
  kPropColorPalette,
  kPropAlphaPalette,
  kPropHint,
};

constexpr gint kNoChannel = -1;  // as the camera counts

GType rgb_channel_type() {
  static gsize type = 0;
  if (g_once_init_enter(&type)) {
    static const GEnumValue values[] = {{kNoChannel, "All of them", "none"},
                                        {0, "Red as grey", "red"},
                                        {1, "Green as grey", "green"},
                                        {2, "Blue as grey", "blue"},
                                        {0, nullptr, nullptr}};
    g_once_init_leave(&type, g_enum_register_static("GstOmvTransformRgbChannel", values));
  }
  return type;
}

GType hint_type() {
  static gsize type = 0;
  if (g_once_init_enter(&type)) {
    using namespace draw_hint;
    static const GFlagsValue values[] = {
        {kArea, "Scale down to averages of areas", "area"},
        {kBilinear, "Scale with bilinear interpolation", "bilinear"},
        {kBicubic, "Scale with bicubic interpolation", "bicubic"},
        {kHmirror, "Mirror left and right", "hmirror"},
        {kVflip, "Flip top and bottom", "vflip"},
        {kTranspose, "Swap rows and columns, behind mirror and flip", "transpose"},
        {kRotate90, "Turn by 90 degrees clockwise", "rotate-90"},
        {kRotate180, "Turn by 180 degrees", "rotate-180"},
        {kRotate270, "Turn by 270 degrees clockwise", "rotate-270"},
        {kCenter, "Put the picture into the middle of the output, which is done anyway", "center"},
        {kExtractRgbChannelFirst, "Pick the channel before scaling", "extract-rgb-channel-first"},
        {kApplyColorPaletteFirst, "Apply the palettes before scaling", "apply-color-palette-first"},
        {kScaleAspectKeep, "Fit into the size asked for, with black bars", "scale-aspect-keep"},
        {kScaleAspectExpand, "Fill the size asked for, and cut what is too much", "scale-aspect-expand"},
        {kScaleAspectIgnore, "Stretch to the size asked for", "scale-aspect-ignore"},
        {kBlackBackground, "Blend on black, which is done anyway", "black-background"},
        {0, nullptr, nullptr}};
    g_once_init_leave(&type, g_flags_register_static("GstOmvTransformHint", values));
  }
  return type;
}

constexpr auto kWritable =
    static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);
constexpr auto kControllable = static_cast<GParamFlags>(kWritable | GST_PARAM_CONTROLLABLE);

std::vector<int> numbers_of(const GValue* array) {
  std::vector<int> numbers;
  for (guint i = 0; i < gst_value_array_get_size(array); ++i)
    numbers.push_back(g_value_get_int(gst_value_array_get_value(array, i)));
  return numbers;
}

void set_numbers(GValue* array, const std::vector<int>& numbers) {
  GValue item = G_VALUE_INIT;
  g_value_init(&item, G_TYPE_INT);
  for (const int number : numbers) {
    g_value_set_int(&item, number);
    gst_value_array_append_value(array, &item);
  }
  g_value_unset(&item);
}

std::string text_of(const GValue* value) {
  const gchar* text = g_value_get_string(value);
  return text != nullptr ? text : "";
}

void set_text(GValue* value, const std::string& text) {
  g_value_set_string(value, text.empty() ? nullptr : text.c_str());
}

std::optional<unsigned> channel_of(gint value) {
  if (value == kNoChannel) return std::nullopt;
  return static_cast<unsigned>(value);
}

void install_geometry(GObjectClass* klass) {
  g_object_class_install_property(
      klass, kPropRoi,
      gst_param_spec_array(
          "roi", "Region of interest",
          "The part of the picture to take: <x,y,width,height>, cut at its edges (empty: all of it)",
          g_param_spec_int("number", "Number", "x, y, width or height", G_MININT, G_MAXINT, 0, kWritable), kWritable));
  const auto scale = [klass](guint id, const char* name, const char* nick, const char* blurb) {
    g_object_class_install_property(klass, id,
                                    g_param_spec_double(name, nick, blurb, 0, kMaxDimension, 0, kControllable));
  };
  scale(kPropXScale, "x-scale", "X scale", "Factor by which the width grows (0: as y-scale)");
  scale(kPropYScale, "y-scale", "Y scale", "Factor by which the height grows (0: as x-scale)");
  g_object_class_install_property(
      klass, kPropHint,
      g_param_spec_flags("hint", "Hints", "How to scale, turn and fit, joined by +", hint_type(), 0, kControllable));
  gst_type_mark_as_plugin_api(hint_type(), static_cast<GstPluginAPIFlags>(0));
}

void install_colours(GObjectClass* klass) {
  g_object_class_install_property(klass, kPropRgbChannel,
                                  g_param_spec_enum("rgb-channel", "RGB channel", "One channel to take, as grey",
                                                    rgb_channel_type(), kNoChannel, kControllable));
  gst_type_mark_as_plugin_api(rgb_channel_type(), static_cast<GstPluginAPIFlags>(0));
  g_object_class_install_property(
      klass, kPropAlpha,
      g_param_spec_int("alpha", "Alpha",
                       "Opacity; output formats with alpha carry it, the others show what is left on black", 0, 255,
                       255, kControllable));
  const auto text = [klass](guint id, const char* name, const char* nick, const char* blurb) {
    g_object_class_install_property(klass, id, g_param_spec_string(name, nick, blurb, nullptr, kWritable));
  };
  text(kPropColorPalette, "color-palette", "Color palette",
       "Colours for grey values: rainbow, ironbow, depth, evt-dark, evt-light, or an image file of 256 pixels");
  text(kPropAlphaPalette, "alpha-palette", "Alpha palette",
       "Opacities for grey values: a grey image file of 256 pixels");
}

}  // namespace

void install_transform_properties(GObjectClass* klass) {
  install_geometry(klass);
  install_colours(klass);
}

bool set_transform_property(TransformSettings& settings, guint id, const GValue* value) {
  switch (id) {
    case kPropRoi: settings.roi = numbers_of(value); return true;
    case kPropXScale: settings.scales.x = g_value_get_double(value); return true;
    case kPropYScale: settings.scales.y = g_value_get_double(value); return true;
    case kPropRgbChannel: settings.channel = channel_of(g_value_get_enum(value)); return true;
    case kPropAlpha: settings.alpha = static_cast<std::uint8_t>(g_value_get_int(value)); return true;
    case kPropColorPalette: settings.color_palette = text_of(value); return true;
    case kPropAlphaPalette: settings.alpha_palette = text_of(value); return true;
    case kPropHint: settings.hints = g_value_get_flags(value); return true;
    default: return false;
  }
}

bool get_transform_property(const TransformSettings& settings, guint id, GValue* value) {
  switch (id) {
    case kPropRoi: set_numbers(value, settings.roi); return true;
    case kPropXScale: g_value_set_double(value, settings.scales.x); return true;
    case kPropYScale: g_value_set_double(value, settings.scales.y); return true;
    case kPropRgbChannel:
      g_value_set_enum(value, settings.channel ? static_cast<gint>(*settings.channel) : kNoChannel);
      return true;
    case kPropAlpha: g_value_set_int(value, settings.alpha); return true;
    case kPropColorPalette: set_text(value, settings.color_palette); return true;
    case kPropAlphaPalette: set_text(value, settings.alpha_palette); return true;
    case kPropHint: g_value_set_flags(value, settings.hints); return true;
    default: return false;
  }
}

}  // namespace omv::gst
