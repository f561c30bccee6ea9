// SPDX-License-Identifier: LGPL-2.1-or-later
// encode_footage ELEMENT FORMATS FRAMES FILE...: decodes so many frames of each file into memory (a photograph is
// repeated), then puts them through an encoder in each of the raw formats (RGB,GRAY8, I420@640x480 for a size, or
// I420@640x480/jpeg for JPEGs of that, as a camera sends them).
// ELEMENT may be a chain up to a sink with name=out, whose bytes count then. Prints a line for each, and
// `seconds X`, `processor X` (seconds of all processors together) and `bytes X` for all.
#include "footage.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <sstream>
#include <string>

namespace {

using namespace omv::bench;

struct Effort {
  double seconds = 0;
  double processor = 0;
  guint64 bytes = 0;

  Effort& operator+=(const Effort& more) {
    seconds += more.seconds;
    processor += more.processor;
    bytes += more.bytes;
    return *this;
  }
};

GstPadProbeReturn count_bytes(GstPad*, GstPadProbeInfo* info, gpointer total) {
  *static_cast<guint64*>(total) += gst_buffer_get_size(GST_PAD_PROBE_INFO_BUFFER(info));
  return GST_PAD_PROBE_OK;
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
  const std::clock_t processor = std::clock();
  const auto start = std::chrono::steady_clock::now();
  push(GST_APP_SRC(in.get()), samples);
  await_end(pipeline);
  effort.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  effort.processor = static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC;
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
  std::printf("seconds %.9f\nprocessor %.9f\nbytes %llu\n", all.seconds, all.processor,
              static_cast<unsigned long long>(all.bytes));
  return 0;
}
