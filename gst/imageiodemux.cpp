// SPDX-License-Identifier: LGPL-2.1-or-later
// Plays OpenMV ImageIO recordings: pull and push mode, seeks by time and by frame, any rate.

/**
 * SECTION:element-imageiodemux
 * @title: imageiodemux
 *
 * Plays OpenMV ImageIO recordings of version 1.0, 1.1, 2.0 and 2.1. Frames leave with the caps of their own format
 * and size; a recording that mixes them renegotiates on the way. `playbin` and `decodebin` use imageiodecodebin
 * instead, which decodes all of them to raw video.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 filesrc location=test.bin ! imageiodemux ! videoconvert ! autovideosink
 * ]|
 */

#include "imageiodemux.h"

#include <atomic>
#include <optional>
#include <string>

#include "common/caps.h"
#include "common/error.h"
#include "common/frame_layout.h"
#include "common/pad_source.h"
#include "common/pads.h"
#include "common/playback.h"
#include "common/recording_query.h"
#include "common/rgb565_order.h"
#include "common/seek_event.h"
#include "common/shared_recording.h"
#include "omv/image/convert.h"
#include "omv/recording/imageio_index.h"

GST_DEBUG_CATEGORY_STATIC(imageio_demux_debug);
#define GST_CAT_DEFAULT imageio_demux_debug

namespace {

namespace imageio = omv::imageio;
using imageio::Chunk;
using imageio::Microseconds;
using omv::Errc;
using omv::Error;
using omv::Result;
using omv::gst::to_gst;
using Located = omv::gst::SharedRecording::Located;

enum { kPropLoop = 1, kPropRgb565Order };

constexpr gboolean kDefaultLoop = FALSE;
constexpr imageio::Rgb565Order kDefaultOrder = imageio::Rgb565Order::swap;

// What the streaming thread has told downstream. Others touch it only while they hold the sink pad's stream lock.
struct Told {
  bool stream_start = false;
  bool segment = false;
  bool argb8 = false;
  bool discont = true;
  guint32 seqnum = GST_SEQNUM_INVALID;
};

struct State {
  State(GstPad* sink_pad, GstPad* src_pad)
      : pull(sink_pad), adapter(gst_adapter_new()), pushed(adapter), output(src_pad) {}
  ~State() { g_object_unref(adapter); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  omv::gst::SharedRecording recording;
  Told told;
  omv::gst::Playback play;
  std::optional<omv::gst::Seek> pending_seek;
  omv::gst::PullSource pull;
  GstAdapter* adapter;
  omv::gst::AdapterSource pushed;
  omv::gst::FrameOutput output;
  std::atomic<gint64> position{-1};  // stream time of the frame shown last; for queries
  std::atomic<gint64> position_frame{-1};
  std::atomic<bool> pull_mode{false};
  std::atomic<bool> loop{kDefaultLoop != FALSE};
  std::atomic<imageio::Rgb565Order> order{kDefaultOrder};
};

}  // namespace

struct _GstImageioDemux {
  GstElement parent;
  GstPad* sink_pad;
  GstPad* src_pad;
  State* state;
};

G_DEFINE_TYPE(GstImageioDemux, gst_imageio_demux, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(imageiodemux, "imageiodemux", GST_RANK_PRIMARY, GST_TYPE_IMAGEIO_DEMUX,
                                      GST_DEBUG_CATEGORY_INIT(imageio_demux_debug, "imageiodemux", 0,
                                                              "ImageIO demuxer"))

namespace {

// ---- starting a stream ---------------------------------------------------------------------------------------------

void push_stream_start(GstImageioDemux* self) {
  if (self->state->told.stream_start) return;
  self->state->told.stream_start = true;
  omv::gst::push_stream_start(GST_ELEMENT(self), self->sink_pad, self->src_pad);
}

void push_segment(GstImageioDemux* self) {
  Told& told = self->state->told;
  if (told.segment) return;
  told.segment = true;
  GstEvent* event = gst_event_new_segment(&self->state->play.segment);
  if (told.seqnum != GST_SEQNUM_INVALID) gst_event_set_seqnum(event, told.seqnum);
  gst_pad_push_event(self->src_pad, event);
}

// ---- frames --------------------------------------------------------------------------------------------------------

void swap_pixels(GstBuffer* buffer) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READWRITE)) return;
  omv::swap_bytes16(omv::ByteSpan(map.data, map.size));
  gst_buffer_unmap(buffer, &map);
}

// Quarter-length BINARY of old firmware: the missing rest is zero.
GstBuffer* zero_fill(GstBuffer* stored, gsize size) {
  GstBuffer* whole = gst_buffer_new_allocate(nullptr, size, nullptr);
  gst_buffer_memset(whole, 0, 0, size);
  GstMapInfo map;
  if (gst_buffer_map(stored, &map, GST_MAP_READ)) {
    gst_buffer_fill(whole, 0, map.data, map.size);
    gst_buffer_unmap(stored, &map);
  }
  gst_buffer_unref(stored);
  return whole;
}

// The stored payload as pixels in memory. Consumes and returns the buffer.
GstBuffer* to_memory_layout(const Located& frame, GstBuffer* payload) {
  const Chunk& chunk = frame.chunk;
  payload = gst_buffer_make_writable(payload);
  if (chunk.memory_bytes() != chunk.payload_bytes) payload = zero_fill(payload, chunk.memory_bytes());
  if (frame.swap_rgb565) swap_pixels(payload);
  return payload;
}

void stamp(State& state, GstBuffer* buffer, std::uint64_t number, Microseconds start,
           std::optional<Microseconds> duration) {
  GST_BUFFER_PTS(buffer) = to_gst(start + state.play.loop_offset());
  GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION(buffer) = duration ? to_gst(*duration) : GST_CLOCK_TIME_NONE;
  GST_BUFFER_OFFSET(buffer) = number;
  GST_BUFFER_OFFSET_END(buffer) = number + 1;
  GST_BUFFER_FLAG_UNSET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  const bool discont = state.told.discont || state.play.segment.rate < 0;  // backwards every frame stands alone
  if (discont)
    GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  else
    GST_BUFFER_FLAG_UNSET(buffer, GST_BUFFER_FLAG_DISCONT);
  state.told.discont = false;
}

GstFlowReturn push_frame(GstImageioDemux* self, const Located& frame, GstBuffer* payload, std::uint64_t number,
                         std::optional<Microseconds> duration) {
  State& state = *self->state;
  if (!state.output.announce(frame.chunk.info)) {
    gst_buffer_unref(payload);
    return GST_PAD_IS_FLUSHING(self->src_pad) ? GST_FLOW_FLUSHING : GST_FLOW_NOT_NEGOTIATED;
  }
  push_segment(self);
  GstBuffer* buffer = state.output.layout(to_memory_layout(frame, payload));
  if (buffer == nullptr) return GST_FLOW_ERROR;
  stamp(state, buffer, number, frame.time, duration);
  state.play.segment.position = GST_BUFFER_PTS(buffer);
  state.position = static_cast<gint64>(to_gst(frame.time));
  state.position_frame = static_cast<gint64>(number);
  return gst_pad_push(self->src_pad, buffer);
}

void say_damage(GstImageioDemux* self, const Error& damage) {
  omv::gst::post_warning(GST_ELEMENT(self), damage, "The recording ends early; all frames before are good");
}

// Frames whose format has no pixels in the file (argb8) take their time but are not shown.
bool is_empty_frame(GstImageioDemux* self, const Chunk& chunk, std::uint64_t number) {
  if (chunk.payload_bytes != 0) return false;
  if (!self->state->told.argb8) {
    const Error error{Errc::unsupported, "frame " + std::to_string(number) + " has format " +
                                             std::string(to_string(chunk.info.format)) +
                                             ", which is stored without pixels"};
    omv::gst::post_warning(GST_ELEMENT(self), error, "Frames left out");
  }
  self->state->told.argb8 = true;
  return true;
}

// ---- pull mode -----------------------------------------------------------------------------------------------------

// One pull brings the payload, its padding and the header of the chunk behind it.
Result<GstBuffer*> pull_payload(State& state, const Chunk& chunk) {
  const std::uint64_t with_next = chunk.payload_bytes + chunk.pad_bytes + omv::gst::PullSource::kTail;
  OMV_TRY(GstBuffer * buffer, state.pull.pull(chunk.payload_offset(), with_next));
  if (gst_buffer_get_size(buffer) < chunk.payload_bytes) {
    gst_buffer_unref(buffer);
    return Error{Errc::truncated, "the source became shorter while it was read"};
  }
  if (gst_buffer_get_size(buffer) > chunk.payload_bytes + chunk.pad_bytes)
    state.pull.remember_tail(buffer, chunk.payload_offset(), chunk.next_offset());
  buffer = gst_buffer_make_writable(buffer);
  gst_buffer_resize(buffer, 0, static_cast<gssize>(chunk.payload_bytes));
  return buffer;
}

// Finds the frame that a seek asked for. Here and not in the seek, so that a seek does not wait for the disk.
Result<void> resolve_seek(State& state) {
  if (!state.pending_seek) return {};
  OMV_CHECK(state.recording.with_index(
      [&](imageio::Index& index) { return state.play.go_to(index, state.pull, *state.pending_seek); }));
  state.pending_seek.reset();
  state.told.segment = false;
  state.told.discont = true;
  return {};
}

GstFlowReturn fail(GstImageioDemux* self, const Error& error) {
  if (error.code == Errc::cancelled) return GST_FLOW_FLUSHING;
  omv::gst::post_error(GST_ELEMENT(self), error, "The recording can't be played");
  return GST_FLOW_ERROR;
}

struct Ending {
  std::optional<Error> damage;
  bool first_is_bad = false;
  bool goes_on = false;  // the file has grown, or another round begins
};

Ending find_ending(State& state) {
  return state.recording.with_index([&](imageio::Index& index) {
    if (state.play.segment.rate >= 0 && state.pull.refresh_size()) {
      index.reopen_end();
      return Ending{std::nullopt, false, true};
    }
    const bool first_is_bad = index.damage() && index.size() == 0 && index.damage()->code == Errc::invalid;
    return Ending{index.damage(), first_is_bad, state.loop && state.play.start_next_round(index)};
  });
}

// Behind the last frame: more of a file that has grown, the next round of a loop, or the end.
GstFlowReturn finish_recording(GstImageioDemux* self) {
  const Ending ending = find_ending(*self->state);
  if (ending.first_is_bad) return fail(self, *ending.damage);
  if (ending.damage && self->state->play.segment.rate >= 0) say_damage(self, *ending.damage);
  return ending.goes_on ? GST_FLOW_OK : GST_FLOW_EOS;
}

GstFlowReturn show_frame(GstImageioDemux* self, const Located& frame, std::uint64_t number) {
  State& state = *self->state;
  if (is_empty_frame(self, frame.chunk, number)) return GST_FLOW_OK;
  auto payload = pull_payload(state, frame.chunk);
  if (!payload) return fail(self, payload.error());
  const auto duration = state.recording.duration(state.pull, number);
  if (!duration || state.play.is_past_segment(frame.time, *duration)) {
    gst_buffer_unref(*payload);
    return duration ? GST_FLOW_EOS : fail(self, duration.error());
  }
  return push_frame(self, frame, *payload, number, *duration);
}

GstFlowReturn play_one_frame(GstImageioDemux* self) {
  State& state = *self->state;
  const auto number = state.play.frame();
  if (!number) return finish_recording(self);
  const auto frame = state.recording.locate(state.pull, *number, state.order);
  if (!frame) return frame.error().code == Errc::end ? finish_recording(self) : fail(self, frame.error());
  const GstFlowReturn flow = show_frame(self, *frame, *number);
  if (flow != GST_FLOW_OK) return flow;
  const auto moved = state.recording.with_index(
      [&](imageio::Index& index) { return state.play.advance(index, state.pull, frame->time); });
  return moved ? GST_FLOW_OK : fail(self, moved.error());
}

GstFlowReturn pull_step(GstImageioDemux* self) {
  State& state = *self->state;
  if (const auto opened = state.recording.open(state.pull); !opened) return fail(self, opened.error());
  push_stream_start(self);
  if (const auto found = resolve_seek(state); !found) return fail(self, found.error());
  return play_one_frame(self);
}

void end_segment(GstImageioDemux* self) {
  const omv::gst::Playback& play = self->state->play;
  const guint32 seqnum = self->state->told.seqnum;
  push_segment(self);
  GstEvent* event = nullptr;
  if (play.is_segment_seek()) {
    const GstClockTime end = play.segment.rate < 0 ? play.segment.start : play.segment.stop;
    const auto position = static_cast<gint64>(GST_CLOCK_TIME_IS_VALID(end) ? end : play.segment.duration);
    GstMessage* message = gst_message_new_segment_done(GST_OBJECT(self), GST_FORMAT_TIME, position);
    event = gst_event_new_segment_done(GST_FORMAT_TIME, position);
    if (seqnum != GST_SEQNUM_INVALID) gst_message_set_seqnum(message, seqnum);
    gst_element_post_message(GST_ELEMENT(self), message);
  } else {
    event = gst_event_new_eos();
  }
  if (seqnum != GST_SEQNUM_INVALID) gst_event_set_seqnum(event, seqnum);
  gst_pad_push_event(self->src_pad, event);
}

void pull_loop(gpointer user_data) {
  GstImageioDemux* self = GST_IMAGEIO_DEMUX(user_data);
  const GstFlowReturn flow = omv::gst::guarded(self, GST_FLOW_ERROR, [&] { return pull_step(self); });
  if (flow == GST_FLOW_OK) return;
  GST_DEBUG_OBJECT(self, "pausing: %s", gst_flow_get_name(flow));
  gst_pad_pause_task(self->sink_pad);
  if (flow == GST_FLOW_EOS) {
    end_segment(self);
  } else if (flow == GST_FLOW_NOT_LINKED || flow < GST_FLOW_EOS) {
    if (flow != GST_FLOW_ERROR) GST_ELEMENT_FLOW_ERROR(self, flow);  // GST_FLOW_ERROR has been explained already
    gst_pad_push_event(self->src_pad, gst_event_new_eos());
  }
}

// ---- push mode -----------------------------------------------------------------------------------------------------

// One frame out of the adapter. Errc::again: bytes are missing; Errc::end: all is done.
Result<GstFlowReturn> push_one_frame(GstImageioDemux* self) {
  State& state = *self->state;
  OMV_TRY(const Located frame, state.recording.locate_next(state.pushed, state.order));
  const Chunk& chunk = frame.chunk;
  const std::uint64_t pad = state.pushed.finished() ? 0 : chunk.pad_bytes;
  if (state.pushed.end() < chunk.payload_offset() + chunk.payload_bytes + pad)
    return Error{Errc::again, "more bytes are needed"};
  const std::uint64_t number = *state.play.frame();
  state.play.count_frame();
  state.recording.with_index([&](imageio::Index& index) { index.append(chunk); });
  GstFlowReturn flow = GST_FLOW_OK;
  state.pushed.skip_to(chunk.payload_offset());
  if (!is_empty_frame(self, chunk, number)) {
    GstBuffer* payload = gst_adapter_get_buffer_fast(state.adapter, chunk.payload_bytes);
    flow = push_frame(self, frame, payload, number, std::nullopt);
  }
  state.pushed.skip_to(std::min(chunk.next_offset(), state.pushed.end()));
  return flow;
}

GstFlowReturn end_pushed(GstImageioDemux* self, const Error& error) {
  const std::uint64_t frame = self->state->play.frame().value_or(0);
  if (error.code == Errc::again) return GST_FLOW_OK;
  if (error.code == Errc::end) return GST_FLOW_EOS;
  if (error.code == Errc::truncated || (error.code == Errc::invalid && frame > 0)) {
    say_damage(self, Error{error.code, "frame " + std::to_string(frame) + ": " + error.message});
    return GST_FLOW_EOS;
  }
  return fail(self, error);
}

GstFlowReturn drain_adapter(GstImageioDemux* self) {
  State& state = *self->state;
  if (const auto opened = state.recording.open(state.pushed); !opened)
    return opened.error().code == Errc::again ? GST_FLOW_OK : fail(self, opened.error());
  push_stream_start(self);
  while (true) {
    const auto flow = push_one_frame(self);
    if (!flow) return end_pushed(self, flow.error());
    if (*flow != GST_FLOW_OK) return *flow;
  }
}

GstFlowReturn chain(GstPad*, GstObject* parent, GstBuffer* buffer) {
  GstImageioDemux* self = GST_IMAGEIO_DEMUX(parent);
  gst_adapter_push(self->state->adapter, buffer);
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] { return drain_adapter(self); });
}

void finish_pushed(GstImageioDemux* self) {
  self->state->pushed.finish();
  omv::gst::guarded(self, GST_FLOW_ERROR, [&] { return drain_adapter(self); });
  push_stream_start(self);
  push_segment(self);
}

void restart_pushed(State& state) {
  state.pushed.clear();
  state.recording.close();
  state.play = omv::gst::Playback();
  state.told.segment = false;
  state.told.discont = true;
}

// ---- queries and seeks ---------------------------------------------------------------------------------------------

gboolean src_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  GstImageioDemux* self = GST_IMAGEIO_DEMUX(parent);
  State& state = *self->state;
  return omv::gst::guarded(self, FALSE, [&]() -> gboolean {
    const omv::gst::PullSource source(self->sink_pad);
    const omv::gst::RecordingView view{state.recording, source,         state.pull_mode,
                                       state.loop,      state.position, state.position_frame};
    return omv::gst::answer_query(view, query) || gst_pad_query_default(pad, parent, query);
  });
}

// Frame numbers become times.
bool convert_to_time(GstImageioDemux* self, omv::gst::SeekEvent& seek) {
  if (seek.format == GST_FORMAT_TIME) return true;
  if (seek.format != GST_FORMAT_DEFAULT) return false;
  const omv::gst::PullSource source(self->sink_pad);
  const auto convert = [&](GstSeekType type, gint64& value) {
    if (type != GST_SEEK_TYPE_SET || value < 0) return type != GST_SEEK_TYPE_END;
    const auto time = self->state->recording.time_of_frame(source, static_cast<std::uint64_t>(value));
    if (time) value = static_cast<gint64>(*time);
    return time.has_value();
  };
  seek.format = GST_FORMAT_TIME;
  return convert(seek.start_type, seek.start) && convert(seek.stop_type, seek.stop);
}

void push_flush(GstImageioDemux* self, const omv::gst::SeekEvent& seek, GstEvent* event) {
  gst_event_set_seqnum(event, seek.seqnum);
  gst_pad_push_event(self->sink_pad, gst_event_ref(event));
  gst_pad_push_event(self->src_pad, event);
}

// The streaming thread stands still: its state can be changed.
bool apply_seek(GstImageioDemux* self, const omv::gst::SeekEvent& seek, GstClockTime duration) {
  State& state = *self->state;
  GstSegment segment = state.play.segment;
  if (!omv::gst::apply_to_segment(seek, duration, segment)) return false;
  state.play.segment = segment;
  state.pending_seek = omv::gst::Seek{seek.flags, seek.trick_interval, seek.frame};
  state.told.seqnum = seek.seqnum;
  if (!omv::gst::has_flag(seek.flags, GST_SEEK_FLAG_SEGMENT)) return true;
  GstMessage* message =
      gst_message_new_segment_start(GST_OBJECT(self), GST_FORMAT_TIME, static_cast<gint64>(segment.position));
  gst_message_set_seqnum(message, seek.seqnum);
  gst_element_post_message(GST_ELEMENT(self), message);
  return true;
}

bool do_seek(GstImageioDemux* self, GstEvent* event) {
  State& state = *self->state;
  omv::gst::SeekEvent seek = omv::gst::parse_seek(event);
  const bool possible = state.pull_mode && seek.rate != 0;
  if (!possible || omv::gst::has_flag(seek.flags, GST_SEEK_FLAG_INSTANT_RATE_CHANGE)) return false;
  if (!convert_to_time(self, seek)) return false;
  GstClockTime duration = GST_CLOCK_TIME_NONE;
  if (omv::gst::needs_duration(seek)) {
    const auto extent = state.recording.extent(omv::gst::PullSource(self->sink_pad));
    if (!extent) return false;
    duration = extent->time;
  }
  const bool flush = omv::gst::has_flag(seek.flags, GST_SEEK_FLAG_FLUSH);
  if (flush)
    push_flush(self, seek, gst_event_new_flush_start());
  else
    gst_pad_pause_task(self->sink_pad);
  GST_PAD_STREAM_LOCK(self->sink_pad);
  if (flush) push_flush(self, seek, gst_event_new_flush_stop(TRUE));
  if (flush) state.told.segment = false;
  const bool valid = apply_seek(self, seek, duration);
  gst_pad_start_task(self->sink_pad, pull_loop, self, nullptr);
  GST_PAD_STREAM_UNLOCK(self->sink_pad);
  return valid;
}

gboolean src_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  if (GST_EVENT_TYPE(event) != GST_EVENT_SEEK) return gst_pad_event_default(pad, parent, event);
  GstImageioDemux* self = GST_IMAGEIO_DEMUX(parent);
  const gboolean done = omv::gst::guarded(self, FALSE, [&]() -> gboolean { return do_seek(self, event); });
  gst_event_unref(event);
  return done;
}

// ---- sink pad ------------------------------------------------------------------------------------------------------

gboolean sink_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  GstImageioDemux* self = GST_IMAGEIO_DEMUX(parent);
  return omv::gst::guarded(self, FALSE, [&]() -> gboolean {
    switch (GST_EVENT_TYPE(event)) {
      case GST_EVENT_STREAM_START:
      case GST_EVENT_CAPS:
      case GST_EVENT_SEGMENT: gst_event_unref(event); return TRUE;  // ours replace them
      case GST_EVENT_EOS: finish_pushed(self); break;
      case GST_EVENT_FLUSH_STOP: restart_pushed(*self->state); break;
      default: break;
    }
    return gst_pad_event_default(pad, parent, event);
  });
}

gboolean activate(GstPad* pad, GstObject*) {
  GstQuery* query = gst_query_new_scheduling();
  const bool pull = gst_pad_peer_query(pad, query) &&
                    gst_query_has_scheduling_mode_with_flags(query, GST_PAD_MODE_PULL, GST_SCHEDULING_FLAG_SEEKABLE);
  gst_query_unref(query);
  return gst_pad_activate_mode(pad, pull ? GST_PAD_MODE_PULL : GST_PAD_MODE_PUSH, TRUE);
}

gboolean activate_mode(GstPad* pad, GstObject* parent, GstPadMode mode, gboolean active) {
  GstImageioDemux* self = GST_IMAGEIO_DEMUX(parent);
  self->state->pull_mode = mode == GST_PAD_MODE_PULL && active;
  if (mode != GST_PAD_MODE_PULL) return TRUE;
  return active ? gst_pad_start_task(pad, pull_loop, self, nullptr) : gst_pad_stop_task(pad);
}

void reset(State& state) {
  state.recording.close();
  state.told = Told();
  state.play = omv::gst::Playback();
  state.pending_seek.reset();
  state.position = state.position_frame = -1;
  state.pull.forget();
  state.pushed.clear();
  state.output.reset();
}

}  // namespace

static GstStateChangeReturn gst_imageio_demux_change_state(GstElement* element, GstStateChange transition) {
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS(gst_imageio_demux_parent_class)->change_state(element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) reset(*GST_IMAGEIO_DEMUX(element)->state);
  return result;
}

static void gst_imageio_demux_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  State& state = *GST_IMAGEIO_DEMUX(object)->state;
  switch (id) {
    case kPropLoop: state.loop = g_value_get_boolean(value) != FALSE; break;
    case kPropRgb565Order: state.order = static_cast<imageio::Rgb565Order>(g_value_get_enum(value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void gst_imageio_demux_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  const State& state = *GST_IMAGEIO_DEMUX(object)->state;
  switch (id) {
    case kPropLoop: g_value_set_boolean(value, state.loop); break;
    case kPropRgb565Order: g_value_set_enum(value, static_cast<gint>(state.order.load())); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void gst_imageio_demux_finalize(GObject* object) {
  delete GST_IMAGEIO_DEMUX(object)->state;
  G_OBJECT_CLASS(gst_imageio_demux_parent_class)->finalize(object);
}

static void install_properties(GObjectClass* klass) {
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property(
      klass, kPropLoop,
      g_param_spec_boolean("loop", "Loop",
                           "Start over at the end of the recording instead of ending the stream; timestamps go on",
                           kDefaultLoop, flags));
  g_object_class_install_property(
      klass, kPropRgb565Order,
      g_param_spec_enum("rgb565-order", "RGB565 byte order",
                        "Byte order of RGB565 frames in V1.0 recordings, which does not say what it is",
                        omv::gst::rgb565_order_type(), static_cast<gint>(kDefaultOrder), flags));
  gst_type_mark_as_plugin_api(omv::gst::rgb565_order_type(), static_cast<GstPluginAPIFlags>(0));
}

static void gst_imageio_demux_class_init(GstImageioDemuxClass* klass) {
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  object_class->set_property = gst_imageio_demux_set_property;
  object_class->get_property = gst_imageio_demux_get_property;
  object_class->finalize = gst_imageio_demux_finalize;
  install_properties(object_class);
  element_class->change_state = gst_imageio_demux_change_state;
  gst_element_class_set_static_metadata(element_class, "OpenMV ImageIO demuxer", "Codec/Demuxer",
                                        "Plays OpenMV ImageIO (.bin) recordings of every version, frame by frame",
                                        "The gst-openmv developers");
  GstCaps* frames = omv::gst::frame_template_caps();
  GstCaps* recording = gst_caps_new_empty_simple(omv::gst::kImageioMediaType);
  omv::gst::add_pad_template(element_class, "sink", GST_PAD_SINK, GST_PAD_ALWAYS, recording);
  omv::gst::add_pad_template(element_class, "src", GST_PAD_SRC, GST_PAD_ALWAYS, frames);
}

static void gst_imageio_demux_init(GstImageioDemux* self) {
  self->sink_pad = omv::gst::new_pad(GST_ELEMENT(self), "sink");
  gst_pad_set_activate_function(self->sink_pad, activate);
  gst_pad_set_activatemode_function(self->sink_pad, activate_mode);
  gst_pad_set_chain_function(self->sink_pad, chain);
  gst_pad_set_event_function(self->sink_pad, sink_event);
  gst_element_add_pad(GST_ELEMENT(self), self->sink_pad);
  self->src_pad = omv::gst::new_pad(GST_ELEMENT(self), "src");
  gst_pad_set_event_function(self->src_pad, src_event);
  gst_pad_set_query_function(self->src_pad, src_query);
  gst_pad_use_fixed_caps(self->src_pad);
  gst_element_add_pad(GST_ELEMENT(self), self->src_pad);
  self->state = new State(self->sink_pad, self->src_pad);
}
