// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames to PNG, as the camera's to_png makes them.

/**
 * SECTION:element-omvpngenc
 * @title: omvpngenc
 *
 * Makes a PNG of each frame on as many threads as there are processors, in order. Grey of 8 and 16 bit and RGB with and
 * without alpha are kept as they are; everything else becomes RGB. Tags become eXIf, XMP, iCCP, pHYs and texts.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=30 ! video/x-raw,format=RGB ! omvpngenc ! multifilesink location=%05d.png
 * ]|
 */

#include "omvpngenc.h"

#include <mutex>

#include "omv/formats/png.h"

GST_DEBUG_CATEGORY_STATIC(png_enc_debug);
#define GST_CAT_DEFAULT png_enc_debug

namespace {

using omv::formats::PngFilter;
using omv::formats::PngSettings;

constexpr PngSettings kDefaults;
constexpr int kMaxLevel = 9;

enum Property : guint { kPropCompressionLevel = 1, kPropFilter };

struct State {
  std::mutex mutex;
  PngSettings settings;  // under the mutex
};

}  // namespace

struct _GstOmvPngEnc {
  GstOmvImageEncoder parent;
  State* state;
};

G_DEFINE_TYPE(GstOmvPngEnc, gst_omv_png_enc, GST_TYPE_OMV_IMAGE_ENCODER)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(omvpngenc, "omvpngenc", GST_RANK_NONE, GST_TYPE_OMV_PNG_ENC,
                                      GST_DEBUG_CATEGORY_INIT(png_enc_debug, "omvpngenc", 0, "OpenMV PNG encoder"))

static GType gst_omv_png_enc_filter_get_type() {
  static gsize type = 0;
  if (g_once_init_enter(&type)) {
    static const GEnumValue values[] = {
        {static_cast<gint>(PngFilter::none), "Pixels as they are", "none"},
        {static_cast<gint>(PngFilter::sub), "Differences to the left", "sub"},
        {static_cast<gint>(PngFilter::up), "Differences to the row above", "up"},
        {static_cast<gint>(PngFilter::average), "Differences to the mean of both", "average"},
        {static_cast<gint>(PngFilter::paeth), "Differences to whichever of three neighbours predicts best", "paeth"},
        {static_cast<gint>(PngFilter::adaptive), "Row by row the one with the smallest differences", "adaptive"},
        {0, nullptr, nullptr}};
    g_once_init_leave(&type, g_enum_register_static("GstOmvPngEncFilter", values));
  }
  return type;
}

static void gst_omv_png_enc_settings(GstOmvImageEncoder* encoder, omv::formats::EncodeOptions* options) {
  State& state = *GST_OMV_PNG_ENC(encoder)->state;
  const std::lock_guard lock(state.mutex);
  options->png = state.settings;
}

static void gst_omv_png_enc_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  State& state = *GST_OMV_PNG_ENC(object)->state;
  const std::lock_guard lock(state.mutex);
  switch (id) {
    case kPropCompressionLevel: state.settings.compression_level = g_value_get_int(value); break;
    case kPropFilter: state.settings.filter = static_cast<PngFilter>(g_value_get_enum(value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void gst_omv_png_enc_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  State& state = *GST_OMV_PNG_ENC(object)->state;
  const std::lock_guard lock(state.mutex);
  switch (id) {
    case kPropCompressionLevel: g_value_set_int(value, state.settings.compression_level); break;
    case kPropFilter: g_value_set_enum(value, static_cast<gint>(state.settings.filter)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void install_properties(GObjectClass* klass) {
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_CONTROLLABLE |
                                              GST_PARAM_MUTABLE_PLAYING);
  g_object_class_install_property(
      klass, kPropCompressionLevel,
      g_param_spec_int("compression-level", "Compression level", "0 (stored) to 9 (smallest)", 0, kMaxLevel,
                       kDefaults.compression_level, flags));
  g_object_class_install_property(
      klass, kPropFilter,
      g_param_spec_enum("filter", "Filter", "What is compressed in place of the pixels themselves",
                        gst_omv_png_enc_filter_get_type(), static_cast<gint>(kDefaults.filter), flags));
  gst_type_mark_as_plugin_api(gst_omv_png_enc_filter_get_type(), static_cast<GstPluginAPIFlags>(0));
}

static void gst_omv_png_enc_finalize(GObject* object) {
  delete GST_OMV_PNG_ENC(object)->state;
  G_OBJECT_CLASS(gst_omv_png_enc_parent_class)->finalize(object);
}

static void gst_omv_png_enc_class_init(GstOmvPngEncClass* klass) {
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  GstOmvImageEncoderClass* encoder_class = GST_OMV_IMAGE_ENCODER_CLASS(klass);
  object_class->set_property = gst_omv_png_enc_set_property;
  object_class->get_property = gst_omv_png_enc_get_property;
  object_class->finalize = gst_omv_png_enc_finalize;
  install_properties(object_class);
  encoder_class->settings = gst_omv_png_enc_settings;
  gst_omv_image_encoder_class_set_format(encoder_class, &omv::formats::kPngFormat);
  gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(klass), "OpenMV PNG encoder", "Codec/Encoder/Image",
                                        "Makes a PNG of each frame, on all processors and in order",
                                        "The gst-openmv developers");
}

static void gst_omv_png_enc_init(GstOmvPngEnc* self) { self->state = new State(); }
