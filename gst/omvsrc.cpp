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

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/camera_link.h"
#include "common/camera_report.h"
#include "common/camera_uri.h"
#include "common/caps.h"
#include "common/capture_request.h"
#include "common/error.h"
#include "common/frame_layout.h"
#include "common/refusal.h"
#include "omv/camera/script_console.h"

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
constexpr Time kLastWordsTime = std::chrono::seconds(1);  // from a script's end to its last text

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

// One run from PAUSED to READY.
struct Run {
  enum class Script { awaited, running, ended, reported };

  std::string device;
  omv::camera::HostOptions options;
  Time timeout{0};  // 0: none

  std::unique_ptr<omv::camera::Connection> link;
  bool connected = false;  // the camera has said who it is
  omv::camera::ScriptConsole console;
  Script script = Script::awaited;
  Time last_words_due{0};
  Time asked{0};     // when downstream wanted the frame that is waited for
  bool gap = false;  // frames may be missing before the next one
  std::uint64_t frames = 0;
  GstClockTime last_pts = GST_CLOCK_TIME_NONE;
};

struct State {
  explicit State(GstPad* pad) : output(pad) {}

  std::mutex lock;  // guards settings and report; never held while waiting or pushing
  Settings settings;
  Report report;
  std::shared_ptr<omv::camera::Cancellation> cancellation = std::make_shared<omv::camera::Cancellation>();

  // Streaming thread only, and state changes while it does not run.
  Run run;
  omv::gst::FrameOutput output;
};

Time now() { return omv::Clock::steady()->now(); }

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

// ---- settings ------------------------------------------------------------------------------------------------------

Settings settings_of(GstOmvSrc* self) {
  const std::lock_guard hold(self->state->lock);
  return self->state->settings;
}

Result<void> apply(Run& run, const Settings& settings) {
  OMV_CHECK(omv::gst::check_device(settings.device));
  const bool raw = settings.stream == StreamForm::raw;
  OMV_TRY(run.options,
          omv::gst::host_options({settings.script, settings.script_text, settings.pixformat, settings.framesize, raw}));
  run.device = settings.device;
  run.timeout = std::chrono::milliseconds(settings.timeout_ms);
  if (run.timeout.count() > 0) run.options.connect_timeout = std::min(run.options.connect_timeout, run.timeout);
  return {};
}

// The camera itself is met in the streaming thread, so that no state change waits for it.
bool prepare(GstOmvSrc* self) {
  State& state = *self->state;
  state.run = Run();
  {
    const std::lock_guard hold(state.lock);
    state.report = Report();
  }
  const auto applied = apply(state.run, settings_of(self));
  if (applied) return true;
  GST_ELEMENT_ERROR(self, RESOURCE, SETTINGS, ("%s", applied.error().message.c_str()), (nullptr));
  return false;
}

// ---- the console ---------------------------------------------------------------------------------------------------

void take_text(GstOmvSrc* self, const std::string& text) {
  Run& run = self->state->run;
  run.console.take(text);
  while (const auto line = run.console.next_line())
    omv::gst::post_structure(GST_ELEMENT(self), omv::gst::line_structure(*line));
}

void take_script_start(GstOmvSrc* self) {
  self->state->run.script = Run::Script::running;
  omv::gst::post_structure(GST_ELEMENT(self), omv::gst::script_structure("running"));
}

// Its last text still has to come.
void take_script_end(Run& run) {
  if (run.script != Run::Script::running) return;
  run.script = Run::Script::ended;
  run.last_words_due = now() + kLastWordsTime;
  run.console.expect_last_words();
}

bool is_finished(const Run& run) {
  return run.script == Run::Script::reported ||
         (run.script == Run::Script::ended && (run.console.has_last_words() || now() >= run.last_words_due));
}

// The end of the stream; a failure of the script is a warning, so that what was captured is still finished properly.
Error finish(GstOmvSrc* self) {
  Run& run = self->state->run;
  if (std::exchange(run.script, Run::Script::reported) != Run::Script::reported) {
    const std::string& failure = run.console.failure();
    omv::gst::post_structure(GST_ELEMENT(self), omv::gst::script_structure("ended", failure));
    if (!failure.empty())
      GST_ELEMENT_WARNING(self, STREAM, FAILED, ("The camera's script has failed: %s", failure.c_str()), (nullptr));
  }
  return {Errc::end, "the camera's script has ended"};
}

// ---- events --------------------------------------------------------------------------------------------------------

Result<void> connect(GstOmvSrc* self) {
  State& state = *self->state;
  if (state.run.link != nullptr) return {};
  OMV_TRY(state.run.link, omv::gst::open_camera(state.run.device, state.run.options, state.cancellation));
  GST_INFO_OBJECT(self, "connected to %s", state.run.link->describe().c_str());
  return {};
}

void post_camera(GstOmvSrc* self, const omv::camera::BoardInfo& board, const char* what) {
  GstStructure* camera = omv::gst::camera_structure(board);
  gst_structure_set(camera, "state", G_TYPE_STRING, what, nullptr);
  omv::gst::post_structure(GST_ELEMENT(self), camera);
}

void take_connected(GstOmvSrc* self, const omv::camera::BoardInfo& board) {
  {
    const std::lock_guard hold(self->state->lock);
    self->state->report.board = board;
  }
  self->state->run.connected = true;
  post_camera(self, board, "found");
}

void take_resynced(GstOmvSrc* self, const std::string& reason) {
  GST_INFO_OBJECT(self, "resynchronised: %s", reason.c_str());
  self->state->run.gap = true;
}

// Everything but frames. An error ends the stream.
Result<void> take_event(GstOmvSrc* self, const omv::camera::HostEvent& event) {
  Run& run = self->state->run;
  if (const auto* connected = std::get_if<omv::camera::Connected>(&event)) take_connected(self, connected->board);
  if (const auto* text = std::get_if<omv::camera::TextReceived>(&event)) take_text(self, text->text);
  if (std::holds_alternative<omv::camera::ScriptStarted>(event)) take_script_start(self);
  if (std::holds_alternative<omv::camera::ScriptEnded>(event)) take_script_end(run);
  if (const auto* resynced = std::get_if<omv::camera::Resynced>(&event)) take_resynced(self, resynced->reason);
  if (const auto* lost = std::get_if<omv::camera::ConnectionLost>(&event))
    return Error{lost->error.code, run.link->describe() + ": " + lost->error.message};
  return {};
}

Time wait_until(const Run& run) {
  if (run.script == Run::Script::ended) return run.last_words_due;
  return run.timeout.count() > 0 ? run.asked + run.timeout : omv::camera::kNever;
}

Error no_frame(const Run& run) {
  const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(run.timeout);
  return {Errc::timeout, run.link->describe() + " has sent no frame for " + std::to_string(waited.count()) + " ms"};
}

Result<omv::camera::HostEvent> next_event(GstOmvSrc* self) {
  State& state = *self->state;
  const Time deadline = wait_until(state.run);
  if (now() >= deadline) return no_frame(state.run);  // however much text there may be
  auto event = state.run.link->next_event(deadline);
  {
    const std::lock_guard hold(state.lock);
    state.report.stats = state.run.link->session().stats();
  }
  if (!event && event.error().code == Errc::timeout) return no_frame(state.run);
  return event;
}

// The next frame, everything else on the way taken care of. Errc::end: the script has ended.
Result<omv::camera::FrameReceived> next_frame(GstOmvSrc* self) {
  Run& run = self->state->run;
  OMV_CHECK(connect(self));
  run.asked = now();
  while (!is_finished(run)) {
    auto event = next_event(self);
    if (!event && event.error().code != Errc::cancelled && run.script == Run::Script::ended) break;
    if (!event) return std::move(event).error();
    if (auto* frame = std::get_if<omv::camera::FrameReceived>(&*event)) return std::move(*frame);
    OMV_CHECK(take_event(self, *event));
  }
  return finish(self);
}

// ---- time ----------------------------------------------------------------------------------------------------------

// Running time of something that happened `age` ago. Never goes back; NONE without a clock.
GstClockTime running_time_ago(GstOmvSrc* self, Time age) {
  GstClock* clock = gst_element_get_clock(GST_ELEMENT(self));
  if (clock == nullptr) return GST_CLOCK_TIME_NONE;
  const GstClockTime base = gst_element_get_base_time(GST_ELEMENT(self));
  const GstClockTime time = gst_clock_get_time(clock);
  gst_object_unref(clock);
  const auto ago = static_cast<GstClockTime>(std::max<std::int64_t>(age.count(), 0));
  const GstClockTime running = time > base + ago ? time - base - ago : 0;
  GstClockTime& last = self->state->run.last_pts;
  last = GST_CLOCK_TIME_IS_VALID(last) ? std::max(last, running) : running;
  return last;
}

// A frame is late by the time its transfer takes. What is reported grows with what is measured, in steps that grow as
// well: every one makes the whole pipeline ask again.
void measure_latency(GstOmvSrc* self, Time transfer) {
  State& state = *self->state;
  const auto measured = static_cast<GstClockTime>(std::max<std::int64_t>(transfer.count(), 0));
  {
    const std::lock_guard hold(state.lock);
    if (measured <= state.report.latency) return;
    state.report.latency = ((measured + measured / 4) / kLatencyStep + 1) * kLatencyStep;
  }
  gst_element_post_message(GST_ELEMENT(self), gst_message_new_latency(GST_OBJECT(self)));
}

// ---- frames --------------------------------------------------------------------------------------------------------

void stamp(GstOmvSrc* self, GstBuffer* buffer, Time arrival) {
  Run& run = self->state->run;
  const Time time = now();
  GST_BUFFER_PTS(buffer) = running_time_ago(self, time - arrival);
  GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_OFFSET(buffer) = run.frames;
  GST_BUFFER_OFFSET_END(buffer) = ++run.frames;
  if (std::exchange(run.gap, false)) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  // A flush between a frame's announcement and its last byte is not the transfer's doing.
  measure_latency(self, time - std::max(arrival, run.asked));
}

// After an error the end of the stream is told downstream, so that files are finished; GST_FLOW_ERROR would do that
// too, and add a second message that explains nothing.
GstFlowReturn fail(GstOmvSrc* self, const Error& error) {
  if (error.code == Errc::cancelled) return GST_FLOW_FLUSHING;
  if (error.code == Errc::end) return GST_FLOW_EOS;
  const State& state = *self->state;
  if (state.run.connected) post_camera(self, *state.report.board, "lost");
  omv::gst::post_error(GST_ELEMENT(self), error, state.run.connected ? "The camera is lost" : "No camera");
  return GST_FLOW_EOS;
}

GstFlowReturn announce(GstOmvSrc* self, const omv::FrameInfo& info) {
  omv::gst::FrameOutput& output = self->state->output;
  GstPad* pad = GST_BASE_SRC_PAD(self);
  if (output.caps() != nullptr && output.info() == info) return GST_FLOW_OK;
  if (!output.announce(info) && GST_PAD_IS_FLUSHING(pad)) return GST_FLOW_FLUSHING;
  const std::string why = output.caps() != nullptr ? omv::gst::why_refused(pad, output.caps())
                                                   : std::string(omv::to_string(info.format)) + " frames have no caps";
  if (why.empty()) return GST_FLOW_OK;
  GST_ELEMENT_ERROR(self, CORE, NEGOTIATION, ("The camera's frames do not fit: %s", why.c_str()), (nullptr));
  return GST_FLOW_EOS;
}

// Caps and the layout that downstream takes.
GstFlowReturn finish_frame(GstOmvSrc* self, omv::camera::FrameReceived frame, GstBuffer** buffer) {
  const Time arrival = frame.arrival;
  if (const GstFlowReturn announced = announce(self, frame.info); announced != GST_FLOW_OK) return announced;
  *buffer = self->state->output.layout(omv::gst::take_buffer(std::move(frame)));
  if (*buffer == nullptr) return fail(self, {Errc::limit, "no memory for a frame"});
  stamp(self, *buffer, arrival);
  return GST_FLOW_OK;
}

}  // namespace

// ---- GstBaseSrc ----------------------------------------------------------------------------------------------------

static GstFlowReturn gst_omv_src_create(GstPushSrc* source, GstBuffer** buffer) {
  GstOmvSrc* self = GST_OMV_SRC(source);
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] {
    auto frame = next_frame(self);
    return frame ? finish_frame(self, std::move(*frame), buffer) : fail(self, frame.error());
  });
}

// Wrong settings are found before GstBaseSrc gets to know: its start() would add an error that explains nothing.
static GstStateChangeReturn gst_omv_src_change_state(GstElement* element, GstStateChange transition) {
  GstOmvSrc* self = GST_OMV_SRC(element);
  const bool ready =
      transition != GST_STATE_CHANGE_READY_TO_PAUSED || omv::gst::guarded(self, false, [&] { return prepare(self); });
  if (!ready) return GST_STATE_CHANGE_FAILURE;
  return GST_ELEMENT_CLASS(gst_omv_src_parent_class)->change_state(element, transition);
}

static gboolean gst_omv_src_stop(GstBaseSrc* source) {
  State& state = *GST_OMV_SRC(source)->state;
  state.run = Run();
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

// Caps follow from the frames. When downstream has changed, the next frame tells them and finds its layout anew.
static gboolean gst_omv_src_negotiate(GstBaseSrc* source) {
  GST_OMV_SRC(source)->state->output.reset();
  return TRUE;
}

static gboolean gst_omv_src_query(GstBaseSrc* source, GstQuery* query) {
  if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY)
    return GST_BASE_SRC_CLASS(gst_omv_src_parent_class)->query(source, query);
  State& state = *GST_OMV_SRC(source)->state;
  const std::lock_guard hold(state.lock);
  gst_query_set_latency(query, TRUE, state.report.latency, GST_CLOCK_TIME_NONE);
  return TRUE;
}

// ---- URI omv:// ----------------------------------------------------------------------------------------------------

static GstURIType gst_omv_src_uri_type(GType) { return GST_URI_SRC; }

static const gchar* const* gst_omv_src_uri_protocols(GType) {
  static const gchar* const protocols[] = {"omv", nullptr};
  return protocols;
}

static gchar* gst_omv_src_get_uri(GstURIHandler* handler) {
  State& state = *GST_OMV_SRC(handler)->state;
  const std::lock_guard hold(state.lock);
  return g_strdup(omv::gst::uri_from_device(state.settings.device).c_str());
}

static gboolean gst_omv_src_set_uri(GstURIHandler* handler, const gchar* uri, GError** error) {
  State& state = *GST_OMV_SRC(handler)->state;
  const std::string device = omv::gst::device_from_uri(uri);
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
    case kPropStats:
      g_value_take_boxed(value, omv::gst::stats_structure(state.report.stats, state.report.latency));
      break;
    case kPropCamera:
      if (state.report.board) g_value_take_boxed(value, omv::gst::camera_structure(*state.report.board));
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
  element_class->change_state = gst_omv_src_change_state;
  base_class->stop = gst_omv_src_stop;
  base_class->unlock = gst_omv_src_unlock;
  base_class->unlock_stop = gst_omv_src_unlock_stop;
  base_class->negotiate = gst_omv_src_negotiate;
  base_class->query = gst_omv_src_query;
  GST_PUSH_SRC_CLASS(klass)->create = gst_omv_src_create;
  gst_element_class_set_static_metadata(element_class, "OpenMV camera source", "Source/Video/Hardware",
                                        "Captures from an OpenMV camera on a serial port or TCP, or from its emulator",
                                        "The gst-openmv developers");
  GstCaps* frames = omv::gst::camera_template_caps();
  gst_element_class_add_pad_template(element_class, gst_pad_template_new("src", GST_PAD_SRC, GST_PAD_ALWAYS, frames));
  gst_caps_unref(frames);
}

static void gst_omv_src_init(GstOmvSrc* self) {
  self->state = new State(GST_BASE_SRC_PAD(self));
  gst_base_src_set_live(GST_BASE_SRC(self), TRUE);
  gst_base_src_set_format(GST_BASE_SRC(self), GST_FORMAT_TIME);
}
