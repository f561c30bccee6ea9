// SPDX-License-Identifier: LGPL-2.1-or-later
// Records JPEG frames into an AVI that is complete after every sync.

/**
 * SECTION:element-omvmjpegmux
 * @title: omvmjpegmux
 *
 * Records JPEG frames into an AVI file. After each #GstOmvMjpegMux:sync-interval sizes, counts, length and index are
 * right, also when the source falls silent, so that a file whose recording was killed plays and seeks. Frames are
 * stored untouched, at their own time: time without a frame is kept by empty chunks.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=30 ! jpegenc ! omvmjpegmux ! filesink location=test.avi
 * ]|
 */

#include "omvmjpegmux.h"

#include <optional>
#include <string>

#include "common/avi_output.h"
#include "common/avi_tags.h"
#include "common/doubling.h"
#include "common/error.h"
#include "common/mux_input.h"
#include "common/pads.h"
#include "common/sync_timer.h"
#include "omv/recording/avi/recording.h"

GST_DEBUG_CATEGORY_STATIC(omv_mjpeg_mux_debug);
#define GST_CAT_DEFAULT omv_mjpeg_mux_debug

namespace {

using omv::Errc;
using omv::Error;
using omv::Result;
using omv::avi::Nanoseconds;
using omv::avi::Rate;
using omv::gst::AviOutput;

constexpr guint kDefaultSyncInterval = 1000;
constexpr gboolean kDefaultTimestamps = TRUE;
constexpr gboolean kDefaultFsync = FALSE;
constexpr int kNoRate = 0;
constexpr double kMostCapsRate = 1000;  // per second; beyond, caps tell the units of a clock

struct Settings {  // behind the object lock
  guint sync_interval_ms = kDefaultSyncInterval;
  Rate rate{kNoRate, 1};
  bool timestamps = kDefaultTimestamps != FALSE;
  bool fsync = kDefaultFsync != FALSE;
};

struct Stats {  // behind the object lock
  omv::avi::RecordingStats recording;
  std::uint64_t rejected = 0;
};

struct Stream {
  GstSegment segment;
  bool has_caps = false;
  omv::CodedSize caps_size;
  Rate caps_rate{kNoRate, 1};
  GstClockTime nominal_duration = GST_CLOCK_TIME_NONE;
  bool headers_sent = false;
  GstClockTime sync_interval = 0;
  std::optional<AviOutput> output;
  std::optional<omv::avi::Recording> recording;  // writes into the output
  omv::CodedSize size;

  Stream() { gst_segment_init(&segment, GST_FORMAT_TIME); }
};

enum { kPropSyncInterval = 1, kPropFramerate, kPropTimestamps, kPropFsync, kPropStats };

}  // namespace

struct _GstOmvMjpegMux {
  GstElement parent;
  GstPad* sink_pad;
  GstPad* src_pad;
  Stream* stream;  // touched by the streaming thread only, and by state changes while it does not run
  Settings* settings;
  Stats* stats;
  omv::gst::SyncTimer* sync_timer;  // runs while PLAYING; waits for what the file does not know yet
};

G_DEFINE_TYPE_WITH_CODE(GstOmvMjpegMux, gst_omv_mjpeg_mux, GST_TYPE_ELEMENT,
                        G_IMPLEMENT_INTERFACE(GST_TYPE_TAG_SETTER, nullptr))
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(omvmjpegmux, "omvmjpegmux", GST_RANK_NONE, GST_TYPE_OMV_MJPEG_MUX,
                                      GST_DEBUG_CATEGORY_INIT(omv_mjpeg_mux_debug, "omvmjpegmux", 0, "MJPEG muxer"))

namespace {

// ---- settings and statistics ---------------------------------------------------------------------------------------

Settings settings_of(GstOmvMjpegMux* self) {
  GST_OBJECT_LOCK(self);
  const Settings settings = *self->settings;
  GST_OBJECT_UNLOCK(self);
  return settings;
}

void publish_stats(GstOmvMjpegMux* self) {
  const auto stats = self->stream->recording->stats();
  GST_OBJECT_LOCK(self);
  self->stats->recording = stats;
  GST_OBJECT_UNLOCK(self);
}

GstStructure* stats_structure(GstOmvMjpegMux* self) {
  GST_OBJECT_LOCK(self);
  const Stats stats = *self->stats;
  GST_OBJECT_UNLOCK(self);
  const auto& recording = stats.recording;
  return gst_structure_new("omvmjpegmux-stats", "frames", G_TYPE_UINT64, recording.frames, "slots", G_TYPE_UINT64,
                           recording.slots, "duration", G_TYPE_UINT64, static_cast<guint64>(recording.length.count()),
                           "bytes", G_TYPE_UINT64, recording.bytes, "syncs", G_TYPE_UINT64, recording.syncs, "moved",
                           G_TYPE_UINT64, recording.grid.moved, "dropped", G_TYPE_UINT64, recording.grid.dropped,
                           "untimed", G_TYPE_UINT64, recording.grid.untimed, "back", G_TYPE_UINT64, recording.grid.back,
                           "jumps", G_TYPE_UINT64, recording.grid.jumps, "rejected", G_TYPE_UINT64, stats.rejected,
                           nullptr);
}

// ---- the beginning -------------------------------------------------------------------------------------------------

void push_first_events(GstOmvMjpegMux* self) {
  omv::gst::push_stream_start(GST_ELEMENT(self), self->sink_pad, self->src_pad);
  GstCaps* caps = gst_caps_new_empty_simple("video/x-msvideo");
  gst_pad_push_event(self->src_pad, gst_event_new_caps(caps));
  gst_caps_unref(caps);
}

// One that was asked for, possible or not, else the caps'. A slot costs bytes without a frame too.
Rate chosen_rate(const Settings& settings, const Stream& stream) {
  if (settings.rate.numerator != kNoRate) return settings.rate;
  const bool is_usable = stream.caps_rate.is_valid() && stream.caps_rate.per_second() <= kMostCapsRate;
  return is_usable ? stream.caps_rate : omv::avi::kFineRate;
}

Result<void> begin_recording(GstOmvMjpegMux* self, omv::CodedSize size, omv::avi::Tags tags) {
  Stream& stream = *self->stream;
  const Settings settings = settings_of(self);
  if (!stream.headers_sent) push_first_events(self);
  stream.headers_sent = true;
  const bool can_patch = AviOutput::can_patch(self->src_pad);
  GST_INFO_OBJECT(self, "recording %ux%u, the sink %s", size.width, size.height,
                  can_patch ? "can seek" : "can't seek: streaming form");
  stream.output.emplace(self->src_pad, settings.fsync);
  stream.output->begin();
  stream.size = size;
  stream.sync_interval = settings.sync_interval_ms * GST_MSECOND;
  OMV_TRY(stream.recording,
          omv::avi::Recording::begin({.width = size.width,
                                      .height = size.height,
                                      .rate = chosen_rate(settings, stream),
                                      .tags = std::move(tags),
                                      .can_patch = can_patch,
                                      .keep_times = settings.timestamps},
                                     std::chrono::milliseconds(settings.sync_interval_ms), *stream.output));
  return {};
}

omv::avi::Tags tags_for(GstOmvMjpegMux* self, GstBuffer* first, std::optional<Nanoseconds> time) {
  const GstTagList* known = gst_tag_setter_get_tag_list(GST_TAG_SETTER(self));
  GstTagList* tags = known != nullptr ? gst_tag_list_copy(known) : nullptr;
  std::optional<Nanoseconds> captured;
  if (first != nullptr) captured = omv::gst::capture_time(GST_ELEMENT(self), first, time, tags);
  omv::avi::Tags result = omv::gst::avi_tags(tags, captured);
  if (tags != nullptr) gst_tag_list_unref(tags);
  return result;
}

// ---- syncs while nothing comes -------------------------------------------------------------------------------------

// Pushes what the recording has written. What the file does not know yet does not wait for the next frame for ever.
GstFlowReturn push_written(GstOmvMjpegMux* self) {
  Stream& stream = *self->stream;
  publish_stats(self);
  if (stream.recording->is_synced())
    self->sync_timer->clear();
  else if (stream.sync_interval != 0)
    self->sync_timer->begin(stream.sync_interval);
  return stream.output->flush();
}

// In the place of the streaming thread, which it shuts out and which tells the result: a failure stays with the output.
void sync_silent(GstElement* element, gpointer) {
  GstOmvMjpegMux* self = GST_OMV_MJPEG_MUX(element);
  GST_PAD_STREAM_LOCK(self->sink_pad);
  omv::gst::guarded(self, GST_FLOW_ERROR, [&] {
    if (!self->sync_timer->is_due()) return GST_FLOW_OK;
    GST_DEBUG_OBJECT(self, "nothing comes any more: syncing what came");
    self->stream->recording->sync();
    return push_written(self);
  });
  GST_PAD_STREAM_UNLOCK(self->sink_pad);
}

// ---- frames --------------------------------------------------------------------------------------------------------

// A frame that can't be stored is left out and said; its time stays, and the recording goes on.
GstFlowReturn reject(GstOmvMjpegMux* self, const Error& error) {
  GST_OBJECT_LOCK(self);
  const std::uint64_t rejected = ++self->stats->rejected;
  GST_OBJECT_UNLOCK(self);
  if (!omv::gst::is_doubling(rejected)) return GST_FLOW_OK;
  const std::string what = "Frame left out of the recording (" + std::to_string(rejected) + " so far)";
  omv::gst::post_warning(GST_ELEMENT(self), error, what.c_str());
  return GST_FLOW_OK;
}

GstFlowReturn fail(GstOmvMjpegMux* self, const Error& error) {
  omv::gst::post_error(GST_ELEMENT(self), error, "The recording can't go on");
  return GST_FLOW_ERROR;
}

GstFlowReturn refuse_size(GstOmvMjpegMux* self, omv::CodedSize size) {
  const omv::CodedSize& mine = self->stream->size;
  GST_ELEMENT_ERROR(self, STREAM, FORMAT,
                    ("A frame of %ux%u comes in a recording of %ux%u: an AVI has one size", size.width, size.height,
                     mine.width, mine.height),
                    ("scale in front (jpegdec ! videoscale ! jpegenc), or begin a new file"));
  return GST_FLOW_NOT_NEGOTIATED;
}

std::optional<Nanoseconds> duration_of(const Stream& stream, GstBuffer* buffer) {
  const GstClockTime duration =
      GST_BUFFER_DURATION_IS_VALID(buffer) ? GST_BUFFER_DURATION(buffer) : stream.nominal_duration;
  if (!GST_CLOCK_TIME_IS_VALID(duration)) return std::nullopt;
  return Nanoseconds(static_cast<std::int64_t>(std::min<GstClockTime>(duration, G_MAXINT64)));
}

// A camera that is faster than the grid drops for ever.
void say_dropped(GstOmvMjpegMux* self) {
  const std::uint64_t dropped = self->stream->recording->stats().grid.dropped;
  if (!omv::gst::is_doubling(dropped)) return;
  GST_ELEMENT_WARNING(self, STREAM, MUX,
                      ("Frames come faster than the recording's rate: %" G_GUINT64_FORMAT " dropped so far", dropped),
                      ("set the property framerate to a higher one"));
}

GstFlowReturn write_frame(GstOmvMjpegMux* self, GstBuffer* buffer) {
  Stream& stream = *self->stream;
  const auto size = omv::gst::coded_size(omv::PixelFormat::jpeg, buffer);
  if (!size) return reject(self, size.error());
  const auto running = omv::gst::running_time(stream.segment, buffer);
  const auto time = running ? std::optional(Nanoseconds(*running)) : std::nullopt;
  if (!stream.recording) {
    const auto begun = begin_recording(self, *size, tags_for(self, buffer, time));
    if (!begun) return fail(self, begun.error());
  }
  if (size->width != stream.size.width || size->height != stream.size.height) return refuse_size(self, *size);
  stream.output->set_payload(buffer);
  const auto stored = stream.recording->add_frame(time, duration_of(stream, buffer), gst_buffer_get_size(buffer));
  if (!stored) return fail(self, stored.error());
  if (!*stored) say_dropped(self);
  return push_written(self);
}

GstFlowReturn chain(GstPad*, GstObject* parent, GstBuffer* buffer) {
  GstOmvMjpegMux* self = GST_OMV_MJPEG_MUX(parent);
  const GstFlowReturn flow = omv::gst::guarded(self, GST_FLOW_ERROR, [&] {
    if (self->stream->has_caps) return write_frame(self, buffer);
    GST_ELEMENT_ERROR(self, CORE, NEGOTIATION, ("The frames have no caps"), (nullptr));
    return GST_FLOW_NOT_NEGOTIATED;
  });
  gst_buffer_unref(buffer);
  return flow;
}

// ---- events --------------------------------------------------------------------------------------------------------

void set_caps(GstOmvMjpegMux* self, const GstCaps* caps) {
  Stream& stream = *self->stream;
  const GstStructure* structure = gst_caps_get_structure(caps, 0);
  gint width = 0;
  gint height = 0;
  gint numerator = 0;
  gint denominator = 1;
  gst_structure_get_int(structure, "width", &width);
  gst_structure_get_int(structure, "height", &height);
  gst_structure_get_fraction(structure, "framerate", &numerator, &denominator);
  stream.has_caps = true;
  stream.caps_size = {static_cast<std::uint32_t>(std::max(width, 0)), static_cast<std::uint32_t>(std::max(height, 0)),
                      3};
  stream.caps_rate = {static_cast<std::uint32_t>(std::max(numerator, 0)), static_cast<std::uint32_t>(denominator)};
  stream.nominal_duration = omv::gst::nominal_duration(caps);
}

// Frames of a stream that knows no time (files) may have timestamps all the same, which count as they are.
void set_segment(GstOmvMjpegMux* self, GstEvent* event) {
  GstSegment& segment = self->stream->segment;
  gst_event_copy_segment(event, &segment);
  if (segment.format != GST_FORMAT_TIME) gst_segment_init(&segment, GST_FORMAT_TIME);
}

// Time without a frame is stored as it passes, so that the length in the file keeps up.
void pass_gap(GstOmvMjpegMux* self, GstEvent* event) {
  Stream& stream = *self->stream;
  GstClockTime start = GST_CLOCK_TIME_NONE;
  GstClockTime duration = GST_CLOCK_TIME_NONE;
  gst_event_parse_gap(event, &start, &duration);
  if (!stream.recording || !GST_CLOCK_TIME_IS_VALID(start)) return;
  if (GST_CLOCK_TIME_IS_VALID(duration)) start += duration;
  const guint64 end = gst_segment_to_running_time(&stream.segment, GST_FORMAT_TIME, start);
  if (!GST_CLOCK_TIME_IS_VALID(end)) return;
  const auto passed = stream.recording->pass(Nanoseconds(static_cast<std::int64_t>(end)));
  if (!passed) fail(self, passed.error());
  push_written(self);
}

// A recording without a frame is a file too, if the caps tell its size.
void finish(GstOmvMjpegMux* self) {
  Stream& stream = *self->stream;
  if (!stream.recording) {
    if (stream.caps_size.width == 0 || stream.caps_size.height == 0) {
      GST_ELEMENT_WARNING(self, STREAM, MUX, ("No frame came, and no size: the recording is empty"), (nullptr));
      return;
    }
    const auto begun = begin_recording(self, stream.caps_size, tags_for(self, nullptr, std::nullopt));
    if (!begun) return (void)fail(self, begun.error());
  }
  const auto finished = stream.recording->finish();
  if (!finished) fail(self, finished.error());
  push_written(self);
}

// Downstream has dropped what it had, filesink even from its file: the recording begins again.
void begin_anew(GstOmvMjpegMux* self) {
  Stream& stream = *self->stream;
  self->sync_timer->clear();
  gst_segment_init(&stream.segment, GST_FORMAT_TIME);
  stream.recording.reset();
  stream.output.reset();
}

void merge_tags(GstOmvMjpegMux* self, GstEvent* event) {
  GstTagList* tags = nullptr;
  gst_event_parse_tag(event, &tags);
  GstTagSetter* setter = GST_TAG_SETTER(self);
  gst_tag_setter_merge_tags(setter, tags, gst_tag_setter_get_tag_merge_mode(setter));
}

gboolean sink_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  GstOmvMjpegMux* self = GST_OMV_MJPEG_MUX(parent);
  return omv::gst::guarded(self, FALSE, [&]() -> gboolean {
    switch (GST_EVENT_TYPE(event)) {
      case GST_EVENT_CAPS: {
        GstCaps* caps = nullptr;
        gst_event_parse_caps(event, &caps);
        set_caps(self, caps);
        break;
      }
      case GST_EVENT_SEGMENT: set_segment(self, event); break;
      case GST_EVENT_STREAM_START: break;  // our own is sent with the header
      case GST_EVENT_GAP: pass_gap(self, event); break;
      case GST_EVENT_TAG: merge_tags(self, event); break;
      case GST_EVENT_EOS: finish(self); return gst_pad_event_default(pad, parent, event);
      case GST_EVENT_FLUSH_STOP: begin_anew(self); return gst_pad_event_default(pad, parent, event);
      default: return gst_pad_event_default(pad, parent, event);
    }
    gst_event_unref(event);
    return TRUE;
  });
}

gboolean src_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  if (GST_EVENT_TYPE(event) != GST_EVENT_SEEK) return gst_pad_event_default(pad, parent, event);
  gst_event_unref(event);  // a recording is written from front to back
  return FALSE;
}

}  // namespace

// ---- the object ----------------------------------------------------------------------------------------------------

static void gst_omv_mjpeg_mux_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  GstOmvMjpegMux* self = GST_OMV_MJPEG_MUX(object);
  GST_OBJECT_LOCK(self);
  switch (id) {
    case kPropSyncInterval: self->settings->sync_interval_ms = g_value_get_uint(value); break;
    case kPropFramerate:
      self->settings->rate = {static_cast<std::uint32_t>(gst_value_get_fraction_numerator(value)),
                              static_cast<std::uint32_t>(gst_value_get_fraction_denominator(value))};
      break;
    case kPropTimestamps: self->settings->timestamps = g_value_get_boolean(value) != FALSE; break;
    case kPropFsync: self->settings->fsync = g_value_get_boolean(value) != FALSE; break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec); break;
  }
  GST_OBJECT_UNLOCK(self);
}

static void gst_omv_mjpeg_mux_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  GstOmvMjpegMux* self = GST_OMV_MJPEG_MUX(object);
  const Settings settings = settings_of(self);
  switch (id) {
    case kPropSyncInterval: g_value_set_uint(value, settings.sync_interval_ms); break;
    case kPropFramerate:
      gst_value_set_fraction(value, static_cast<gint>(settings.rate.numerator),
                             static_cast<gint>(settings.rate.denominator));
      break;
    case kPropTimestamps: g_value_set_boolean(value, settings.timestamps); break;
    case kPropFsync: g_value_set_boolean(value, settings.fsync); break;
    case kPropStats: g_value_take_boxed(value, stats_structure(self)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec); break;
  }
}

static GstStateChangeReturn gst_omv_mjpeg_mux_change_state(GstElement* element, GstStateChange transition) {
  GstOmvMjpegMux* self = GST_OMV_MJPEG_MUX(element);
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    GST_OBJECT_LOCK(self);
    *self->stats = Stats();
    GST_OBJECT_UNLOCK(self);
  }
  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED) self->sync_timer->stop();
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS(gst_omv_mjpeg_mux_parent_class)->change_state(element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING) self->sync_timer->run();
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    self->sync_timer->clear();
    delete self->stream;
    self->stream = new Stream();
    gst_tag_setter_reset_tags(GST_TAG_SETTER(self));
  }
  return result;
}

static void gst_omv_mjpeg_mux_finalize(GObject* object) {
  GstOmvMjpegMux* self = GST_OMV_MJPEG_MUX(object);
  delete self->stream;
  delete self->settings;
  delete self->stats;
  delete self->sync_timer;
  G_OBJECT_CLASS(gst_omv_mjpeg_mux_parent_class)->finalize(object);
}

static void install_properties(GObjectClass* object_class) {
  const auto ready = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
  g_object_class_install_property(
      object_class, kPropSyncInterval,
      g_param_spec_uint("sync-interval", "Sync interval",
                        "Milliseconds of recording after which the file is complete again (0 = only at the end)", 0,
                        G_MAXUINT, kDefaultSyncInterval, ready));
  g_object_class_install_property(
      object_class, kPropFramerate,
      gst_param_spec_fraction("framerate", "Frame rate",
                              "Rate of the grid that frames are placed on (0/1 = the caps' rate, or 100/1 where that "
                              "is variable or above 1000/1)",
                              0, 1, G_MAXINT, 1, kNoRate, 1, ready));
  g_object_class_install_property(
      object_class, kPropTimestamps,
      g_param_spec_boolean("timestamps", "Timestamps", "Store the exact time of each frame, for `omv`",
                           kDefaultTimestamps, ready));
  g_object_class_install_property(
      object_class, kPropFsync,
      g_param_spec_boolean("fsync", "Fsync", "Let each sync wait for the medium, against power cuts", kDefaultFsync,
                           ready));
  g_object_class_install_property(
      object_class, kPropStats,
      g_param_spec_boxed("stats", "Statistics", "What was recorded, and what did not go by the rules",
                         GST_TYPE_STRUCTURE, static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
}

static void gst_omv_mjpeg_mux_class_init(GstOmvMjpegMuxClass* klass) {
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  object_class->set_property = gst_omv_mjpeg_mux_set_property;
  object_class->get_property = gst_omv_mjpeg_mux_get_property;
  object_class->finalize = gst_omv_mjpeg_mux_finalize;
  element_class->change_state = gst_omv_mjpeg_mux_change_state;
  install_properties(object_class);
  gst_element_class_set_static_metadata(element_class, "OpenMV Motion JPEG muxer", "Codec/Muxer",
                                        "Records JPEG frames into an AVI file that is complete at every moment",
                                        "The gst-openmv developers");
  omv::gst::add_pad_template(element_class, "sink", GST_PAD_SINK, GST_PAD_ALWAYS,
                             gst_caps_new_empty_simple("image/jpeg"));
  omv::gst::add_pad_template(element_class, "src", GST_PAD_SRC, GST_PAD_ALWAYS,
                             gst_caps_new_empty_simple("video/x-msvideo"));
}

static void gst_omv_mjpeg_mux_init(GstOmvMjpegMux* self) {
  self->stream = new Stream();
  self->settings = new Settings();
  self->stats = new Stats();
  self->sync_timer = new omv::gst::SyncTimer(GST_ELEMENT(self), sync_silent);
  self->sink_pad = omv::gst::new_pad(GST_ELEMENT(self), "sink");
  gst_pad_set_chain_function(self->sink_pad, chain);
  gst_pad_set_event_function(self->sink_pad, sink_event);
  gst_element_add_pad(GST_ELEMENT(self), self->sink_pad);
  self->src_pad = omv::gst::new_pad(GST_ELEMENT(self), "src");
  gst_pad_set_event_function(self->src_pad, src_event);
  gst_pad_use_fixed_caps(self->src_pad);
  gst_element_add_pad(GST_ELEMENT(self), self->src_pad);
}
