// SPDX-License-Identifier: LGPL-2.1-or-later
// The synthetic scene: a panorama with balloons and a bouncing ball, photographic enough to compress like a camera's
// picture, with its number and time readable by people and machines.
#pragma once

#include <cstdint>
#include <vector>

#include "omv/base/result.h"
#include "omv/emulator/scene_code.h"
#include "omv/emulator/sprite.h"
#include "omv/image/image.h"

namespace omv::emulator {

/// Every picture depends on geometry, seed, sequence number and time alone, and is the same on every machine.
/// One thread at a time.
class Scene {
 public:
  /// Smallest and largest side. Text needs 64x48 (see scene_code.h for the machine-readable mark).
  static constexpr std::uint32_t kMinSide = 16;
  static constexpr std::uint32_t kMaxSide = 4096;

  /// `info.format` is any raw format. Errc::invalid for a size outside the range, Errc::unsupported for a compressed
  /// format or argb8. Takes some 100 ns per pixel once; pictures are then mostly copied.
  static Result<Scene> create(const FrameInfo& info, std::uint64_t seed);

  const FrameInfo& info() const { return info_; }

  /// The picture with this mark, at the time it says: packed rows, valid until the next call.
  ConstByteSpan render(const SceneCode& code);

 private:
  Scene(const FrameInfo& info, std::uint64_t seed);

  void paint_panorama(std::uint64_t seed);
  void draw_panorama(std::uint32_t time_ms);
  void draw_balloon(const Sprite& balloon, std::uint32_t time_ms, std::uint32_t crossing_ms, int top);
  void draw_ball(std::uint32_t time_ms);
  void draw_panel(const SceneCode& code);
  ConstByteSpan convert();

  int part(int per_mille) const;  ///< of the smaller side, at least 1

  FrameInfo info_;
  FrameInfo canvas_info_;  // grayscale or rgb565
  std::uint32_t period_;   // pixels around the panorama
  Bytes panorama_;         // rows of period_ + width pixels: any part of it is one copy
  Bytes canvas_;
  Bytes converted_;  // empty when the canvas is in the wanted format
  std::vector<Sprite> balloons_;
  std::vector<Sprite> ball_;  // by angle
  Sprite shadow_;
};

}  // namespace omv::emulator
