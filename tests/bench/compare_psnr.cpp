// SPDX-License-Identifier: LGPL-2.1-or-later
// compare_psnr FRAMES FILE: both JPEG encoders at 4:2:0 over the qualities, as a table in Markdown: bytes a frame and
// PSNR of all samples, and what omvjpegenc gains over jpegenc at the same size (jpegenc's curve, straight between its
// points over the logarithm of the size). Prints `smallest X`, in dB, for the least of the gains.
#include "footage.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace omv::bench;

constexpr const char* kFormat = "I420:1:4:0:0";  // full range, which both take as it is
constexpr std::array kQualities = {10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 95, 98};

struct Point {
  double bytes = 0;
  double psnr = 0;
};

struct Mapped {
  explicit Mapped(GstSample* sample) : buffer(gst_sample_get_buffer(sample)) {
    if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) give_up("a buffer can't be mapped");
  }
  Mapped(const Mapped&) = delete;
  ~Mapped() { gst_buffer_unmap(buffer, &map); }
  GstBuffer* buffer;
  GstMapInfo map;
};

// Of widths that are a multiple of 8, so that neither side pads its rows.
double squared_error(GstSample* one, GstSample* other) {
  const Mapped a(one);
  const Mapped b(other);
  if (a.map.size != b.map.size) give_up("the decoded picture has another size");
  double sum = 0;
  for (gsize i = 0; i < a.map.size; ++i) {
    const int difference = a.map.data[i] - b.map.data[i];
    sum += difference * difference;
  }
  return sum / static_cast<double>(a.map.size);
}

GstPadProbeReturn count_bytes(GstPad*, GstPadProbeInfo* info, gpointer total) {
  *static_cast<double*>(total) += static_cast<double>(gst_buffer_get_size(GST_PAD_PROBE_INFO_BUFFER(info)));
  return GST_PAD_PROBE_OK;
}

Point measure(const std::string& encoder, const Samples& samples) {
  const Element pipeline = launch("appsrc name=in format=time max-bytes=0 ! " + encoder +
                                  " ! jpegdec name=decoder idct-method=islow ! appsink name=out sync=false");
  Point point;
  GstPad* pad = gst_element_get_static_pad(named(pipeline, "decoder").get(), "sink");
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, count_bytes, &point.bytes, nullptr);
  gst_object_unref(pad);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  push(GST_APP_SRC(named(pipeline, "in").get()), samples);
  const Element out = named(pipeline, "out");
  double error = 0;
  for (const Sample& sample : samples) {
    const Sample decoded(gst_app_sink_try_pull_sample(GST_APP_SINK(out.get()), kDeadline));
    if (!decoded) give_up(encoder + " gives too few frames");
    error += squared_error(sample.get(), decoded.get());
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  const auto frames = static_cast<double>(samples.size());
  return {point.bytes / frames, 10 * std::log10(255.0 * 255.0 * frames / error)};
}

// PSNR at a size; beyond the ends of the curve its last piece goes on.
double at_size(const std::vector<Point>& curve, double bytes) {
  std::size_t i = 1;
  while (i + 1 < curve.size() && curve[i].bytes < bytes) ++i;
  const Point& a = curve[i - 1];
  const Point& b = curve[i];
  const double part = std::log(bytes / a.bytes) / std::log(b.bytes / a.bytes);
  return a.psnr + part * (b.psnr - a.psnr);
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  if (argc != 3) {
    std::fputs("Usage: compare_psnr FRAMES FILE\n", stderr);
    return 2;
  }
  const Samples samples = load(argv[2], kFormat, std::max(1UL, std::strtoul(argv[1], nullptr, 10)));
  std::vector<Point> ours;
  std::vector<Point> theirs;
  for (const int quality : kQualities) {
    const std::string setting = " quality=" + std::to_string(quality);
    ours.push_back(measure("omvjpegenc subsampling=420" + setting, samples));
    theirs.push_back(measure("jpegenc" + setting, samples));
  }
  std::puts("| Quality | omvjpegenc: bytes, PSNR | jpegenc: bytes, PSNR | Gain at the same size |\n|---|---|---|---|");
  double smallest = 1e9;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const double gain = ours[i].psnr - at_size(theirs, ours[i].bytes);
    smallest = std::min(smallest, gain);
    std::printf("| %d | %.0f, %.2f dB | %.0f, %.2f dB | %+.3f dB |\n", kQualities[i], ours[i].bytes, ours[i].psnr,
                theirs[i].bytes, theirs[i].psnr, gain);
  }
  std::printf("smallest %.4f\n", smallest);
  return 0;
}
