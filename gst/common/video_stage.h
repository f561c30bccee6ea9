// SPDX-License-Identifier: LGPL-2.1-or-later
// The steps a raw picture goes through on its way from one buffer to another.
#pragma once

#include <gst/video/video.h>

#include <memory>
#include <optional>
#include <vector>

#include "common/work_picture.h"
#include "omv/base/result.h"
#include "omv/image/draw_hints.h"
#include "omv/image/image.h"
#include "omv/image/recolour.h"

namespace omv::gst {

/// Makes one picture out of another. Formats and sizes are fixed when a stage is made. One thread at a time.
class VideoStage {
 public:
  virtual ~VideoStage() = default;
  virtual void run(const GstVideoFrame& from, GstVideoFrame& to) = 0;
};

using StagePtr = std::unique_ptr<VideoStage>;

/// Cropping, scaling and conversion, which are one step of GStreamer's converter.
struct Conversion {
  Roi source;
  Roi target;  ///< what is around it becomes black
  Interpolation interpolation = Interpolation::nearest;
  std::uint8_t alpha = 255;  ///< multiplies the alpha of formats that have it
};

/// Errc::unsupported when the converter does not know the formats.
Result<StagePtr> convert_stage(const GstVideoInfo& from, const GstVideoInfo& to, const Conversion& conversion);

/// Greys of a packed format become pixels of a table. Sizes are the same.
StagePtr look_up_stage(GreyOf grey, LookUpTable table);

/// Packed formats of four samples, of 8 or 16 bit; format and size stay.
StagePtr recolour_stage(SampleOrder order, const Recolouring& how);

/// ARGB64 to 16-bit grey.
StagePtr pick_stage(std::uint8_t sample);

/// Formats for which can_orient_planes() is true.
StagePtr orient_stage(Orientation orientation);

/// True when turning each plane on its own turns the picture: planes of one kind of sample, chroma that ends with luma.
bool can_orient_planes(const GstVideoFormatInfo& format, Size size, Orientation orientation);

/// Stages one behind the other, with pictures of its own between them.
class VideoChain {
 public:
  /// `to` is what the stage makes. The last one's is the format of the output.
  void append(StagePtr stage, const GstVideoInfo& to);

  bool empty() const { return steps_.empty(); }

  /// Errc::limit when there is no memory for the pictures in between.
  Result<void> run(const GstVideoFrame& from, GstVideoFrame& to);

 private:
  struct Step {
    StagePtr stage;
    GstVideoInfo info;
    std::unique_ptr<WorkPicture> picture;  // allocated by the first run; none behind the last step
  };

  std::vector<Step> steps_;
};

}  // namespace omv::gst
