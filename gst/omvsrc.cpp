// SPDX-License-Identifier: LGPL-2.1-or-later
// Captures from an OpenMV camera over Protocol V2, or from the emulator.

/**
 * SECTION:element-omvsrc
 * @title: omvsrc
 *
 * Live video from an OpenMV camera (firmware 5 or later) on a serial port or behind TCP, or from the emulated camera
 * that is built in. The element uploads a capture script, runs it, and hands on the frames the camera shows, each with
 * the running time at which the camera announced it. Frames may change format and size at any time.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 omvsrc device="emulator:?size=QVGA&fps=30" num-buffers=90 ! imageiomux ! filesink location=test.bin
 * ]|
 */

#include "omvsrc.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/camera_link.h"
#include "common/caps.h"
#include "common/error.h"
#include "common/frame_layout.h"
#include "omv/camera/capture_script.h"

GST_DEBUG_CATEGORY_STATIC(omv_src_debug);
#define GST_CAT_DEFAULT omv_src_debug

namespace {

using omv::Errc;
using omv::Error;
using omv::Result;
using omv::Time;

enum {
  kPropDevice = 1,
  kPropScript,
  kPropScriptText,
  kPropPixformat,
  kPropFramesize,
  kPropStream,
  kPropTimeout,
  kPropStats,
  kPropCamera,
};

enum class StreamForm { jpeg, raw };

constexpr StreamForm kDefaultStream = StreamForm::jpeg;
constexpr guint kDefaultTimeoutMs = 10000;
constexpr GstClockTime kFirstLatency = 40 * GST_MSECOND;  // reported before anything has been measured
constexpr GstClockTime kLatencyStep = 20 * GST_MSECOND;

struct Settings {
  std::string device;
  std::string script;
  std::string script_text;
  std::string pixformat;
  std::string framesize;
  StreamForm stream = kDefaultStream;
  guint timeout_ms = kDefaultTimeoutMs;
};

// What queries and property reads want to know; written by the streaming thread.
struct Report {
  std::optional<omv::camera::BoardInfo> board;
  omv::camera::HostStats stats;
  GstClockTime latency = kFirstLatency;
};

struct State {
  explicit State(GstPad* pad) : output(pad) {}

  std::mutex lock;  // guards settings and report; never held while waiting or pushing
  Settings settings;
  Report report;
  std::shared_ptr<omv::camera::Cancellation> cancellation = std::make_shared<omv::camera::Cancellation>();

  // Streaming thread only, and state changes while it does not run.
  Settings active;  // as they were when the element started
  std::unique_ptr<omv::camera::Connection> link;
  omv::gst::FrameOutput output;
  std::string line;  // console text of an unfinished line
  bool script_ran = false;
  bool script_ended = false;
  GstClockTime last_pts = GST_CLOCK_TIME_NONE;
  std::uint64_t frames = 0;
  Time last_frame{0};
};

}  // namespace

struct _GstOmvSrc {
  GstPushSrc parent;
  State* state;
};

static void gst_omv_src_uri_handler_init(gpointer iface, gpointer);

G_DEFINE_TYPE_WITH_CODE(GstOmvSrc, gst_omv_src, GST_TYPE_PUSH_SRC,
                        G_IMPLEMENT_INTERFACE(GST_TYPE_URI_HANDLER, gst_omv_src_uri_handler_init))
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(omvsrc, "omvsrc", GST_RANK_PRIMARY, GST_TYPE_OMV_SRC,
                                      GST_DEBUG_CATEGORY_INIT(omv_src_debug, "omvsrc", 0, "OpenMV camera source"))

static GType gst_omv_src_stream_get_type() {
  static gsize type = 0;
  if (g_once_init_enter(&type)) {
    static const GEnumValue values[] = {
        {static_cast<gint>(StreamForm::jpeg), "JPEG, compressed by the camera", "jpeg"},
        {static_cast<gint>(StreamForm::raw), "GRAYSCALE, RGB565 and BINARY as they are; other formats as JPEG", "raw"},
        {0, nullptr, nullptr}};
    g_once_init_leave(&type, g_enum_register_static("GstOmvSrcStream", values));
  }
  return type;
}

namespace {

// ---- messages ------------------------------------------------------------------------------------------------------

void post_message(GstOmvSrc* self, GstStructure* structure) {
  gst_element_post_message(GST_ELEMENT(self), gst_message_new_element(GST_OBJECT(self), structure));
}

void post_line(GstOmvSrc* self, const std::string& line) {
  post_message(self, gst_structure_new("omv-stdout", "line", G_TYPE_STRING, line.c_str(), nullptr));
}

void post_script(GstOmvSrc* self, const char* state) {
  post_message(self, gst_structure_new("omv-script", "state", G_TYPE_STRING, state, nullptr));
}

// Console text arrives in pieces; a message is one line without its end.
void take_text(GstOmvSrc* self, const std::string& text) {
  std::string& line = self->state->line;
  for (const char c : text) {
    if (c == '\n') {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      post_line(self, line);
      line.clear();
    } else {
      line += c;
    }
  }
}

GstStructure* camera_structure(const omv::camera::BoardInfo& board) {
  const auto& firmware = board.version.firmware;
  const std::string version =
      std::to_string(firmware[0]) + "." + std::to_string(firmware[1]) + "." + std::to_string(firmware[2]);
  return gst_structure_new("omv-camera", "board", G_TYPE_STRING, board.name.c_str(), "serial", G_TYPE_STRING,
                           board.serial.c_str(), "firmware", G_TYPE_STRING, version.c_str(), "protocol", G_TYPE_STRING,
                           "v2", nullptr);
}

GstStructure* stats_structure(const omv::camera::HostStats& stats, GstClockTime latency) {
  const auto number = [](std::uint64_t value) { return static_cast<guint64>(value); };
  return gst_structure_new("omv-stats", "frames", G_TYPE_UINT64, number(stats.frames), "bytes", G_TYPE_UINT64,
                           number(stats.frame_bytes), "dropped-corrupt", G_TYPE_UINT64, number(stats.dropped_corrupt),
                           "dropped-resync", G_TYPE_UINT64, number(stats.dropped_resync), "busy", G_TYPE_UINT64,
                           number(stats.busy), "crc-errors", G_TYPE_UINT64, number(stats.crc_errors), "sequence-errors",
                           G_TYPE_UINT64, number(stats.sequence_errors), "timeouts", G_TYPE_UINT64,
                           number(stats.timeouts), "resyncs", G_TYPE_UINT64, number(stats.resyncs), "latency",
                           G_TYPE_UINT64, static_cast<guint64>(latency), nullptr);
}

// ---- connecting ----------------------------------------------------------------------------------------------------

Result<std::string> script_of(const Settings& settings) {
  if (!settings.script_text.empty()) return settings.script_text;
  if (!settings.script.empty()) {
    gchar* text = nullptr;
    GError* failed = nullptr;
    if (!g_file_get_contents(settings.script.c_str(), &text, nullptr, &failed)) {
      Error error{Errc::io, failed->message};
      g_clear_error(&failed);
      return error;
    }
    std::string script = text;
    g_free(text);
    return script;
  }
  omv::camera::CaptureSettings capture;
  if (!settings.pixformat.empty()) capture.pixformat = settings.pixformat;
  if (!settings.framesize.empty()) capture.framesize = settings.framesize;
  return omv::camera::make_capture_script(capture);
}

Result<omv::camera::HostOptions> host_options(const Settings& settings) {
  omv::camera::HostOptions options;
  OMV_TRY(options.script, script_of(settings));
  options.stream.raw = settings.stream == StreamForm::raw;
  options.stream.max_width = options.stream.raw ? omv::kMaxDimension : 0;
  options.stream.max_height = options.stream.raw ? omv::kMaxDimension : 0;
  return options;
}

Result<void> connect(GstOmvSrc* self) {
  State& state = *self->state;
  if (state.link != nullptr) return {};
  OMV_TRY(omv::camera::HostOptions options, host_options(state.active));
  OMV_TRY(state.link, omv::gst::open_camera(state.active.device, std::move(options), state.cancellation));
  state.last_frame = omv::Clock::steady()->now();
  GST_INFO_OBJECT(self, "connected to %s", state.link->describe().c_str());
  return {};
}

// ---- time ----------------------------------------------------------------------------------------------------------

// Running time of something that happened `age` ago. Never goes back; NONE without a clock.
GstClockTime running_time_ago(GstOmvSrc* self, Time age) {
  GstClock* clock = gst_element_get_clock(GST_ELEMENT(self));
  if (clock == nullptr) return GST_CLOCK_TIME_NONE;
  const GstClockTime base = gst_element_get_base_time(GST_ELEMENT(self));
  const GstClockTime now = gst_clock_get_time(clock);
  gst_object_unref(clock);
  const auto ago = static_cast<GstClockTime>(std::max<std::int64_t>(age.count(), 0));
  GstClockTime time = now > base + ago ? now - base - ago : 0;
  GstClockTime& last = self->state->last_pts;
  if (GST_CLOCK_TIME_IS_VALID(last) && time < last) time = last;
  last = time;
  return time;
}

// A frame is late by the time its transfer takes. What is reported grows with what is measured, in steps.
void measure_latency(GstOmvSrc* self, Time age) {
  State& state = *self->state;
  const auto measured = static_cast<GstClockTime>(std::max<std::int64_t>(age.count(), 0));
  {
    const std::lock_guard hold(state.lock);
    state.report.stats = state.link->session().stats();
    if (measured <= state.report.latency) return;
    state.report.latency = (measured / kLatencyStep + 1) * kLatencyStep;
  }
  gst_element_post_message(GST_ELEMENT(self), gst_message_new_latency(GST_OBJECT(self)));
}

// ---- frames --------------------------------------------------------------------------------------------------------

GstBuffer* stamp(GstOmvSrc* self, GstBuffer* buffer, Time arrival) {
  State& state = *self->state;
  const Time age = omv::Clock::steady()->now() - arrival;
  GST_BUFFER_PTS(buffer) = running_time_ago(self, age);
  GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_OFFSET(buffer) = state.frames;
  GST_BUFFER_OFFSET_END(buffer) = ++state.frames;
  measure_latency(self, age);
  return buffer;
}

// Caps and the layout that downstream takes; NULL when caps were refused.
GstBuffer* finish_frame(GstOmvSrc* self, omv::camera::FrameReceived frame) {
  State& state = *self->state;
  const omv::FrameInfo info = frame.info;
  const Time arrival = frame.arrival;
  GstBuffer* payload = omv::gst::take_buffer(std::move(frame));
  if (!state.output.announce(info)) {
    gst_buffer_unref(payload);
    return nullptr;
  }
  GstBuffer* buffer = state.output.layout(payload);
  return buffer != nullptr ? stamp(self, buffer, arrival) : nullptr;
}

void take_connected(GstOmvSrc* self, const omv::camera::BoardInfo& board) {
  {
    const std::lock_guard hold(self->state->lock);
    self->state->report.board = board;
  }
  GstStructure* found = camera_structure(board);
  gst_structure_set(found, "state", G_TYPE_STRING, "found", nullptr);
  post_message(self, found);
}

// Everything but frames. An error ends the stream.
Result<void> take_event(GstOmvSrc* self, const omv::camera::HostEvent& event) {
  State& state = *self->state;
  if (const auto* connected = std::get_if<omv::camera::Connected>(&event)) take_connected(self, connected->board);
  if (const auto* text = std::get_if<omv::camera::TextReceived>(&event)) take_text(self, text->text);
  if (std::holds_alternative<omv::camera::ScriptStarted>(event)) {
    state.script_ran = true;
    post_script(self, "running");
  }
  if (std::holds_alternative<omv::camera::ScriptEnded>(event) && state.script_ran) {
    state.script_ended = true;
    post_script(self, "ended");
  }
  if (const auto* resynced = std::get_if<omv::camera::Resynced>(&event))
    GST_INFO_OBJECT(self, "resynchronised: %s", resynced->reason.c_str());
  if (const auto* lost = std::get_if<omv::camera::ConnectionLost>(&event)) return lost->error;
  return {};
}

Time frame_deadline(const State& state) {
  if (state.active.timeout_ms == 0) return omv::camera::kNever;
  return state.last_frame + std::chrono::milliseconds(state.active.timeout_ms);
}

// The next frame, everything else on the way taken care of. Errc::end: the script has ended.
Result<omv::camera::FrameReceived> next_frame(GstOmvSrc* self) {
  State& state = *self->state;
  OMV_CHECK(connect(self));
  while (true) {
    if (state.script_ended) return Error{Errc::end, "the camera's script has ended"};
    auto event = state.link->next_event(frame_deadline(state));
    if (!event && event.error().code == Errc::timeout)
      return Error{Errc::timeout,
                   "no frame for " + std::to_string(state.active.timeout_ms) + " ms from " + state.link->describe()};
    if (!event) return std::move(event).error();
    if (auto* frame = std::get_if<omv::camera::FrameReceived>(&*event)) {
      state.last_frame = omv::Clock::steady()->now();
      return std::move(*frame);
    }
    OMV_CHECK(take_event(self, *event));
  }
}

GstFlowReturn fail(GstOmvSrc* self, const Error& error) {
  if (error.code == Errc::cancelled) return GST_FLOW_FLUSHING;
  if (error.code == Errc::end) return GST_FLOW_EOS;
  const bool connected = self->state->frames > 0;
  omv::gst::post_error(GST_ELEMENT(self), error, connected ? "The camera is lost" : "No camera");
  return GST_FLOW_ERROR;
}

}  // namespace

// ---- GstBaseSrc ----------------------------------------------------------------------------------------------------

static GstFlowReturn gst_omv_src_create(GstPushSrc* source, GstBuffer** buffer) {
  GstOmvSrc* self = GST_OMV_SRC(source);
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] {
    auto frame = next_frame(self);
    if (!frame) return fail(self, frame.error());
    *buffer = finish_frame(self, std::move(*frame));
    return *buffer != nullptr ? GST_FLOW_OK : GST_FLOW_NOT_NEGOTIATED;
  });
}

// Settings are checked here; the camera itself is met in the streaming thread, so that no state change waits for it.
static gboolean gst_omv_src_start(GstBaseSrc* source) {
  GstOmvSrc* self = GST_OMV_SRC(source);
  return omv::gst::guarded(self, FALSE, [&]() -> gboolean {
    State& state = *self->state;
    {
      const std::lock_guard hold(state.lock);
      state.active = state.settings;
      state.report = Report();
    }
    state.frames = 0;
    state.script_ran = state.script_ended = false;
    state.last_pts = GST_CLOCK_TIME_NONE;
    state.line.clear();
    auto options = host_options(state.active);
    auto address = omv::gst::check_device(state.active.device);
    if (options && address) return TRUE;
    const Error& error = options ? address.error() : options.error();
    GST_ELEMENT_ERROR(self, RESOURCE, SETTINGS, ("%s", error.message.c_str()), (nullptr));
    return FALSE;
  });
}

static gboolean gst_omv_src_stop(GstBaseSrc* source) {
  State& state = *GST_OMV_SRC(source)->state;
  state.link.reset();
  state.output.reset();
  return TRUE;
}

static gboolean gst_omv_src_unlock(GstBaseSrc* source) {
  GST_OMV_SRC(source)->state->cancellation->cancel();
  return TRUE;
}

static gboolean gst_omv_src_unlock_stop(GstBaseSrc* source) {
  GST_OMV_SRC(source)->state->cancellation->reset();
  return TRUE;
}

// Caps follow from the frames; there is nothing to choose beforehand.
static gboolean gst_omv_src_negotiate(GstBaseSrc*) { return TRUE; }

static gboolean gst_omv_src_query(GstBaseSrc* source, GstQuery* query) {
  if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY)
    return GST_BASE_SRC_CLASS(gst_omv_src_parent_class)->query(source, query);
  State& state = *GST_OMV_SRC(source)->state;
  const std::lock_guard hold(state.lock);
  gst_query_set_latency(query, TRUE, state.report.latency, GST_CLOCK_TIME_NONE);
  return TRUE;
}

// ---- URI omv:// ----------------------------------------------------------------------------------------------------

// omv:///dev/ttyACM0 is a port, omv://host:port is TCP, omv://emulator?key=value the emulator, omv:// the first camera.
static std::string device_from_uri(const std::string& uri) {
  const std::string rest = uri.substr(std::string("omv://").size());
  if (rest.empty() || rest.front() == '/') return rest == "/" ? "" : rest;
  if (rest.rfind("emulator", 0) == 0) return "emulator:" + rest.substr(std::string("emulator").size());
  return "tcp://" + rest;
}

static std::string uri_from_device(const std::string& device) {
  if (device.rfind("tcp://", 0) == 0) return "omv://" + device.substr(6);
  if (device.rfind("emulator:", 0) == 0) return "omv://emulator" + device.substr(9);
  return "omv://" + device;
}

static GstURIType gst_omv_src_uri_type(GType) { return GST_URI_SRC; }

static const gchar* const* gst_omv_src_uri_protocols(GType) {
  static const gchar* const protocols[] = {"omv", nullptr};
  return protocols;
}

static gchar* gst_omv_src_get_uri(GstURIHandler* handler) {
  State& state = *GST_OMV_SRC(handler)->state;
  const std::lock_guard hold(state.lock);
  return g_strdup(uri_from_device(state.settings.device).c_str());
}

static gboolean gst_omv_src_set_uri(GstURIHandler* handler, const gchar* uri, GError** error) {
  State& state = *GST_OMV_SRC(handler)->state;
  const std::string device = device_from_uri(uri);
  if (const auto known = omv::gst::check_device(device); !known) {
    g_set_error(error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI, "%s", known.error().message.c_str());
    return FALSE;
  }
  const std::lock_guard hold(state.lock);
  state.settings.device = device;
  return TRUE;
}

static void gst_omv_src_uri_handler_init(gpointer iface, gpointer) {
  auto* handler = static_cast<GstURIHandlerInterface*>(iface);
  handler->get_type = gst_omv_src_uri_type;
  handler->get_protocols = gst_omv_src_uri_protocols;
  handler->get_uri = gst_omv_src_get_uri;
  handler->set_uri = gst_omv_src_set_uri;
}

// ---- properties ----------------------------------------------------------------------------------------------------

static std::string text_of(const GValue* value) {
  const gchar* text = g_value_get_string(value);
  return text != nullptr ? text : "";
}

static void set_text(GValue* value, const std::string& text) {
  g_value_set_string(value, text.empty() ? nullptr : text.c_str());
}

static void gst_omv_src_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  State& state = *GST_OMV_SRC(object)->state;
  const std::lock_guard hold(state.lock);
  switch (id) {
    case kPropDevice: state.settings.device = text_of(value); break;
    case kPropScript: state.settings.script = text_of(value); break;
    case kPropScriptText: state.settings.script_text = text_of(value); break;
    case kPropPixformat: state.settings.pixformat = text_of(value); break;
    case kPropFramesize: state.settings.framesize = text_of(value); break;
    case kPropStream: state.settings.stream = static_cast<StreamForm>(g_value_get_enum(value)); break;
    case kPropTimeout: state.settings.timeout_ms = g_value_get_uint(value); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void gst_omv_src_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  State& state = *GST_OMV_SRC(object)->state;
  const std::lock_guard hold(state.lock);
  switch (id) {
    case kPropDevice: set_text(value, state.settings.device); break;
    case kPropScript: set_text(value, state.settings.script); break;
    case kPropScriptText: set_text(value, state.settings.script_text); break;
    case kPropPixformat: set_text(value, state.settings.pixformat); break;
    case kPropFramesize: set_text(value, state.settings.framesize); break;
    case kPropStream: g_value_set_enum(value, static_cast<gint>(state.settings.stream)); break;
    case kPropTimeout: g_value_set_uint(value, state.settings.timeout_ms); break;
    case kPropStats: g_value_take_boxed(value, stats_structure(state.report.stats, state.report.latency)); break;
    case kPropCamera:
      if (state.report.board) g_value_take_boxed(value, camera_structure(*state.report.board));
      break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void install_properties(GObjectClass* klass) {
  const auto writable = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
  const auto readable = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  const auto text = [&](guint id, const char* name, const char* nick, const char* blurb) {
    g_object_class_install_property(klass, id, g_param_spec_string(name, nick, blurb, nullptr, writable));
  };
  text(kPropDevice, "device", "Device",
       "Camera to capture from: /dev/ttyACM0, tcp://host:port, or emulator:?size=QVGA&fps=30 (unset: first one found)");
  text(kPropScript, "script", "Script file",
       "MicroPython file to run on the camera (unset: a built-in capture script)");
  text(kPropScriptText, "script-text", "Script text", "MicroPython text to run on the camera, in place of a file");
  text(kPropPixformat, "pixformat", "Pixel format",
       "Format the built-in script captures in: BINARY, GRAYSCALE, RGB565, BAYER, YUV422, JPEG (unset: RGB565)");
  text(kPropFramesize, "framesize", "Frame size",
       "Size the built-in script captures in: a name such as QVGA, or 320x240 (unset: QVGA)");
  g_object_class_install_property(
      klass, kPropStream,
      g_param_spec_enum("stream", "Stream", "Form in which the camera sends its frames", gst_omv_src_stream_get_type(),
                        static_cast<gint>(kDefaultStream), writable));
  g_object_class_install_property(
      klass, kPropTimeout,
      g_param_spec_uint("timeout", "Timeout",
                        "Milliseconds without a frame after which the camera counts as lost (0: wait for ever)", 0,
                        G_MAXUINT, kDefaultTimeoutMs, writable));
  g_object_class_install_property(
      klass, kPropStats,
      g_param_spec_boxed("stats", "Statistics", "Counters: frames, bytes, drops by reason, errors, latency in ns",
                         GST_TYPE_STRUCTURE, readable));
  g_object_class_install_property(
      klass, kPropCamera,
      g_param_spec_boxed("camera", "Camera",
                         "The connected camera: board, serial, firmware, protocol (unset: none yet)",
                         GST_TYPE_STRUCTURE, readable));
  gst_type_mark_as_plugin_api(gst_omv_src_stream_get_type(), static_cast<GstPluginAPIFlags>(0));
}

// ---- type ----------------------------------------------------------------------------------------------------------

static void gst_omv_src_finalize(GObject* object) {
  delete GST_OMV_SRC(object)->state;
  G_OBJECT_CLASS(gst_omv_src_parent_class)->finalize(object);
}

static void gst_omv_src_class_init(GstOmvSrcClass* klass) {
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  GstBaseSrcClass* base_class = GST_BASE_SRC_CLASS(klass);
  object_class->set_property = gst_omv_src_set_property;
  object_class->get_property = gst_omv_src_get_property;
  object_class->finalize = gst_omv_src_finalize;
  install_properties(object_class);
  base_class->start = gst_omv_src_start;
  base_class->stop = gst_omv_src_stop;
  base_class->unlock = gst_omv_src_unlock;
  base_class->unlock_stop = gst_omv_src_unlock_stop;
  base_class->negotiate = gst_omv_src_negotiate;
  base_class->query = gst_omv_src_query;
  GST_PUSH_SRC_CLASS(klass)->create = gst_omv_src_create;
  gst_element_class_set_static_metadata(element_class, "OpenMV camera source", "Source/Video/Hardware",
                                        "Captures from an OpenMV camera on a serial port or TCP, or from its emulator",
                                        "The gst-openmv developers");
  GstCaps* frames = omv::gst::frame_template_caps();
  gst_element_class_add_pad_template(element_class, gst_pad_template_new("src", GST_PAD_SRC, GST_PAD_ALWAYS, frames));
  gst_caps_unref(frames);
}

static void gst_omv_src_init(GstOmvSrc* self) {
  self->state = new State(GST_BASE_SRC_PAD(self));
  gst_base_src_set_live(GST_BASE_SRC(self), TRUE);
  gst_base_src_set_format(GST_BASE_SRC(self), GST_FORMAT_TIME);
}
