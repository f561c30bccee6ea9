// SPDX-License-Identifier: LGPL-2.1-or-later
// Footage in memory, and pushing it through a pipeline: what the benchmarks of encoders share.
#pragma once

#include <gst/app/app.h>
#include <gst/gst.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace omv::bench {

inline constexpr GstClockTime kDeadline = 120 * GST_SECOND;

struct Unref {
  void operator()(void* object) const { gst_object_unref(object); }
};
struct UnrefSample {
  void operator()(GstSample* sample) const { gst_sample_unref(sample); }
};
using Element = std::unique_ptr<GstElement, Unref>;
using Sample = std::unique_ptr<GstSample, UnrefSample>;
using Samples = std::vector<Sample>;

[[noreturn]] inline void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

inline Element launch(const std::string& line) {
  GError* error = nullptr;
  Element pipeline(gst_parse_launch(line.c_str(), &error));
  if (error != nullptr) give_up(line + ": " + error->message);
  return pipeline;
}

inline Element named(const Element& pipeline, const char* name) {
  return Element(gst_bin_get_by_name(GST_BIN(pipeline.get()), name));
}

/// "I420"; with a size "I420@640x480"; with a colorimetry "I420:1:4:0:0"; as JPEG of it "I420@640x480/jpeg".
inline std::string caps_of(const std::string& full_format) {
  const std::size_t slash = full_format.find('/');
  const std::string format = full_format.substr(0, slash);
  const std::size_t colon = std::min(format.find(':'), format.size());
  const std::size_t at = std::min(format.find('@'), colon);
  std::string caps = "video/x-raw,format=" + format.substr(0, at);
  if (at < colon) {
    const std::size_t by = std::min(format.find('x', at), colon);
    caps += ",width=" + format.substr(at + 1, by - at - 1) + ",height=" + format.substr(by + 1, colon - by - 1);
  }
  if (colon < format.size()) caps += ",colorimetry=(string)" + format.substr(colon + 1);
  return slash == std::string::npos ? caps : caps + " ! jpegenc quality=85";
}

/// The first frames; a photograph is repeated. "test" is no file but a picture that moves a little.
inline Samples load(const std::string& path, const std::string& format, std::size_t frames) {
  const bool made_up = path == "test";
  const std::string source =
      made_up ? "videotestsrc horizontal-speed=2 ! video/x-raw,width=768,height=576" : "filesrc name=file ! decodebin";
  const Element pipeline = launch(source + " ! videoconvert ! videoscale ! " + caps_of(format) +
                                  " ! appsink name=out sync=false max-buffers=4");
  if (!made_up) g_object_set(named(pipeline, "file").get(), "location", path.c_str(), nullptr);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const Element out = named(pipeline, "out");
  Samples samples;
  while (samples.size() < frames) {
    GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(out.get()), kDeadline);
    if (sample == nullptr) break;
    samples.emplace_back(sample);
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  if (samples.empty()) give_up("no frame in " + path);
  for (std::size_t i = 0; samples.size() < frames; ++i) samples.emplace_back(gst_sample_ref(samples[i].get()));
  return samples;
}

inline void await_end(const Element& pipeline) {
  GstBus* bus = gst_element_get_bus(pipeline.get());
  constexpr auto kEnds = static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  GstMessage* end = gst_bus_timed_pop_filtered(bus, kDeadline, kEnds);
  const bool good = end != nullptr && GST_MESSAGE_TYPE(end) == GST_MESSAGE_EOS;
  if (end != nullptr) gst_message_unref(end);
  gst_object_unref(bus);
  if (!good) give_up("the encoder does not get to the end");
}

inline void push(GstAppSrc* source, const Samples& samples) {
  gst_app_src_set_caps(source, gst_sample_get_caps(samples.front().get()));
  GstClockTime time = 0;
  for (const auto& sample : samples) {
    GstBuffer* frame = gst_buffer_copy(gst_sample_get_buffer(sample.get()));  // shares the pixels
    GST_BUFFER_PTS(frame) = time;
    GST_BUFFER_DURATION(frame) = GST_SECOND / 10;
    time += GST_BUFFER_DURATION(frame);
    gst_app_src_push_buffer(source, frame);
  }
  gst_app_src_end_of_stream(source);
}

}  // namespace omv::bench
