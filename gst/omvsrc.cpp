// SPDX-License-Identifier: LGPL-2.1-or-later
// Captures from an OpenMV camera on any link and of any firmware, or from its emulator.

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

#include "common/camera_capture.h"
#include "common/camera_link.h"
#include "common/camera_report.h"
#include "common/camera_uri.h"
#include "common/caps.h"
#include "common/capture_request.h"
#include "common/error.h"
#include "common/frame_layout.h"
#include "common/refusal.h"

GST_DEBUG_CATEGORY_STATIC(omv_src_debug);
#define GST_CAT_DEFAULT omv_src_debug

namespace {

using omv::Errc;
using omv::Error;
using omv::Result;
using omv::Time;

enum {
  kPropDevice = 1,
  kPropProtocol,
  kPropScript,
  kPropScriptText,
  kPropPixformat,
  kPropFramesize,
  kPropQuality,
  kPropFramerate,
  kPropStream,
  kPropTimeout,
  kPropReconnect,
  kPropReconnectDelay,
  kPropReconnectDelayMax,
  kPropOverflow,
  kPropStats,
  kPropCamera,
};

enum class StreamForm { jpeg, raw };

using omv::camera::Protocol;
using omv::gst::CameraCapture;
using omv::gst::Overflow;

constexpr StreamForm kDefaultStream = StreamForm::jpeg;
constexpr guint kDefaultTimeoutMs = 10000;
constexpr int kMaxQuality = 100;
constexpr int kMaxFramerate = 1000;
constexpr guint kDefaultDelayMs = 500;
constexpr guint kDefaultDelayMaxMs = 10000;

struct Settings {
  std::string device;
  Protocol protocol = Protocol::automatic;
  omv::gst::CaptureRequest request;  // but for what `stream` says
  StreamForm stream = kDefaultStream;
  guint timeout_ms = kDefaultTimeoutMs;
  bool reconnect = true;
  guint delay_ms = kDefaultDelayMs;
  guint delay_max_ms = kDefaultDelayMaxMs;
  Overflow overflow = Overflow::drop;
};

struct State {
  explicit State(GstPad* pad) : output(pad) {}

  std::mutex lock;  // guards what follows to `interrupted`; never held while waiting or pushing
  Settings settings;
  std::shared_ptr<CameraCapture> capture;  // from the first frame wanted to READY
  bool playing = false;
  bool interrupted = false;
  omv::gst::CaptureStats last_stats;  // of the capture that was stopped

  // Written in READY, read by the streaming thread.
  Settings checked;
  omv::gst::CaptureOptions options;

  // Streaming thread only, and state changes while it does not run.
  omv::gst::FrameOutput output;
  std::uint64_t frames = 0;
};

std::shared_ptr<CameraCapture> capture_of(State& state) {
  const std::lock_guard hold(state.lock);
  return state.capture;
}

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

static GType gst_omv_src_protocol_get_type() {
  static gsize type = 0;
  if (g_once_init_enter(&type)) {
    static const GEnumValue values[] = {
        {static_cast<gint>(Protocol::automatic), "Whatever the camera answers to", "auto"},
        {static_cast<gint>(Protocol::v2), "OpenMV Protocol V2, firmware 5.0.0 and later", "v2"},
        {static_cast<gint>(Protocol::usbdbg), "USB debug protocol, firmware up to 4.8.1", "usbdbg"},
        {0, nullptr, nullptr}};
    g_once_init_leave(&type, g_enum_register_static("GstOmvSrcProtocol", values));
  }
  return type;
}

static GType gst_omv_src_overflow_get_type() {
  static gsize type = 0;
  if (g_once_init_enter(&type)) {
    static const GEnumValue values[] = {
        {static_cast<gint>(Overflow::drop), "The oldest waiting frame is dropped and counted", "drop"},
        {static_cast<gint>(Overflow::block), "The camera waits, and captures nothing meanwhile", "block"},
        {0, nullptr, nullptr}};
    g_once_init_leave(&type, g_enum_register_static("GstOmvSrcOverflow", values));
  }
  return type;
}

namespace {

// ---- settings ------------------------------------------------------------------------------------------------------

Result<omv::gst::CaptureOptions> capture_options(const Settings& settings) {
  using std::chrono::milliseconds;
  OMV_CHECK(omv::gst::check_device(settings.device));
  if (settings.delay_max_ms < settings.delay_ms)
    return Error{Errc::invalid, "reconnect-delay-max=" + std::to_string(settings.delay_max_ms) +
                                    " is less than reconnect-delay=" + std::to_string(settings.delay_ms)};
  omv::gst::CaptureOptions capture;
  omv::camera::LiveOptions& options = capture.camera;
  omv::gst::CaptureRequest request = settings.request;
  request.raw = settings.stream == StreamForm::raw;
  OMV_TRY(options.session, omv::gst::host_options(request));
  options.session.channels = {omv::gst::kTriggerChannel};
  options.protocol = settings.protocol;
  options.frame_timeout = milliseconds(settings.timeout_ms);
  if (settings.timeout_ms > 0)
    options.session.connect_timeout = std::min(options.session.connect_timeout, options.frame_timeout);
  options.reconnect = settings.reconnect;
  options.reconnect_delay = milliseconds(settings.delay_ms);
  options.reconnect_delay_max = milliseconds(settings.delay_max_ms);
  capture.endless_script = settings.reconnect && omv::gst::is_built_in(request);
  capture.overflow = omv::gst::waits_for_host(settings.device) ? Overflow::block : settings.overflow;
  omv::gst::suit_link(settings.device, options);
  return capture;
}

// The camera itself is met later, so that no state change waits for it.
bool prepare(GstOmvSrc* self) {
  State& state = *self->state;
  {
    const std::lock_guard hold(state.lock);
    state.checked = state.settings;
    state.last_stats = {};
  }
  auto options = capture_options(state.checked);
  if (options) {
    state.options = *std::move(options);
    state.frames = 0;
    return true;
  }
  GST_ELEMENT_ERROR(self, RESOURCE, SETTINGS, ("%s", options.error().message.c_str()), (nullptr));
  return false;
}

// The first time somebody wants a frame.
std::shared_ptr<CameraCapture> begin_capture(GstOmvSrc* self) {
  State& state = *self->state;
  if (auto capture = capture_of(state)) return capture;
  const Time connect_timeout = state.options.camera.session.connect_timeout;
  auto capture = std::make_shared<CameraCapture>(GST_ELEMENT(self), state.options,
                                                 omv::gst::camera_opener(state.checked.device, connect_timeout));
  const std::lock_guard hold(state.lock);
  capture->interrupt(state.interrupted);
  capture->set_playing(state.playing);
  state.capture = capture;
  return capture;
}

// ---- frames --------------------------------------------------------------------------------------------------------

// After an error the end of the stream is told downstream, so that files are finished; GST_FLOW_ERROR would do that
// too, and add a second message that explains nothing.
GstFlowReturn fail(GstOmvSrc* self, const Error& error, bool was_found) {
  if (error.code == Errc::cancelled) return GST_FLOW_FLUSHING;
  if (error.code == Errc::end) return GST_FLOW_EOS;
  omv::gst::post_error(GST_ELEMENT(self), error, was_found ? "The camera is lost" : "No camera");
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

// Caps, the layout that downstream takes, and the time.
GstFlowReturn finish_frame(GstOmvSrc* self, CameraCapture::Frame frame, GstBuffer** buffer) {
  State& state = *self->state;
  if (const GstFlowReturn announced = announce(self, frame.frame.info); announced != GST_FLOW_OK) return announced;
  *buffer = state.output.layout(omv::gst::take_buffer(std::move(frame.frame)));
  if (*buffer == nullptr) return fail(self, {Errc::limit, "no memory for a frame"}, true);
  GST_BUFFER_PTS(*buffer) = frame.time;
  GST_BUFFER_DTS(*buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_OFFSET(*buffer) = state.frames;
  GST_BUFFER_OFFSET_END(*buffer) = ++state.frames;
  if (frame.discont) GST_BUFFER_FLAG_SET(*buffer, GST_BUFFER_FLAG_DISCONT);
  return GST_FLOW_OK;
}

// Behind the segment it goes at once: the next frame may come late, or never. Before it, GstBaseSrc keeps the event and
// sends it between the segment and the first buffer.
void push_trigger(GstOmvSrc* self, CameraCapture::Trigger trigger) {
  GstPad* pad = GST_BASE_SRC_PAD(self);
  GstEvent* event = gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, trigger.structure.release());
  GstEvent* segment = gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0);
  (void)(segment != nullptr ? gst_pad_push_event(pad, event) : gst_element_send_event(GST_ELEMENT(self), event));
  gst_clear_event(&segment);
}

GstFlowReturn next_frame(GstOmvSrc* self, GstBuffer** buffer) {
  const auto capture = begin_capture(self);
  while (true) {
    auto item = capture->next();
    if (!item) return fail(self, item.error(), capture->was_found());
    if (auto* frame = std::get_if<CameraCapture::Frame>(&*item)) return finish_frame(self, std::move(*frame), buffer);
    push_trigger(self, std::get<CameraCapture::Trigger>(std::move(*item)));
  }
}

void set_playing(GstOmvSrc* self, bool playing) {
  State& state = *self->state;
  const std::lock_guard hold(state.lock);
  state.playing = playing;
  if (state.capture) state.capture->set_playing(playing);
}

void set_interrupted(GstOmvSrc* self, bool interrupted) {
  State& state = *self->state;
  const std::lock_guard hold(state.lock);
  state.interrupted = interrupted;
  if (state.capture) state.capture->interrupt(interrupted);
}

}  // namespace

// ---- GstBaseSrc ----------------------------------------------------------------------------------------------------

static GstFlowReturn gst_omv_src_create(GstPushSrc* source, GstBuffer** buffer) {
  GstOmvSrc* self = GST_OMV_SRC(source);
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] { return next_frame(self, buffer); });
}

// Wrong settings are found before GstBaseSrc gets to know: its start() would add an error that explains nothing.
static GstStateChangeReturn gst_omv_src_change_state(GstElement* element, GstStateChange transition) {
  GstOmvSrc* self = GST_OMV_SRC(element);
  const bool ready =
      transition != GST_STATE_CHANGE_READY_TO_PAUSED || omv::gst::guarded(self, false, [&] { return prepare(self); });
  if (!ready) return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED) set_playing(self, false);
  const GstStateChangeReturn changed = GST_ELEMENT_CLASS(gst_omv_src_parent_class)->change_state(element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING) set_playing(self, true);
  return changed;
}

static gboolean gst_omv_src_stop(GstBaseSrc* source) {
  State& state = *GST_OMV_SRC(source)->state;
  std::shared_ptr<CameraCapture> capture;
  {
    const std::lock_guard hold(state.lock);
    capture.swap(state.capture);
    if (capture) state.last_stats = capture->stats();
  }
  state.output.reset();
  return TRUE;
}

static gboolean gst_omv_src_unlock(GstBaseSrc* source) {
  set_interrupted(GST_OMV_SRC(source), true);
  return TRUE;
}

static gboolean gst_omv_src_unlock_stop(GstBaseSrc* source) {
  set_interrupted(GST_OMV_SRC(source), false);
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
  const auto capture = capture_of(*GST_OMV_SRC(source)->state);
  gst_query_set_latency(query, TRUE, capture ? capture->stats().latency : omv::gst::kFirstLatency, GST_CLOCK_TIME_NONE);
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
  Settings& settings = state.settings;
  switch (id) {
    case kPropDevice: settings.device = text_of(value); break;
    case kPropProtocol: settings.protocol = static_cast<Protocol>(g_value_get_enum(value)); break;
    case kPropScript: settings.request.script = text_of(value); break;
    case kPropScriptText: settings.request.script_text = text_of(value); break;
    case kPropPixformat: settings.request.pixformat = text_of(value); break;
    case kPropFramesize: settings.request.framesize = text_of(value); break;
    case kPropQuality: settings.request.quality = g_value_get_int(value); break;
    case kPropFramerate: settings.request.framerate = g_value_get_int(value); break;
    case kPropStream: settings.stream = static_cast<StreamForm>(g_value_get_enum(value)); break;
    case kPropTimeout: settings.timeout_ms = g_value_get_uint(value); break;
    case kPropReconnect: settings.reconnect = g_value_get_boolean(value) != FALSE; break;
    case kPropReconnectDelay: settings.delay_ms = g_value_get_uint(value); break;
    case kPropReconnectDelayMax: settings.delay_max_ms = g_value_get_uint(value); break;
    case kPropOverflow: settings.overflow = static_cast<Overflow>(g_value_get_enum(value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static omv::gst::CaptureStats last_stats(State& state) {
  const std::lock_guard hold(state.lock);
  return state.last_stats;
}

static void get_report(State& state, guint id, GValue* value) {
  const auto capture = capture_of(state);
  if (id == kPropStats)
    g_value_take_boxed(value, omv::gst::stats_structure(capture ? capture->stats() : last_stats(state)));
  else if (const auto board = capture ? capture->board() : std::nullopt)
    g_value_take_boxed(value, omv::gst::camera_structure(*board));
}

static void gst_omv_src_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  State& state = *GST_OMV_SRC(object)->state;
  if (id == kPropStats || id == kPropCamera) return get_report(state, id, value);
  const std::lock_guard hold(state.lock);
  const Settings& settings = state.settings;
  switch (id) {
    case kPropDevice: set_text(value, settings.device); break;
    case kPropProtocol: g_value_set_enum(value, static_cast<gint>(settings.protocol)); break;
    case kPropScript: set_text(value, settings.request.script); break;
    case kPropScriptText: set_text(value, settings.request.script_text); break;
    case kPropPixformat: set_text(value, settings.request.pixformat); break;
    case kPropFramesize: set_text(value, settings.request.framesize); break;
    case kPropQuality: g_value_set_int(value, settings.request.quality); break;
    case kPropFramerate: g_value_set_int(value, settings.request.framerate); break;
    case kPropStream: g_value_set_enum(value, static_cast<gint>(settings.stream)); break;
    case kPropTimeout: g_value_set_uint(value, settings.timeout_ms); break;
    case kPropReconnect: g_value_set_boolean(value, settings.reconnect ? TRUE : FALSE); break;
    case kPropReconnectDelay: g_value_set_uint(value, settings.delay_ms); break;
    case kPropReconnectDelayMax: g_value_set_uint(value, settings.delay_max_ms); break;
    case kPropOverflow: g_value_set_enum(value, static_cast<gint>(settings.overflow)); break;
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
       "Camera to capture from: /dev/ttyACM0, serial:ID, tcp://host:port, udp://host, or emulator:?size=QVGA&fps=30 "
       "(unset: first one found)");
  text(kPropScript, "script", "Script file",
       "MicroPython file to run on the camera (unset: a built-in capture script)");
  text(kPropScriptText, "script-text", "Script text", "MicroPython text to run on the camera, in place of a file");
  text(kPropPixformat, "pixformat", "Pixel format",
       "Format the built-in script captures in: BINARY, GRAYSCALE, RGB565, BAYER, YUV422, JPEG (unset: RGB565)");
  text(kPropFramesize, "framesize", "Frame size",
       "Size the built-in script captures in: a name such as QVGA, or WIDTHxHEIGHT (unset: QVGA)");
  const auto number = [&](guint id, const char* name, const char* nick, const char* blurb, int most) {
    g_object_class_install_property(klass, id, g_param_spec_int(name, nick, blurb, 0, most, 0, writable));
  };
  number(kPropQuality, "quality", "Quality",
         "JPEG quality 1-100 the built-in script compresses with (0: left to the camera)", kMaxQuality);
  number(kPropFramerate, "framerate", "Frame rate",
         "Frames per second the built-in script captures at most, 1-1000 (0: as fast as it can)", kMaxFramerate);
  const auto choice = [&](guint id, const char* name, const char* nick, const char* blurb, GType type, auto preset) {
    g_object_class_install_property(klass, id,
                                    g_param_spec_enum(name, nick, blurb, type, static_cast<gint>(preset), writable));
    gst_type_mark_as_plugin_api(type, static_cast<GstPluginAPIFlags>(0));
  };
  const auto milliseconds = [&](guint id, const char* name, const char* nick, const char* blurb, guint least,
                                guint preset) {
    g_object_class_install_property(klass, id,
                                    g_param_spec_uint(name, nick, blurb, least, G_MAXUINT, preset, writable));
  };
  choice(kPropProtocol, "protocol", "Protocol", "Language the camera is spoken to in", gst_omv_src_protocol_get_type(),
         Protocol::automatic);
  choice(kPropStream, "stream", "Stream", "Form in which the camera sends its frames", gst_omv_src_stream_get_type(),
         kDefaultStream);
  choice(kPropOverflow, "overflow", "Overflow", "What happens when frames come faster than downstream takes them",
         gst_omv_src_overflow_get_type(), Overflow::drop);
  milliseconds(kPropTimeout, "timeout", "Timeout",
               "Milliseconds without a frame after which the camera counts as lost (0: wait for ever)", 0,
               kDefaultTimeoutMs);
  milliseconds(kPropReconnectDelay, "reconnect-delay", "Reconnect delay",
               "Milliseconds before a lost camera is looked for, doubled with every try in vain", 1, kDefaultDelayMs);
  milliseconds(kPropReconnectDelayMax, "reconnect-delay-max", "Longest reconnect delay",
               "Milliseconds between two tries to find a lost camera, at most", 1, kDefaultDelayMaxMs);
  g_object_class_install_property(
      klass, kPropReconnect,
      g_param_spec_boolean("reconnect", "Reconnect",
                           "Look for a camera that was lost, by its serial number, and go on (false: an error)", TRUE,
                           writable));
  g_object_class_install_property(
      klass, kPropStats,
      g_param_spec_boxed("stats", "Statistics",
                         "Counters: frames, bytes, triggers, drops by reason, errors, reconnects; the camera's "
                         "frames per second; latency in ns",
                         GST_TYPE_STRUCTURE, readable));
  g_object_class_install_property(
      klass, kPropCamera,
      g_param_spec_boxed("camera", "Camera",
                         "The connected camera: board, serial, firmware, protocol (unset: none yet)",
                         GST_TYPE_STRUCTURE, readable));
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
                                        "Captures from an OpenMV camera over USB, a serial port, TCP or UDP, or from its emulator",
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
