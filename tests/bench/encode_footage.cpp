// SPDX-License-Identifier: LGPL-2.1-or-later
// encode_footage ELEMENT FORMATS FRAMES FILE...: decodes so many frames of each file into memory (a photograph is
// repeated), then puts them through an encoder in each of the raw formats (RGB,GRAY8, or I420@640x480 for a size).
// ELEMENT may be a chain up to a sink with name=out. Prints a line for each, and `seconds X` and `bytes X` (that reach
// the sink) for all.
#include <gst/app/app.h>
#include <gst/gst.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr GstClockTime kDeadline = 120 * GST_SECOND;

struct Unref {
  void operator()(void* object) const { gst_object_unref(object); }
};
struct UnrefSample {
  void operator()(GstSample* sample) const { gst_sample_unref(sample); }
};
using Element = std::unique_ptr<GstElement, Unref>;
using Samples = std::vector<std::unique_ptr<GstSample, UnrefSample>>;

struct Effort {
  double seconds = 0;
  guint64 bytes = 0;

  Effort& operator+=(const Effort& more) {
    seconds += more.seconds;
    bytes += more.bytes;
    return *this;
  }
};

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "encode_footage: %s\n", why.c_str());
  std::exit(1);
}

Element launch(const std::string& line) {
  GError* error = nullptr;
  Element pipeline(gst_parse_launch(line.c_str(), &error));
  if (error != nullptr) give_up(line + ": " + error->message);
  return pipeline;
}

Element named(const Element& pipeline, const char* name) {
  return Element(gst_bin_get_by_name(GST_BIN(pipeline.get()), name));
}

// "I420@640x480" in the words of caps.
std::string raw_caps(const std::string& format) {
  const std::size_t at = format.find('@');
  const std::size_t by = format.find('x', at);
  const std::string name = "video/x-raw,format=" + format.substr(0, at);
  if (at == std::string::npos || by == std::string::npos) return name;
  return name + ",width=" + format.substr(at + 1, by - at - 1) + ",height=" + format.substr(by + 1);
}

// The first frames; a photograph is repeated.
Samples load(const char* path, const std::string& format, std::size_t frames) {
  const Element pipeline = launch("filesrc name=file ! decodebin ! videoconvert ! videoscale ! " + raw_caps(format) +
                                  " ! appsink name=out sync=false");
  g_object_set(named(pipeline, "file").get(), "location", path, nullptr);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const Element out = named(pipeline, "out");
  Samples samples;
  while (samples.size() < frames) {
    GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(out.get()), kDeadline);
    if (sample == nullptr) break;
    samples.emplace_back(sample);
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  if (samples.empty()) give_up(std::string("no frame in ") + path);
  for (std::size_t i = 0; samples.size() < frames; ++i) samples.emplace_back(gst_sample_ref(samples[i].get()));
  return samples;
}

GstPadProbeReturn count_bytes(GstPad*, GstPadProbeInfo* info, gpointer total) {
  *static_cast<guint64*>(total) += gst_buffer_get_size(GST_PAD_PROBE_INFO_BUFFER(info));
  return GST_PAD_PROBE_OK;
}

void await_end(const Element& pipeline) {
  GstBus* bus = gst_element_get_bus(pipeline.get());
  constexpr auto kEnds = static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  GstMessage* end = gst_bus_timed_pop_filtered(bus, kDeadline, kEnds);
  const bool good = end != nullptr && GST_MESSAGE_TYPE(end) == GST_MESSAGE_EOS;
  if (end != nullptr) gst_message_unref(end);
  gst_object_unref(bus);
  if (!good) give_up("the encoder does not get to the end");
}

void push(GstAppSrc* source, const Samples& samples) {
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

// All samples through one encoder, from the first frame that is pushed to the end of the stream.
Effort encode(const std::string& element, const Samples& samples) {
  const bool has_sink = element.find("name=out") != std::string::npos;
  const Element pipeline = launch("appsrc name=in format=time max-bytes=0 ! " + element +
                                  (has_sink ? "" : " ! fakesink name=out sync=false"));
  const Element in = named(pipeline, "in");
  Effort effort;
  GstPad* pad = gst_element_get_static_pad(named(pipeline, "out").get(), "sink");
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, count_bytes, &effort.bytes, nullptr);
  gst_object_unref(pad);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const auto start = std::chrono::steady_clock::now();
  push(GST_APP_SRC(in.get()), samples);
  await_end(pipeline);
  effort.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return effort;
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  if (argc < 5) {
    std::fputs("Usage: encode_footage ELEMENT FORMAT[,FORMAT...] FRAMES FILE...\n", stderr);
    return 2;
  }
  const auto frames = std::max<std::size_t>(1, std::strtoul(argv[3], nullptr, 10));
  Effort all;
  for (int i = 4; i < argc; ++i) {
    std::istringstream formats(argv[2]);
    for (std::string format; std::getline(formats, format, ',');) {
      const Effort effort = encode(argv[1], load(argv[i], format, frames));
      std::printf("%s %s: %.2f ms and %.0f bytes a frame\n", argv[i], format.c_str(),
                  effort.seconds * 1e3 / static_cast<double>(frames),
                  static_cast<double>(effort.bytes) / static_cast<double>(frames));
      all += effort;
    }
  }
  std::printf("seconds %.9f\nbytes %llu\n", all.seconds, static_cast<unsigned long long>(all.bytes));
  return 0;
}
