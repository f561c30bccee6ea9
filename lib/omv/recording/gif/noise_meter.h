// SPDX-License-Identifier: LGPL-2.1-or-later
// How much a sensor's pixels tremble, from what a picture shows.
#pragma once

#include <cstdint>

#include "omv/base/bytes.h"

namespace omv::gif {

/// Compares each picture with the one before, and with its own neighbourhoods: motion spoils the first, texture the
/// second, so that the smaller counts. Keeps a sample of one picture. One thread at a time.
class NoiseMeter {
 public:
  /// Standard deviation of the noise, in steps of a component. Pixels are four bytes R, G, B and any, rows without
  /// padding. 0 for the first picture, and for sizes that are too small to tell.
  double measure(const std::uint8_t* rgbx, std::uint32_t width, std::uint32_t height);

 private:
  double between_pictures(const std::uint8_t* rgbx, std::size_t pixels);

  Bytes sample_;  // of green, from the picture before
};

}  // namespace omv::gif
