// SPDX-License-Identifier: LGPL-2.1-or-later
// Pipelines that capture: frames pulled by number, their scene codes, and the messages cameras cause.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "omv/emulator/scene_code.h"
#include "omv/emulator/server.h"
#include "omv/formats/jpeg.h"
#include "omv/image/convert.h"
#include "pipeline.h"

namespace omv::test {

/// Prompt pictures, nothing waits for a clock.
inline const std::string kFast = "fps=0&lock-interval=0";

/// omvsrc named "src" with these properties, and the appsink "out" behind it.
inline std::string capture(const std::string& device, const std::string& properties = "") {
  return "omvsrc name=src device=\"" + device + "\" " + properties + kAppSink;
}

inline std::string emulated(const std::string& options, const std::string& properties = "") {
  return capture("emulator:?" + options, properties);
}

inline std::unique_ptr<emulator::Emulator> make_camera(const std::string& options) {
  auto camera = emulator::Emulator::create(*emulator::parse_options(options));
  EXPECT_TRUE(camera) << camera.error().message;
  return *std::move(camera);
}

inline std::unique_ptr<emulator::TcpServer> serve_tcp(const std::string& options) {
  auto server = emulator::TcpServer::start(make_camera(options), "127.0.0.1", 0);
  EXPECT_TRUE(server) << server.error().message;
  return *std::move(server);
}

inline std::unique_ptr<emulator::PtyServer> serve_pty(const std::string& options) {
  auto server = emulator::PtyServer::start(make_camera(options), std::nullopt);
  EXPECT_TRUE(server) << server.error().message;
  return *std::move(server);
}

/// Now, by the pipeline's clock.
inline GstClockTime running_time(Pipeline& pipeline) {
  GstClock* clock = gst_element_get_clock(pipeline.get());
  const GstClockTime now = gst_clock_get_time(clock);
  gst_object_unref(clock);
  return now - gst_element_get_base_time(pipeline.get());
}

/// The next `count` frames; fewer when the stream ends, fails, or rests for kMaxWait.
inline std::vector<Received> pull(Pipeline& pipeline, std::size_t count) {
  std::vector<Received> frames;
  GstElement* sink = pipeline.child("out");
  while (frames.size() < count) {
    GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(sink), kMaxWait);
    if (sample == nullptr) break;
    frames.push_back(receive(sample));
    gst_sample_unref(sample);
  }
  return frames;
}

/// "video/x-raw GRAY8 33x17", "image/jpeg 320x240"
inline std::string short_caps(const Received& frame) {
  GstCaps* caps = gst_caps_from_string(frame.caps.c_str());
  const GstStructure* structure = gst_caps_get_structure(caps, 0);
  const gchar* format = gst_structure_get_string(structure, "format");
  gint width = 0;
  gint height = 0;
  gst_structure_get_int(structure, "width", &width);
  gst_structure_get_int(structure, "height", &height);
  std::string text = gst_structure_get_name(structure);
  if (format != nullptr) text += std::string(" ") + format;
  text += " " + std::to_string(width) + "x" + std::to_string(height);
  gst_caps_unref(caps);
  return text;
}

/// What the caps say, of the formats that omvsrc has.
inline FrameInfo info_of(const Received& frame) {
  const std::string caps = short_caps(frame);
  FrameInfo info;
  const std::size_t size = caps.rfind(' ') + 1;
  info.width = static_cast<std::uint32_t>(std::stoul(caps.substr(size)));
  info.height = static_cast<std::uint32_t>(std::stoul(caps.substr(caps.find('x', size) + 1)));
  if (caps.starts_with("image/jpeg")) info.format = PixelFormat::jpeg;
  if (caps.starts_with("video/x-raw GRAY8")) info.format = PixelFormat::grayscale;
  if (caps.starts_with("video/x-raw RGB16")) info.format = PixelFormat::rgb565;
  if (caps.starts_with("video/x-openmv-binary")) info.format = PixelFormat::binary;
  return info;
}

/// The frame's rows wherever the caps or the meta say they are.
inline ImageView view_of(const Received& frame) {
  const FrameInfo info = info_of(frame);
  const auto packed = static_cast<std::size_t>(row_bytes(info.format, info.width));
  const std::size_t padded = (packed + 3) / 4 * 4;
  return {info, frame.bytes.data(), frame.meta_stride > 0 ? static_cast<std::size_t>(frame.meta_stride) : padded};
}

/// Its payload without padding.
inline Bytes packed(const Received& frame) {
  const ImageView view = view_of(frame);
  if (is_compressed(view.info.format)) return frame.bytes;
  Bytes bytes(static_cast<std::size_t>(payload_bytes(view.info)));
  copy_rows(view, packed_view(view.info, ByteSpan(bytes)));
  return bytes;
}

/// The number in the picture; -1 when it can't be read.
inline std::int64_t sequence_of(const Received& frame) {
  if (info_of(frame).format != PixelFormat::jpeg) {
    const auto code = emulator::read_code(view_of(frame));
    return code ? std::int64_t{code->sequence} : -1;
  }
  const auto picture = formats::decode_jpeg(frame.bytes, PixelFormat::grayscale);
  if (!picture) return -1;
  const auto code = emulator::read_code(packed_view(picture->info, ConstByteSpan(picture->data)));
  return code ? std::int64_t{code->sequence} : -1;
}

inline std::vector<std::int64_t> sequences_of(const std::vector<Received>& frames) {
  std::vector<std::int64_t> sequences;
  for (const Received& frame : frames) sequences.push_back(sequence_of(frame));
  return sequences;
}

struct MessageUnref {
  void operator()(GstMessage* message) const { gst_message_unref(message); }
};
using MessagePtr = std::unique_ptr<GstMessage, MessageUnref>;

/// The next element message of this name; NULL when there is an error, an end or kMaxWait of silence instead.
inline MessagePtr wait_for_structure(Pipeline& pipeline, const char* name) {
  while (true) {
    MessagePtr message(pipeline.wait_for(GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR | GST_MESSAGE_EOS));
    if (message == nullptr || GST_MESSAGE_TYPE(message.get()) != GST_MESSAGE_ELEMENT) return nullptr;
    if (gst_message_has_name(message.get(), name)) return message;
  }
}

/// A text field of a message; empty when there is none.
inline std::string field(const MessagePtr& message, const char* name) {
  const gchar* text = message ? gst_structure_get_string(gst_message_get_structure(message.get()), name) : nullptr;
  return text != nullptr ? text : "";
}

/// True when the stream's end is the next of end and error.
inline bool ends(Pipeline& pipeline) {
  const MessagePtr message(pipeline.wait_for(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
  return message != nullptr && GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS;
}

/// Texts of all errors that come before the end of the stream (or before kMaxWait of silence).
inline std::vector<std::string> errors_until_end(Pipeline& pipeline) {
  std::vector<std::string> errors;
  while (true) {
    const MessagePtr message(pipeline.wait_for(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
    if (message == nullptr || GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS) return errors;
    Outcome outcome;
    take_message(message.get(), outcome);
    errors.push_back(outcome.error);
  }
}

}  // namespace omv::test
