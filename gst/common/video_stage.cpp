// SPDX-License-Identifier: LGPL-2.1-or-later
// GStreamer's converter, and the library's pixel operations on mapped frames.
#include "common/video_stage.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "common/work_format.h"

namespace omv::gst {

namespace {

constexpr std::uint32_t kLargestMean = 16;  // taps the resampler has

Size size_of(const GstVideoFrame& frame) {
  return {static_cast<std::uint32_t>(GST_VIDEO_FRAME_WIDTH(&frame)),
          static_cast<std::uint32_t>(GST_VIDEO_FRAME_HEIGHT(&frame))};
}

ConstPixelRows rows_of(const GstVideoFrame& frame, guint plane) {
  return {static_cast<const std::uint8_t*>(frame.data[plane]), static_cast<std::size_t>(frame.info.stride[plane])};
}

PixelRows rows_of(GstVideoFrame& frame, guint plane) {
  return {static_cast<std::uint8_t*>(frame.data[plane]), static_cast<std::size_t>(frame.info.stride[plane])};
}

// ---- conversion ----------------------------------------------------------------------------------------------------

// The mean of n x n pixels is what the resampler makes of n equal taps. Their weights are exact for powers of two from
// 4 on; it has no others than a triangle for the rest.
std::optional<guint> mean_of(const Conversion& conversion) {
  const auto& [x, y, width, height] = conversion.source;
  for (std::uint32_t n = 4; n <= kLargestMean; n *= 2)
    if (width == n * conversion.target.width && height == n * conversion.target.height) return n;
  return std::nullopt;
}

void set_method(GstStructure* options, GstVideoResamplerMethod method) {
  gst_structure_set(options, GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD, GST_TYPE_VIDEO_RESAMPLER_METHOD, method,
                    nullptr);
}

// Among 2 x 2 pixels, as the camera; the resampler would take more to shrink a picture.
void set_bilinear(GstStructure* options) {
  set_method(options, GST_VIDEO_RESAMPLER_METHOD_LINEAR);
  gst_structure_set(options, GST_VIDEO_RESAMPLER_OPT_MAX_TAPS, G_TYPE_INT, 2, nullptr);
}

// Catmull-Rom's curve, as the camera's.
void set_bicubic(GstStructure* options) {
  set_method(options, GST_VIDEO_RESAMPLER_METHOD_CUBIC);
  gst_structure_set(options, GST_VIDEO_RESAMPLER_OPT_CUBIC_B, G_TYPE_DOUBLE, 0.0, GST_VIDEO_RESAMPLER_OPT_CUBIC_C,
                    G_TYPE_DOUBLE, 0.5, nullptr);
}

void set_area(GstStructure* options, const Conversion& conversion) {
  const std::optional<guint> taps = mean_of(conversion);
  set_method(options, taps ? GST_VIDEO_RESAMPLER_METHOD_NEAREST : GST_VIDEO_RESAMPLER_METHOD_LINEAR);
  if (taps) gst_structure_set(options, GST_VIDEO_CONVERTER_OPT_RESAMPLER_TAPS, G_TYPE_UINT, *taps, nullptr);
}

// When the picture keeps its size, this is about chroma that changes its resolution: as videoconvert does it.
void set_resampler(GstStructure* options, const Conversion& conversion) {
  const auto& [source, target] = std::tie(conversion.source, conversion.target);
  if (source.width == target.width && source.height == target.height) return set_bilinear(options);
  switch (conversion.interpolation) {
    case Interpolation::nearest: set_method(options, GST_VIDEO_RESAMPLER_METHOD_NEAREST); break;
    case Interpolation::bilinear: set_bilinear(options); break;
    case Interpolation::bicubic: set_bicubic(options); break;
    case Interpolation::area: set_area(options, conversion); break;
  }
}

void set_rectangles(GstStructure* options, const Roi& source, const Roi& target) {
  const auto number = [](std::uint32_t value) { return static_cast<gint>(value); };
  gst_structure_set(options, GST_VIDEO_CONVERTER_OPT_SRC_X, G_TYPE_INT, number(source.x), GST_VIDEO_CONVERTER_OPT_SRC_Y,
                    G_TYPE_INT, number(source.y), GST_VIDEO_CONVERTER_OPT_SRC_WIDTH, G_TYPE_INT, number(source.width),
                    GST_VIDEO_CONVERTER_OPT_SRC_HEIGHT, G_TYPE_INT, number(source.height),
                    GST_VIDEO_CONVERTER_OPT_DEST_X, G_TYPE_INT, number(target.x), GST_VIDEO_CONVERTER_OPT_DEST_Y,
                    G_TYPE_INT, number(target.y), GST_VIDEO_CONVERTER_OPT_DEST_WIDTH, G_TYPE_INT, number(target.width),
                    GST_VIDEO_CONVERTER_OPT_DEST_HEIGHT, G_TYPE_INT, number(target.height), nullptr);
}

// With these the converter leaves its short cuts, so only when they are needed.
void set_alpha(GstStructure* options, std::uint8_t alpha) {
  if (alpha == 255) return;
  gst_structure_set(options, GST_VIDEO_CONVERTER_OPT_ALPHA_MODE, GST_TYPE_VIDEO_ALPHA_MODE, GST_VIDEO_ALPHA_MODE_MULT,
                    GST_VIDEO_CONVERTER_OPT_ALPHA_VALUE, G_TYPE_DOUBLE, alpha / 255.0, nullptr);
}

// No dithering: the camera does not, and colours of a palette stay what they are.
GstStructure* options_for(const Conversion& conversion) {
  GstStructure* options = gst_structure_new("options", GST_VIDEO_CONVERTER_OPT_DITHER_METHOD,
                                            GST_TYPE_VIDEO_DITHER_METHOD, GST_VIDEO_DITHER_NONE, nullptr);
  set_resampler(options, conversion);
  set_rectangles(options, conversion.source, conversion.target);
  set_alpha(options, conversion.alpha);
  return options;
}

class ConvertStage final : public VideoStage {
 public:
  explicit ConvertStage(GstVideoConverter* converter) : converter_(converter, gst_video_converter_free) {}

  void run(const GstVideoFrame& from, GstVideoFrame& to) override {
    gst_video_converter_frame(converter_.get(), &from, &to);
  }

 private:
  std::unique_ptr<GstVideoConverter, void (*)(GstVideoConverter*)> converter_;
};

// ---- pixels --------------------------------------------------------------------------------------------------------

class LookUpStage final : public VideoStage {
 public:
  LookUpStage(GreyOf grey, LookUpTable table) : grey_(grey), table_(std::move(table)) {}

  void run(const GstVideoFrame& from, GstVideoFrame& to) override {
    look_up(rows_of(from, 0), size_of(from), grey_, table_, rows_of(to, 0));
  }

 private:
  GreyOf grey_;
  LookUpTable table_;
};

class RecolourStage final : public VideoStage {
 public:
  RecolourStage(SampleOrder order, const Recolouring& how) : order_(order), how_(how) {}

  void run(const GstVideoFrame& from, GstVideoFrame& to) override {
    const bool wide = GST_VIDEO_FRAME_COMP_DEPTH(&from, 0) > 8;
    (wide ? recolour_16 : recolour)(rows_of(from, 0), size_of(from), order_, how_, rows_of(to, 0));
  }

 private:
  SampleOrder order_;
  Recolouring how_;
};

class PickStage final : public VideoStage {
 public:
  explicit PickStage(std::uint8_t sample) : sample_(sample) {}

  void run(const GstVideoFrame& from, GstVideoFrame& to) override {
    pick_sample_16(rows_of(from, 0), size_of(from), sample_, rows_of(to, 0));
  }

 private:
  std::uint8_t sample_;
};

// The component that a plane begins with.
guint component_of(const GstVideoFormatInfo& format, guint plane) {
  guint component = 0;
  while (GST_VIDEO_FORMAT_INFO_PLANE(&format, component) != plane) ++component;
  return component;
}

class OrientStage final : public VideoStage {
 public:
  explicit OrientStage(Orientation orientation) : orientation_(orientation) {}

  void run(const GstVideoFrame& from, GstVideoFrame& to) override {
    for (guint plane = 0; plane < GST_VIDEO_FRAME_N_PLANES(&from); ++plane) {
      const guint component = component_of(*from.info.finfo, plane);
      const Size size = {static_cast<std::uint32_t>(GST_VIDEO_FRAME_COMP_WIDTH(&from, component)),
                         static_cast<std::uint32_t>(GST_VIDEO_FRAME_COMP_HEIGHT(&from, component))};
      const auto bytes = static_cast<std::size_t>(GST_VIDEO_FRAME_COMP_PSTRIDE(&from, component));
      orient(rows_of(from, plane), size, bytes, orientation_, rows_of(to, plane));
    }
  }

 private:
  Orientation orientation_;
};

// Chroma samples begin and end with luma's, and turn into chroma samples.
bool can_turn_chroma(const GstVideoFormatInfo& format, guint component, Size size, Orientation orientation) {
  const guint across = GST_VIDEO_FORMAT_INFO_W_SUB(&format, component);
  const guint down = GST_VIDEO_FORMAT_INFO_H_SUB(&format, component);
  if (orientation.transpose && across != down) return false;
  return !(orientation.mirror && size.width % (1U << across) != 0) &&
         !(orientation.flip && size.height % (1U << down) != 0);
}

}  // namespace

Result<StagePtr> convert_stage(const GstVideoInfo& from, const GstVideoInfo& to, const Conversion& conversion) {
  for (const GstVideoInfo* info : {&from, &to})
    if (!can_convert(*info))
      return Error{Errc::unsupported, std::string("GStreamer can't convert ") + GST_VIDEO_INFO_NAME(info) +
                                          " pictures of an odd width (" + std::to_string(GST_VIDEO_INFO_WIDTH(info)) +
                                          ")"};
  GstVideoConverter* converter = gst_video_converter_new(&from, &to, options_for(conversion));
  if (converter == nullptr)
    return Error{Errc::unsupported, std::string("GStreamer can't convert ") + GST_VIDEO_INFO_NAME(&from) + " to " +
                                        GST_VIDEO_INFO_NAME(&to)};
  return StagePtr(std::make_unique<ConvertStage>(converter));
}

StagePtr look_up_stage(GreyOf grey, LookUpTable table) { return std::make_unique<LookUpStage>(grey, std::move(table)); }

StagePtr recolour_stage(SampleOrder order, const Recolouring& how) {
  return std::make_unique<RecolourStage>(order, how);
}

StagePtr pick_stage(std::uint8_t sample) { return std::make_unique<PickStage>(sample); }

StagePtr orient_stage(Orientation orientation) { return std::make_unique<OrientStage>(orientation); }

bool can_orient_planes(const GstVideoFormatInfo& format, Size size, Orientation orientation) {
  constexpr guint kOpaque = GST_VIDEO_FORMAT_FLAG_COMPLEX | GST_VIDEO_FORMAT_FLAG_TILED | GST_VIDEO_FORMAT_FLAG_PALETTE;
  if ((format.flags & kOpaque) != 0) return false;
  for (guint i = 0; i < GST_VIDEO_FORMAT_INFO_N_COMPONENTS(&format); ++i) {
    const guint first = component_of(format, GST_VIDEO_FORMAT_INFO_PLANE(&format, i));
    const gint bytes = GST_VIDEO_FORMAT_INFO_PSTRIDE(&format, i);
    if (bytes <= 0 || !can_orient(static_cast<std::size_t>(bytes))) return false;
    if (bytes != GST_VIDEO_FORMAT_INFO_PSTRIDE(&format, first)) return false;
    if (!can_turn_chroma(format, i, size, orientation)) return false;
  }
  return true;
}

// ---- chain ---------------------------------------------------------------------------------------------------------

void VideoChain::append(StagePtr stage, const GstVideoInfo& to) { steps_.push_back({std::move(stage), to, nullptr}); }

Result<void> VideoChain::run(const GstVideoFrame& from, GstVideoFrame& to) {
  const GstVideoFrame* current = &from;
  for (Step& step : steps_) {
    GstVideoFrame* next = &to;
    if (&step != &steps_.back()) {
      if (!step.picture) {
        OMV_TRY(step.picture, WorkPicture::create(step.info));
      }
      next = &step.picture->frame();
    }
    step.stage->run(*current, *next);
    current = next;
  }
  return {};
}

}  // namespace omv::gst
