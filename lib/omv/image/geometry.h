// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the pixels of a cropped, scaled and turned picture come from and go to (spec: media, sections 1, 3 and 4.1).
#pragma once

#include <cstdint>
#include <span>

#include "omv/base/result.h"
#include "omv/image/image.h"
#include "omv/image/orientation.h"

namespace omv {

/// The part of a picture that `numbers` (x, y, width, height) name. They may hang over its edges, which cuts them; none
/// at all stand for the whole. Errc::invalid names the numbers when they are not four, have no size or lie outside.
Result<Roi> clip_roi(std::span<const int> numbers, Size picture);

/// Factors by which width and height grow; 0 = not given, then the other one counts for both, or 1.
struct Scales {
  double x = 0;
  double y = 0;

  bool operator==(const Scales&) const = default;
};

/// The size of a part after scaling: rounded down, the factors in single precision, as the camera computes it. Sides
/// swap when transposed. Errc::invalid when a side would have no pixel, Errc::limit beyond kMaxDimension.
Result<Size> scaled_size(const Roi& roi, Scales scales, bool transposed);

/// What happens when the size of the output is not that of the picture.
enum class Aspect {
  ignore,  ///< stretched to fill it
  keep,    ///< as large as fits, in the middle
  expand,  ///< fills it, cut in the middle
};

/// A fraction of positive numbers.
struct Ratio {
  std::uint32_t numerator = 1;
  std::uint32_t denominator = 1;

  bool operator==(const Ratio&) const = default;
};

/// What is asked for.
struct Fit {
  Roi roi;  ///< the part of the source
  Orientation orientation;
  Size scaled;  ///< scaled_size(): the shape the picture has by itself
  Size output;  ///< the size it has to have
  Ratio pixel;  ///< width by height of a turned source pixel, measured in output pixels
  Aspect aspect = Aspect::ignore;
};

/// What comes of it: `source`, scaled and turned, fills `target`; the rest of the output is bars.
struct Placement {
  Roi source;
  Roi target;

  bool operator==(const Placement&) const = default;
};

/// All sizes of `fit` are at least 1x1 and at most kMaxDimension. `aspect` counts only if the output has another size
/// or other pixels than the picture by itself.
Placement place(const Fit& fit);

/// A point in pixels, counted from the top left corner of the first one.
struct Point {
  double x = 0;
  double y = 0;
};

/// The point of the source that is shown at a point of the output; points in the bars lie outside of the source part.
Point to_source(Point shown, const Placement& placement, Orientation orientation);

}  // namespace omv
