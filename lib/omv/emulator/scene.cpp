// SPDX-License-Identifier: LGPL-2.1-or-later
// Where everything is at a time, and in which order it is drawn.
#include "omv/emulator/scene.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "omv/emulator/backdrop.h"
#include "omv/emulator/repack.h"
#include "omv/emulator/trigonometry.h"
#include "omv/image/text.h"

namespace omv::emulator {

namespace {

constexpr std::uint32_t kPanMs = 40'000;       // once around the panorama
constexpr std::uint32_t kBounceMs = 1'300;     // from ground to ground
constexpr std::uint32_t kBallCrossMs = 9'000;  // from one side to the other
constexpr int kBallAngles = 24;

constexpr Rgb888 kBlack = {0, 0, 0};
constexpr Rgb888 kText = {255, 255, 255};

}  // namespace

Result<Scene> Scene::create(const FrameInfo& info, std::uint64_t seed) {
  if (info.width < kMinSide || info.height < kMinSide || info.width > kMaxSide || info.height > kMaxSide)
    return Error{Errc::invalid, "the scene has no picture of " + std::to_string(info.width) + "x" +
                                    std::to_string(info.height) + " pixels: sides are " + std::to_string(kMinSide) +
                                    " to " + std::to_string(kMaxSide)};
  if (payload_bytes(info) == 0)
    return Error{Errc::unsupported, "the scene is not painted as " + std::string(to_string(info.format))};
  return Scene(info, seed);
}

Scene::Scene(const FrameInfo& info, std::uint64_t seed)
    : info_(info),
      canvas_info_{painted_format(info.format), info.width, info.height},
      period_(info.width + info.width / 2),
      canvas_(static_cast<std::size_t>(payload_bytes(canvas_info_))),
      shadow_(make_shadow(part(90), part(22))) {
  if (canvas_info_.format != info.format) converted_.resize(static_cast<std::size_t>(payload_bytes(info)));
  balloons_.push_back(make_balloon(part(60), {196, 120, 44}, {240, 226, 190}));
  balloons_.push_back(make_balloon(part(120), {200, 40, 44}, {246, 214, 70}));
  for (int angle = 0; angle < kBallAngles; ++angle) ball_.push_back(make_ball(part(85), angle * 256 / kBallAngles));
  paint_panorama(seed);
}

int Scene::part(int per_mille) const {
  return std::max(1, static_cast<int>(std::min(info_.width, info_.height)) * per_mille / 1000);
}

void Scene::paint_panorama(std::uint64_t seed) {
  const FrameInfo info = {canvas_info_.format, period_ + info_.width, info_.height};
  panorama_.resize(static_cast<std::size_t>(payload_bytes(info)));
  const MutableImageView view = packed_view(info, ByteSpan(panorama_));
  Backdrop backdrop(period_, info_.height, seed);
  for (std::uint32_t y = 0; y < info.height; ++y) {
    const std::vector<Rgb888>& row = backdrop.next_row();
    for (std::uint32_t x = 0; x < info.width; ++x) put_pixel(view, x, y, row[x % period_]);
  }
}

void Scene::draw_panorama(std::uint32_t time_ms) {
  const std::uint64_t shift = std::uint64_t{time_ms % kPanMs} * period_ / kPanMs;
  const auto stride = static_cast<std::size_t>(row_bytes(canvas_info_.format, period_ + info_.width));
  const auto offset = static_cast<std::size_t>(row_bytes(canvas_info_.format, static_cast<std::uint32_t>(shift)));
  copy_rows({canvas_info_, panorama_.data() + offset, stride}, packed_view(canvas_info_, ByteSpan(canvas_)));
}

// From the right edge to the left one in `crossing_ms`, bobbing a little.
void Scene::draw_balloon(const Sprite& balloon, std::uint32_t time_ms, std::uint32_t crossing_ms, int top) {
  const int way = static_cast<int>(info_.width) + balloon.width();
  const auto gone = static_cast<int>(std::uint64_t{time_ms % crossing_ms} * static_cast<unsigned>(way) / crossing_ms);
  const int bob = sine(static_cast<int>(time_ms % 6000 * 256 / 6000)) * part(20) / 256;
  balloon.draw(packed_view(canvas_info_, ByteSpan(canvas_)), static_cast<int>(info_.width) - gone, top + bob);
}

void Scene::draw_ball(std::uint32_t time_ms) {
  const MutableImageView canvas = packed_view(canvas_info_, ByteSpan(canvas_));
  const std::uint32_t cycle = time_ms % (2 * kBallCrossMs);
  const std::uint32_t along = cycle < kBallCrossMs ? cycle : 2 * kBallCrossMs - cycle;
  const int size = ball_.front().width();
  const int free = static_cast<int>(info_.width) - size;
  const int x = static_cast<int>(along) * free / static_cast<int>(kBallCrossMs);
  const auto phase = static_cast<int>(time_ms % kBounceMs * 1024 / kBounceMs);
  const int rise = static_cast<int>(std::int64_t{4} * phase * (1024 - phase) * part(420) / (std::int64_t{1024} * 1024));
  const int ground = static_cast<int>(info_.height) - part(60);
  const std::size_t angle = along * 3 * kBallAngles / kBallCrossMs % kBallAngles;
  shadow_.draw(canvas, x + size / 2 - shadow_.width() / 2, ground - shadow_.height() / 2);
  ball_[angle].draw(canvas, x, ground - size - rise);
}

// The mark on black, and below it the same in figures where there is room.
void Scene::draw_panel(const SceneCode& code) {
  const auto grid = code_grid(info_.width, info_.height);
  if (!grid) return;
  const MutableImageView canvas = packed_view(canvas_info_, ByteSpan(canvas_));
  const int cell = static_cast<int>(grid->cell);
  const int right = static_cast<int>(grid->right() + grid->x);
  if (cell < 4) {
    fill(canvas, {0, 0, right, static_cast<int>(grid->bottom())}, kBlack);
  } else {
    std::array<char, 32> number = {};
    std::array<char, 32> time = {};
    std::snprintf(number.data(), number.size(), "#%u", code.sequence);
    std::snprintf(time.data(), time.size(), "%02u:%02u.%03u", code.time_ms / 60'000, code.time_ms / 1000 % 60,
                  code.time_ms % 1000);
    const int scale = cell / 4;
    const int line = (kGlyphHeight + 1) * scale;
    const int left = static_cast<int>(grid->x) + scale;
    const int top = static_cast<int>(grid->bottom()) + scale;
    fill(canvas, {0, 0, right, top + 2 * line}, kBlack);
    draw_text(canvas, left, top, scale, number.data(), kText);
    draw_text(canvas, left, top + line, scale, time.data(), kText);
  }
  write_code(canvas, code);
}

ConstByteSpan Scene::convert() {
  if (converted_.empty()) return canvas_;
  repack(packed_view(canvas_info_, ConstByteSpan(canvas_)), packed_view(info_, ByteSpan(converted_)));
  return converted_;
}

ConstByteSpan Scene::render(const SceneCode& code) {
  draw_panorama(code.time_ms);
  draw_balloon(balloons_[0], code.time_ms + 13'000, 34'000, part(140));
  draw_balloon(balloons_[1], code.time_ms + 7'000, 21'000, part(60));
  draw_ball(code.time_ms);
  draw_panel(code);
  return convert();
}

}  // namespace omv::emulator
