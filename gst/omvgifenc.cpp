// SPDX-License-Identifier: LGPL-2.1-or-later
// Encodes raw video as an animated GIF.

/**
 * SECTION:element-omvgifenc
 * @title: omvgifenc
 *
 * Encodes raw video as one animated GIF, in memory that does not grow with its length. Only what has changed is stored,
 * frames that are alike become one that is shown longer, and delays follow the timestamps without an error that adds
 * up. What has been written is a valid file at every moment, but for its last byte.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=50 ! videoconvert ! omvgifenc ! filesink location=test.gif
 * ]|
 */

#include "omvgifenc.h"

#include <optional>
#include <string>
#include <utility>

#include "common/error.h"
#include "common/picture.h"
#include "omv/recording/gif/writer.h"

GST_DEBUG_CATEGORY_STATIC(omv_gif_enc_debug);
#define GST_CAT_DEFAULT omv_gif_enc_debug

namespace {

using omv::Bytes;
using omv::Errc;
using omv::Error;
using omv::PixelFormat;
using omv::Result;
using omv::gif::Dither;
using omv::gif::PaletteMode;

constexpr gdouble kAutomatic = -1;
constexpr GstClockTime kUsualDuration = GST_SECOND / 10;  // of frames without any time

struct Settings {
  PaletteMode palette = PaletteMode::adaptive;
  Dither dither = Dither::none;
  guint colors = 256;
  guint loop = 0;
  guint delay = 0;
  guint64 max_bytes = 0;
  gdouble tolerance = kAutomatic;

  omv::gif::Settings for_writer() const {
    omv::gif::Settings settings;
    settings.palette = palette;
    settings.dither = dither;
    settings.colors = colors;
    settings.plays = loop;
    settings.fixed_delay = static_cast<std::uint16_t>(delay);
    settings.max_bytes = max_bytes;
    if (tolerance >= 0) settings.tolerance = tolerance;
    return settings;
  }
};

// From its first frame to its end, or to a flush.
struct GifFile {
  explicit GifFile(omv::gif::Writer&& begun) : writer(std::move(begun)) {}
  GifFile(const GifFile&) = delete;
  GifFile& operator=(const GifFile&) = delete;
  ~GifFile() { g_clear_pointer(&held, gst_video_codec_frame_unref); }

  omv::gif::Writer writer;
  GstVideoCodecFrame* held = nullptr;  // waits for the bytes of what came before it and of itself
  Bytes coded;                         // of frames up to the held one
  GstClockTime next_time = 0;          // where a frame without a timestamp goes
  bool is_full = false;
};

// From the first caps on. More frames behind an end are another file.
struct Stream {
  omv::gst::PictureLayout layout;
  GstClockTime duration = GST_CLOCK_TIME_NONE;  // of a frame, by the caps
  std::optional<GifFile> file;
};

bool is_wanted(PixelFormat format) {
  return format == PixelFormat::binary || format == PixelFormat::grayscale || format == PixelFormat::rgb565 ||
         omv::rgb_layout(format) != nullptr;
}

}  // namespace

struct _GstOmvGifEnc {
  GstVideoEncoder parent;
  Settings* settings;              // under the object lock
  Stream* stream;                  // under the encoder's stream lock
  omv::gif::WriterCounts* counts;  // under the object lock: a copy for `stats`
};

G_DEFINE_TYPE(GstOmvGifEnc, gst_omv_gif_enc, GST_TYPE_VIDEO_ENCODER)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(omvgifenc, "omvgifenc", GST_RANK_PRIMARY, GST_TYPE_OMV_GIF_ENC,
                                      GST_DEBUG_CATEGORY_INIT(omv_gif_enc_debug, "omvgifenc", 0, "GIF encoder"))

namespace {

// ---- properties ----------------------------------------------------------------------------------------------------

enum Property {
  kPropPalette = 1,
  kPropDither,
  kPropColors,
  kPropLoop,
  kPropDelay,
  kPropMaxBytes,
  kPropTolerance,
  kPropStats,
};

GType palette_type() {
  static const GEnumValue values[] = {
      {static_cast<gint>(PaletteMode::adaptive), "From the first frame, and anew where it no longer serves",
       "adaptive"},
      {static_cast<gint>(PaletteMode::global), "From the frames of the first second, then for good", "global"},
      {static_cast<gint>(PaletteMode::openmv), "The camera's fixed palette of 128 colours or greys", "openmv"},
      {0, nullptr, nullptr}};
  static const GType type = g_enum_register_static("GstOmvGifPalette", values);
  return type;
}

GType dither_type() {
  static const GEnumValue values[] = {
      {static_cast<gint>(Dither::none), "The nearest colour: the smallest files", "none"},
      {static_cast<gint>(Dither::ordered), "A pattern that stays where it is", "ordered"},
      {static_cast<gint>(Dither::diffusion), "What a pixel's colour lacks goes to its neighbours", "diffusion"},
      {0, nullptr, nullptr}};
  static const GType type = g_enum_register_static("GstOmvGifDither", values);
  return type;
}

GstStructure* stats_of(const omv::gif::WriterCounts& counts) {
  return gst_structure_new("omv-gif-enc-stats", "written", G_TYPE_UINT64, guint64{counts.written}, "unchanged",
                           G_TYPE_UINT64, guint64{counts.unchanged}, "skipped", G_TYPE_UINT64, guint64{counts.skipped},
                           "palettes", G_TYPE_UINT64, guint64{counts.palettes}, "bytes", G_TYPE_UINT64,
                           guint64{counts.bytes}, nullptr);
}

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  GstOmvGifEnc* self = GST_OMV_GIF_ENC(object);
  GST_OBJECT_LOCK(self);
  Settings& settings = *self->settings;
  switch (id) {
    case kPropPalette: settings.palette = static_cast<PaletteMode>(g_value_get_enum(value)); break;
    case kPropDither: settings.dither = static_cast<Dither>(g_value_get_enum(value)); break;
    case kPropColors: settings.colors = g_value_get_uint(value); break;
    case kPropLoop: settings.loop = g_value_get_uint(value); break;
    case kPropDelay: settings.delay = g_value_get_uint(value); break;
    case kPropMaxBytes: settings.max_bytes = g_value_get_uint64(value); break;
    case kPropTolerance: settings.tolerance = g_value_get_double(value); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec); break;
  }
  GST_OBJECT_UNLOCK(self);
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  GstOmvGifEnc* self = GST_OMV_GIF_ENC(object);
  GST_OBJECT_LOCK(self);
  const Settings& settings = *self->settings;
  switch (id) {
    case kPropPalette: g_value_set_enum(value, static_cast<gint>(settings.palette)); break;
    case kPropDither: g_value_set_enum(value, static_cast<gint>(settings.dither)); break;
    case kPropColors: g_value_set_uint(value, settings.colors); break;
    case kPropLoop: g_value_set_uint(value, settings.loop); break;
    case kPropDelay: g_value_set_uint(value, settings.delay); break;
    case kPropMaxBytes: g_value_set_uint64(value, settings.max_bytes); break;
    case kPropTolerance: g_value_set_double(value, settings.tolerance); break;
    case kPropStats: g_value_take_boxed(value, stats_of(*self->counts)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec); break;
  }
  GST_OBJECT_UNLOCK(self);
}

// ---- output --------------------------------------------------------------------------------------------------------

void publish_counts(GstOmvGifEnc* self) {
  GST_OBJECT_LOCK(self);
  *self->counts = self->stream->file->writer.counts();
  GST_OBJECT_UNLOCK(self);
}

GstBuffer* take_coded(GifFile& file) {
  if (file.coded.empty()) return nullptr;
  auto* bytes = new Bytes(std::exchange(file.coded, {}));
  return gst_buffer_new_wrapped_full(static_cast<GstMemoryFlags>(0), bytes->data(), bytes->size(), 0, bytes->size(),
                                     bytes, [](gpointer data) { delete static_cast<Bytes*>(data); });
}

// The held frame leaves with what has been coded; without any, it is part of a later one.
GstFlowReturn finish_held(GstOmvGifEnc* self) {
  GifFile& file = *self->stream->file;
  GstVideoCodecFrame* frame = std::exchange(file.held, nullptr);
  if (frame == nullptr) return GST_FLOW_OK;
  frame->output_buffer = take_coded(file);
  return gst_video_encoder_finish_frame(GST_VIDEO_ENCODER(self), frame);
}

// ---- frames --------------------------------------------------------------------------------------------------------

omv::gif::Settings current_settings(GstOmvGifEnc* self) {
  GST_OBJECT_LOCK(self);
  const omv::gif::Settings settings = self->settings->for_writer();
  GST_OBJECT_UNLOCK(self);
  return settings;
}

GstClockTime duration_of(const Stream& stream, const GstVideoCodecFrame* frame) {
  return GST_CLOCK_TIME_IS_VALID(frame->duration) ? frame->duration : stream.duration;
}

// Running time, so that pauses and seeks upstream count as they are shown.
std::int64_t time_of(GstOmvGifEnc* self, const GstVideoCodecFrame* frame) {
  GifFile& file = *self->stream->file;
  const GstSegment& segment = GST_VIDEO_ENCODER(self)->input_segment;
  GstClockTime time = gst_segment_to_running_time(&segment, GST_FORMAT_TIME, frame->pts);
  if (!GST_CLOCK_TIME_IS_VALID(time)) time = file.next_time;
  const GstClockTime duration = duration_of(*self->stream, frame);
  file.next_time = time + (GST_CLOCK_TIME_IS_VALID(duration) ? duration : kUsualDuration);
  return static_cast<std::int64_t>(time);
}

Result<void> begin_file(GstOmvGifEnc* self) {
  Stream& stream = *self->stream;
  if (stream.file) return {};
  OMV_TRY(omv::gif::Writer writer, omv::gif::Writer::create(stream.layout.info, current_settings(self)));
  stream.file.emplace(std::move(writer));
  return {};
}

Result<void> encode(GstOmvGifEnc* self, GstVideoCodecFrame* frame) {
  Stream& stream = *self->stream;
  OMV_TRY(const omv::gst::MappedPicture picture, omv::gst::MappedPicture::map(frame->input_buffer, stream.layout));
  return stream.file->writer.add(picture.view(), time_of(self, frame), stream.file->coded);
}

GstFlowReturn fail(GstOmvGifEnc* self, const Error& error, const char* what) {
  omv::gst::post_error(GST_ELEMENT(self), error, what);
  return GST_FLOW_ERROR;
}

GstFlowReturn add_frame(GstOmvGifEnc* self, GstVideoCodecFrame* frame) {
  GifFile& file = *self->stream->file;
  if (file.is_full) {
    gst_video_encoder_finish_frame(GST_VIDEO_ENCODER(self), frame);
    return GST_FLOW_EOS;
  }
  const Result<void> done = encode(self, frame);
  publish_counts(self);
  const GstFlowReturn flow = finish_held(self);
  file.held = frame;
  if (done) return flow;
  if (done.error().code != Errc::end) return fail(self, done.error(), "A frame could not be encoded as GIF");
  GST_INFO_OBJECT(self, "%s", done.error().message.c_str());
  file.is_full = true;
  return GST_FLOW_EOS;
}

GstFlowReturn handle_frame(GstVideoEncoder* encoder, GstVideoCodecFrame* frame) {
  GstOmvGifEnc* self = GST_OMV_GIF_ENC(encoder);
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] {
    const Result<void> begun = begin_file(self);
    if (begun) return add_frame(self, frame);
    gst_video_codec_frame_unref(frame);
    return fail(self, begun.error(), "No GIF can be begun");
  });
}

GstFlowReturn finish(GstVideoEncoder* encoder) {
  GstOmvGifEnc* self = GST_OMV_GIF_ENC(encoder);
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] {
    Stream& stream = *self->stream;
    if (!stream.file || stream.file->held == nullptr) return GST_FLOW_OK;
    const GstClockTime duration = duration_of(stream, stream.file->held);
    const std::int64_t last = GST_CLOCK_TIME_IS_VALID(duration) ? static_cast<std::int64_t>(duration) : 0;
    const Result<void> done = stream.file->writer.finish(last, stream.file->coded);
    publish_counts(self);
    if (!done) omv::gst::post_error(GST_ELEMENT(self), done.error(), "The GIF could not be finished");
    const GstFlowReturn flow = finish_held(self);
    stream.file.reset();
    return flow;
  });
}

// ---- states --------------------------------------------------------------------------------------------------------

Result<void> begin(GstOmvGifEnc* self, GstVideoCodecState* state) {
  Stream& stream = *self->stream;
  OMV_TRY(const omv::gst::PictureLayout layout, omv::gst::picture_layout(state->caps));
  if (stream.file && layout.info != stream.layout.info)
    return Error{Errc::unsupported,
                 "frames of " + std::string(to_string(layout.info.format)) + " " + std::to_string(layout.info.width) +
                     "x" + std::to_string(layout.info.height) + " in a GIF that began with " +
                     std::string(to_string(stream.layout.info.format)) + " " +
                     std::to_string(stream.layout.info.width) + "x" + std::to_string(stream.layout.info.height) +
                     ": put videoconvert ! videoscale and a capsfilter in front"};
  OMV_CHECK(omv::gif::Writer::create(layout.info, current_settings(self)));
  stream.layout = layout;
  return {};
}

GstClockTime frame_duration(const GstVideoInfo& video) {
  if (video.fps_n <= 0 || video.fps_d <= 0) return GST_CLOCK_TIME_NONE;
  return gst_util_uint64_scale_int(GST_SECOND, video.fps_d, video.fps_n);
}

gboolean set_format(GstVideoEncoder* encoder, GstVideoCodecState* state) {
  GstOmvGifEnc* self = GST_OMV_GIF_ENC(encoder);
  return omv::gst::guarded(self, FALSE, [&]() -> gboolean {
    if (const Result<void> begun = begin(self, state); !begun) {
      omv::gst::post_error(GST_ELEMENT(self), begun.error(), "These frames can't become one GIF");
      return FALSE;
    }
    const GstClockTime duration = frame_duration(state->info);
    self->stream->duration = duration;
    // The delay of a frame is known when the next one comes.
    if (GST_CLOCK_TIME_IS_VALID(duration)) gst_video_encoder_set_latency(encoder, duration, duration);
    gst_video_codec_state_unref(
        gst_video_encoder_set_output_state(encoder, gst_caps_new_empty_simple("image/gif"), state));
    return TRUE;
  });
}

gboolean start(GstVideoEncoder* encoder) {
  GstOmvGifEnc* self = GST_OMV_GIF_ENC(encoder);
  return omv::gst::guarded(self, FALSE, [&]() -> gboolean {
    delete std::exchange(self->stream, new Stream);
    GST_OBJECT_LOCK(self);
    *self->counts = {};
    GST_OBJECT_UNLOCK(self);
    return TRUE;
  });
}

// Downstream has dropped what it had, filesink even from its file: what follows is another one.
gboolean flush(GstVideoEncoder* encoder) {
  GST_OMV_GIF_ENC(encoder)->stream->file.reset();
  return TRUE;
}

gboolean stop(GstVideoEncoder* encoder) {
  delete std::exchange(GST_OMV_GIF_ENC(encoder)->stream, new Stream);
  return TRUE;
}

// Strides are read from the frames' metadata. There is no pool for 1-bit pictures.
gboolean propose_allocation(GstVideoEncoder* encoder, GstQuery* query) {
  GstCaps* caps = nullptr;
  gst_query_parse_allocation(query, &caps, nullptr);
  if (caps != nullptr && !gst_structure_has_name(gst_caps_get_structure(caps, 0), "video/x-raw")) return FALSE;
  gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
  return GST_VIDEO_ENCODER_CLASS(gst_omv_gif_enc_parent_class)->propose_allocation(encoder, query);
}

void finalize(GObject* object) {
  GstOmvGifEnc* self = GST_OMV_GIF_ENC(object);
  delete self->stream;
  delete self->settings;
  delete self->counts;
  G_OBJECT_CLASS(gst_omv_gif_enc_parent_class)->finalize(object);
}

// ---- class ---------------------------------------------------------------------------------------------------------

constexpr auto kRead = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
constexpr auto kBeforeStart =
    static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);

void install_properties(GObjectClass* klass) {
  const Settings defaults;
  g_object_class_install_property(klass, kPropPalette,
                                  g_param_spec_enum("palette", "Palette", "Where the colours come from", palette_type(),
                                                    static_cast<gint>(defaults.palette), kBeforeStart));
  g_object_class_install_property(
      klass, kPropDither,
      g_param_spec_enum("dither", "Dither",
                        "What is done about colours that the palette does not have; none for palette=openmv",
                        dither_type(), static_cast<gint>(defaults.dither), kBeforeStart));
  g_object_class_install_property(
      klass, kPropColors,
      g_param_spec_uint("colors", "Colours", "Size of a palette, one entry of which stands for what does not change", 2,
                        256, defaults.colors, kBeforeStart));
  g_object_class_install_property(klass, kPropLoop,
                                  g_param_spec_uint("loop", "Loop", "How often the animation plays; 0 = for ever", 0,
                                                    65536, defaults.loop, kBeforeStart));
  g_object_class_install_property(
      klass, kPropDelay,
      g_param_spec_uint("delay", "Delay",
                        "How long every frame is shown, in hundredths of a second; 0 = as its timestamps say", 0, 65535,
                        defaults.delay, kBeforeStart));
  g_object_class_install_property(
      klass, kPropMaxBytes,
      g_param_spec_uint64("max-bytes", "Maximum size",
                          "The file ends, and the stream with it, before it grows beyond this; 0 = no limit", 0,
                          G_MAXUINT64, defaults.max_bytes, kBeforeStart));
  g_object_class_install_property(
      klass, kPropTolerance,
      g_param_spec_double(
          "tolerance", "Tolerance",
          "How many steps of 255 a pixel may differ before it counts as changed; -1 = as the sensor's noise needs",
          kAutomatic, 64, defaults.tolerance, kBeforeStart));
  g_object_class_install_property(
      klass, kPropStats,
      g_param_spec_boxed("stats", "Statistics", "Frames written, unchanged and skipped, palettes, bytes",
                         GST_TYPE_STRUCTURE, kRead));
}

void add_pad_templates(GstElementClass* klass) {
  GstCaps* sink = omv::gst::picture_caps(is_wanted, omv::gif::kMostSide);
  gst_element_class_add_pad_template(klass, gst_pad_template_new("sink", GST_PAD_SINK, GST_PAD_ALWAYS, sink));
  gst_caps_unref(sink);
  GstCaps* src = gst_caps_new_empty_simple("image/gif");
  gst_element_class_add_pad_template(klass, gst_pad_template_new("src", GST_PAD_SRC, GST_PAD_ALWAYS, src));
  gst_caps_unref(src);
}

}  // namespace

static void gst_omv_gif_enc_class_init(GstOmvGifEncClass* klass) {
  auto* object_class = G_OBJECT_CLASS(klass);
  auto* element_class = GST_ELEMENT_CLASS(klass);
  auto* encoder_class = GST_VIDEO_ENCODER_CLASS(klass);
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  encoder_class->start = start;
  encoder_class->stop = stop;
  encoder_class->flush = flush;
  encoder_class->finish = finish;
  encoder_class->set_format = set_format;
  encoder_class->handle_frame = handle_frame;
  encoder_class->propose_allocation = propose_allocation;
  install_properties(object_class);
  add_pad_templates(element_class);
  gst_element_class_set_static_metadata(element_class, "Animated GIF encoder", "Codec/Encoder/Image",
                                        "Encodes raw video as an animated GIF that stores only what changes",
                                        "The gst-openmv developers");
  gst_type_mark_as_plugin_api(palette_type(), static_cast<GstPluginAPIFlags>(0));
  gst_type_mark_as_plugin_api(dither_type(), static_cast<GstPluginAPIFlags>(0));
}

static void gst_omv_gif_enc_init(GstOmvGifEnc* self) {
  self->settings = new Settings;
  self->stream = new Stream;
  self->counts = new omv::gif::WriterCounts;
}
