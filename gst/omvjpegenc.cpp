// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames to JPEG, as the camera's to_jpeg makes them.

/**
 * SECTION:element-omvjpegenc
 * @title: omvjpegenc
 *
 * Makes a JPEG of each frame with the quality and subsampling rules of OpenMV, on as many threads as there are
 * processors, in order. Colours come out right whatever the colorimetry of the frames is; tags become EXIF, XMP and
 * comments.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=30 ! omvjpegenc quality=80 ! multifilesink location=frame-%05d.jpg
 * ]|
 */

#include "omvjpegenc.h"

#include <mutex>

#include "common/jpeg_subsampling.h"
#include "omv/formats/jpeg.h"

GST_DEBUG_CATEGORY_STATIC(jpeg_enc_debug);
#define GST_CAT_DEFAULT jpeg_enc_debug

namespace {

using omv::formats::JpegSettings;
using omv::formats::Subsampling;

constexpr JpegSettings kDefaults;
constexpr int kMaxRestartRows = 65535;

enum Property : guint { kPropQuality = 1, kPropSubsampling, kPropOptimize, kPropProgressive, kPropRestartRows };

struct State {
  std::mutex mutex;
  JpegSettings settings;  // under the mutex
};

}  // namespace

struct _GstOmvJpegEnc {
  GstOmvImageEncoder parent;
  State* state;
};

G_DEFINE_TYPE(GstOmvJpegEnc, gst_omv_jpeg_enc, GST_TYPE_OMV_IMAGE_ENCODER)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(omvjpegenc, "omvjpegenc", GST_RANK_NONE, GST_TYPE_OMV_JPEG_ENC,
                                      GST_DEBUG_CATEGORY_INIT(jpeg_enc_debug, "omvjpegenc", 0, "OpenMV JPEG encoder"))

static void gst_omv_jpeg_enc_settings(GstOmvImageEncoder* encoder, omv::formats::EncodeOptions* options) {
  State& state = *GST_OMV_JPEG_ENC(encoder)->state;
  const std::lock_guard lock(state.mutex);
  options->jpeg = state.settings;
}

static void gst_omv_jpeg_enc_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  State& state = *GST_OMV_JPEG_ENC(object)->state;
  const std::lock_guard lock(state.mutex);
  JpegSettings& settings = state.settings;
  switch (id) {
    case kPropQuality: settings.quality = g_value_get_int(value); break;
    case kPropSubsampling: settings.subsampling = static_cast<Subsampling>(g_value_get_enum(value)); break;
    case kPropOptimize: settings.optimize = g_value_get_boolean(value) != FALSE; break;
    case kPropProgressive: settings.progressive = g_value_get_boolean(value) != FALSE; break;
    case kPropRestartRows: settings.restart_rows = g_value_get_int(value); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void gst_omv_jpeg_enc_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  State& state = *GST_OMV_JPEG_ENC(object)->state;
  const std::lock_guard lock(state.mutex);
  const JpegSettings& settings = state.settings;
  switch (id) {
    case kPropQuality: g_value_set_int(value, settings.quality); break;
    case kPropSubsampling: g_value_set_enum(value, static_cast<gint>(settings.subsampling)); break;
    case kPropOptimize: g_value_set_boolean(value, settings.optimize ? TRUE : FALSE); break;
    case kPropProgressive: g_value_set_boolean(value, settings.progressive ? TRUE : FALSE); break;
    case kPropRestartRows: g_value_set_int(value, settings.restart_rows); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void install_properties(GObjectClass* klass) {
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_CONTROLLABLE |
                                              GST_PARAM_MUTABLE_PLAYING);
  const auto install = [klass](guint id, GParamSpec* spec) { g_object_class_install_property(klass, id, spec); };
  install(kPropQuality, g_param_spec_int("quality", "Quality", "Quality, 1 (smallest) to 100 (best)", 1, 100,
                                         kDefaults.quality, flags));
  install(kPropSubsampling,
          g_param_spec_enum("subsampling", "Subsampling",
                            "How much chroma is kept; auto never makes up chroma that the frames do not have",
                            GST_TYPE_OMV_JPEG_SUBSAMPLING, static_cast<gint>(kDefaults.subsampling), flags));
  install(kPropOptimize,
          g_param_spec_boolean("optimize", "Optimize", "Huffman tables made for each frame: smaller and slower",
                               kDefaults.optimize ? TRUE : FALSE, flags));
  install(kPropProgressive, g_param_spec_boolean("progressive", "Progressive",
                                                 "Coarse first, then finer: smaller and much slower; implies optimize",
                                                 kDefaults.progressive ? TRUE : FALSE, flags));
  install(kPropRestartRows,
          g_param_spec_int("restart-rows", "Restart rows",
                           "A restart marker after so many rows of blocks, for links that lose bytes (0: none)", 0,
                           kMaxRestartRows, kDefaults.restart_rows, flags));
  gst_type_mark_as_plugin_api(GST_TYPE_OMV_JPEG_SUBSAMPLING, static_cast<GstPluginAPIFlags>(0));
}

static void gst_omv_jpeg_enc_finalize(GObject* object) {
  delete GST_OMV_JPEG_ENC(object)->state;
  G_OBJECT_CLASS(gst_omv_jpeg_enc_parent_class)->finalize(object);
}

static void gst_omv_jpeg_enc_class_init(GstOmvJpegEncClass* klass) {
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  GstOmvImageEncoderClass* encoder_class = GST_OMV_IMAGE_ENCODER_CLASS(klass);
  object_class->set_property = gst_omv_jpeg_enc_set_property;
  object_class->get_property = gst_omv_jpeg_enc_get_property;
  object_class->finalize = gst_omv_jpeg_enc_finalize;
  install_properties(object_class);
  encoder_class->settings = gst_omv_jpeg_enc_settings;
  encoder_class->limited_range = omv::gst::LimitedRange::left;
  gst_omv_image_encoder_class_set_format(encoder_class, &omv::formats::kJpegFormat);
  gst_element_class_set_static_metadata(
      GST_ELEMENT_CLASS(klass), "OpenMV JPEG encoder", "Codec/Encoder/Image",
      "Makes a JPEG of each frame by the camera's rules, on all processors and in order", "The gst-openmv developers");
}

static void gst_omv_jpeg_enc_init(GstOmvJpegEnc* self) { self->state = new State(); }
