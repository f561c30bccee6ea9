// SPDX-License-Identifier: LGPL-2.1-or-later
// One conversion when that is enough, else: cut and scale, recolour, turn, convert; what is not needed is left out.
#include "common/transform_plan.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "common/work_format.h"
#include "common/work_picture.h"
#include "omv/image/convert.h"
#include "omv/image/draw_hints.h"

namespace omv::gst {

namespace {

// The machine's own byte order, as ARGB64 has it.
constexpr GstVideoFormat kGrey16 =
    G_BYTE_ORDER == G_LITTLE_ENDIAN ? GST_VIDEO_FORMAT_GRAY16_LE : GST_VIDEO_FORMAT_GRAY16_BE;
constexpr SampleOrder kOrderOfArgb64 = {1, 2, 3, 0};

Size size_of(const GstVideoInfo& info) {
  return {static_cast<std::uint32_t>(GST_VIDEO_INFO_WIDTH(&info)),
          static_cast<std::uint32_t>(GST_VIDEO_INFO_HEIGHT(&info))};
}

Size size_of(const Roi& roi) { return {roi.width, roi.height}; }

Roi whole(Size size) { return {0, 0, size.width, size.height}; }

// Width by height of a pixel of `from`, turned, in pixels of `to`.
Ratio pixel_ratio(const GstVideoInfo& from, const GstVideoInfo& to, bool transposed) {
  gint from_n = GST_VIDEO_INFO_PAR_N(&from);
  gint from_d = GST_VIDEO_INFO_PAR_D(&from);
  if (transposed) std::swap(from_n, from_d);
  gint n = 1;
  gint d = 1;
  if (!gst_util_fraction_multiply(from_n, from_d, GST_VIDEO_INFO_PAR_D(&to), GST_VIDEO_INFO_PAR_N(&to), &n, &d) ||
      n < 1 || d < 1)
    return {};
  return {static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(d)};
}

// The palette's colours; for 16-bit pixels those that the camera has, to the bit.
std::array<Rgb888, 256> colours_for(const Palette& palette, const GstVideoFormatInfo& format) {
  const GstVideoFormat id = GST_VIDEO_FORMAT_INFO_FORMAT(&format);
  if (id != GST_VIDEO_FORMAT_RGB16 && id != GST_VIDEO_FORMAT_BGR16) return palette.rgb888;
  std::array<Rgb888, 256> colours{};
  for (std::size_t i = 0; i < colours.size(); ++i) colours[i] = expand_565(palette.rgb565[i]);
  return colours;
}

// The grey that a luma sample stands for.
std::uint8_t grey_of_luma(std::size_t sample, const GstVideoInfo& from) {
  constexpr int kBlack = 16;
  constexpr int kRange = 219;
  const bool limited = GST_VIDEO_INFO_IS_YUV(&from) && from.colorimetry.range == GST_VIDEO_COLOR_RANGE_16_235;
  const int value = static_cast<int>(sample);
  if (!limited) return static_cast<std::uint8_t>(value);
  return static_cast<std::uint8_t>(std::clamp(((value - kBlack) * 255 + kRange / 2) / kRange, 0, 255));
}

// Builds the chain; `now_` is the picture behind the stages so far.
class Planner {
 public:
  Planner(const TransformSettings& settings, const Palettes& palettes, const GstVideoInfo& from, const GstVideoInfo& to,
          const Placement& placement)
      : settings_(settings),
        palettes_(palettes),
        from_(from),
        to_(to),
        orientation_(orientation_of(settings.hints)),
        target_(placement.target),
        content_(oriented(size_of(placement.target), orientation_.transpose)),
        transparent_(has_alpha(*to.finfo)),
        now_(from),
        rest_(placement.source) {}

  Result<VideoChain> plan() &&;

 private:
  bool deep() const { return is_deep(*from_.finfo) && is_deep(*to_.finfo) && !palettes_.colours; }
  bool picks_channel() const { return settings_.channel && !is_grey(*from_.finfo); }
  bool fades() const { return settings_.alpha < 255 || palettes_.alphas; }
  bool recolours() const;
  bool looks_up() const;
  bool scales_late() const;

  GstVideoFormat format_to_look_up() const;
  GstVideoFormat format_to_recolour() const;
  GstVideoFormat format_of_greys() const;
  GstVideoFormat format_to_turn() const;

  bool is_now(GstVideoFormat format, Size size) const;
  Result<void> convert(const GstVideoInfo& info, const Roi& target, std::uint8_t alpha = 255);
  Result<void> bring_to(GstVideoFormat format, Size size);
  Result<void> prepare_for(GstVideoFormat format);
  Result<void> recolour();
  Result<LookUpTable> table_of(GstVideoFormat format) const;
  Result<void> look_up();
  void turn();
  Result<void> finish();
  void add(StagePtr stage, const GstVideoInfo& info);

  Recolouring recolouring() const;
  GstVideoInfo info_of(GstVideoFormat format, Size size) const { return work_info(format, size, from_, to_); }

  const TransformSettings& settings_;
  const Palettes& palettes_;
  const GstVideoInfo& from_;
  const GstVideoInfo& to_;
  const Orientation orientation_;
  const Roi target_;
  const Size content_;      // of the scaled picture before it is turned
  const bool transparent_;  // the output has alpha

  GstVideoInfo now_;
  Roi rest_;  // the part of `now_` that is still to be cut out
  VideoChain chain_;
};

// ---- what is needed ------------------------------------------------------------------------------------------------

// The converter multiplies alpha by itself, and the rest is geometry.
bool Planner::recolours() const {
  const bool only_alpha = transparent_ && !palettes_.alphas && !orientation_.any();
  const bool loses_alpha = has_alpha(*from_.finfo) && !transparent_;
  return picks_channel() || palettes_.colours || (fades() && !only_alpha) || loses_alpha;
}

// Whatever the output is, it follows from 256 greys.
bool Planner::looks_up() const {
  const bool from_grey = palettes_.colours || picks_channel() || is_grey(*from_.finfo);
  return from_grey && !has_alpha(*from_.finfo) && !deep();
}

bool Planner::scales_late() const {
  const bool colours_first = palettes_.colours && (settings_.hints & draw_hint::kApplyColorPaletteFirst) != 0;
  const bool channel_first = picks_channel() && (settings_.hints & draw_hint::kExtractRgbChannelFirst) != 0;
  return (colours_first || channel_first) && size_of(rest_) != content_;
}

// ---- formats in between --------------------------------------------------------------------------------------------

GstVideoFormat Planner::format_to_look_up() const {
  if (grey_of(*from_.finfo, settings_.channel)) return GST_VIDEO_INFO_FORMAT(&from_);
  return picks_channel() || is_rgb(*from_.finfo) ? GST_VIDEO_FORMAT_RGBx : GST_VIDEO_FORMAT_GRAY8;
}

GstVideoFormat Planner::format_to_recolour() const {
  if (deep()) return GST_VIDEO_FORMAT_ARGB64;
  const bool alpha = has_alpha(*from_.finfo) || transparent_;
  for (const GstVideoInfo* info : {&to_, &from_})
    if (sample_order(*info->finfo) && has_alpha(*info->finfo) == alpha) return GST_VIDEO_INFO_FORMAT(info);
  return alpha ? GST_VIDEO_FORMAT_RGBA : GST_VIDEO_FORMAT_RGBx;
}

GstVideoFormat Planner::format_of_greys() const {
  if (packed_pixel_bytes(*to_.finfo) != 0) return GST_VIDEO_INFO_FORMAT(&to_);
  if (transparent_) return GST_VIDEO_FORMAT_RGBA;
  return palettes_.colours ? GST_VIDEO_FORMAT_RGBx : GST_VIDEO_FORMAT_GRAY8;
}

// As it is if nothing else has to be done, else as it will be.
GstVideoFormat Planner::format_to_turn() const {
  const auto can = [this](const GstVideoFormatInfo& format) {
    return can_orient_planes(format, content_, orientation_);
  };
  const bool untouched = rest_ == whole(size_of(now_)) && size_of(now_) == content_;
  if (untouched && can(*now_.finfo)) return GST_VIDEO_INFO_FORMAT(&now_);
  if (can(*to_.finfo)) return GST_VIDEO_INFO_FORMAT(&to_);
  if (can(*now_.finfo)) return GST_VIDEO_INFO_FORMAT(&now_);
  return full_format(*now_.finfo);
}

// ---- stages --------------------------------------------------------------------------------------------------------

void Planner::add(StagePtr stage, const GstVideoInfo& info) {
  chain_.append(std::move(stage), info);
  now_ = info;
  rest_ = whole(size_of(info));
}

bool Planner::is_now(GstVideoFormat format, Size size) const {
  return GST_VIDEO_INFO_FORMAT(&now_) == format && size_of(now_) == size && rest_ == whole(size);
}

Result<void> Planner::convert(const GstVideoInfo& info, const Roi& target, std::uint8_t alpha) {
  OMV_CHECK(prepare_for(GST_VIDEO_INFO_FORMAT(&info)));
  const Interpolation interpolation = interpolation_of(settings_.hints, size_of(rest_), size_of(target));
  OMV_TRY(StagePtr stage, convert_stage(now_, info, {rest_, target, interpolation, alpha}));
  add(std::move(stage), info);
  return {};
}

Result<void> Planner::bring_to(GstVideoFormat format, Size size) {
  if (is_now(format, size)) return {};
  return convert(info_of(format, size), whole(size));
}

// What the converter can't do at once becomes pixels that stand on their own first.
Result<void> Planner::prepare_for(GstVideoFormat format) {
  if (can_cut_at(*now_.finfo, rest_.x, rest_.y) && !breaks_converter(now_, format)) return {};
  constexpr std::uint32_t kStep = 8;  // whole chroma samples of any format
  const Size size = size_of(now_);
  const std::uint32_t width = std::min((rest_.x + rest_.width + kStep - 1) / kStep * kStep, size.width);
  const std::uint32_t height = std::min((rest_.y + rest_.height + kStep - 1) / kStep * kStep, size.height);
  const Roi all = whole({width, height});
  const GstVideoInfo info = info_of(full_format(*now_.finfo), size_of(all));
  OMV_TRY(StagePtr stage, convert_stage(now_, info, {all, all, Interpolation::nearest}));
  const Roi rest = rest_;
  add(std::move(stage), info);
  rest_ = rest;
  return {};
}

Recolouring Planner::recolouring() const {
  Recolouring how;
  if (picks_channel()) how.channel = settings_.channel;
  if (palettes_.colours) how.colours = colours_for(*palettes_.colours, *to_.finfo);
  how.alphas = palettes_.alphas;
  how.alpha = settings_.alpha;
  how.opaque = !has_alpha(*from_.finfo);
  how.blend = !transparent_;
  return how;
}

Result<void> Planner::recolour() {
  if (looks_up()) return look_up();
  OMV_CHECK(bring_to(format_to_recolour(), scales_late() ? size_of(rest_) : content_));
  if (deep() && picks_channel() && !fades() && !has_alpha(*from_.finfo)) {
    add(pick_stage(static_cast<std::uint8_t>(1 + *settings_.channel)), info_of(kGrey16, size_of(now_)));
    return {};
  }
  const SampleOrder order = deep() ? kOrderOfArgb64 : *sample_order(*now_.finfo);
  add(recolour_stage(order, recolouring()), info_of(GST_VIDEO_INFO_FORMAT(&now_), size_of(now_)));
  return {};
}

// The pixels of `format` for all greys: a picture of 256 pixels, recoloured and converted.
Result<LookUpTable> Planner::table_of(GstVideoFormat format) const {
  OMV_TRY(const auto greys, WorkPicture::create(info_of(GST_VIDEO_FORMAT_RGBA, {256, 1})));
  auto* const rgba = static_cast<std::uint8_t*>(greys->frame().data[0]);
  const bool lumas = GST_VIDEO_INFO_IS_GRAY(&now_);
  for (std::size_t i = 0; i < 256; ++i)
    std::memset(rgba + 4 * i, lumas ? grey_of_luma(i, from_) : static_cast<int>(i), 4);
  Recolouring how = recolouring();
  how.channel = {};
  omv::recolour({rgba, 1024}, {256, 1}, {}, how, {rgba, 1024});
  const GstVideoInfo info = info_of(format, {256, 1});
  LookUpTable table{packed_pixel_bytes(*info.finfo), {}};
  table.pixels.resize(256 * table.pixel_bytes);
  if (format == GST_VIDEO_FORMAT_GRAY8 && !palettes_.colours) {
    for (std::size_t i = 0; i < 256; ++i) table.pixels[i] = rgba[4 * i];
    return table;
  }
  OMV_TRY(const auto pixels, WorkPicture::create(info));
  const Roi all = whole({256, 1});
  OMV_TRY(const StagePtr stage, convert_stage(greys->frame().info, info, {all, all, Interpolation::nearest}));
  stage->run(greys->frame(), pixels->frame());
  std::memcpy(table.pixels.data(), pixels->frame().data[0], table.pixels.size());
  return table;
}

Result<void> Planner::look_up() {
  OMV_CHECK(bring_to(format_to_look_up(), scales_late() ? size_of(rest_) : content_));
  const GstVideoFormat format = format_of_greys();
  OMV_TRY(LookUpTable table, table_of(format));
  const GreyOf grey = *grey_of(*now_.finfo, settings_.channel);
  add(look_up_stage(grey, std::move(table)), info_of(format, size_of(now_)));
  return {};
}

void Planner::turn() {
  const Size turned = oriented(size_of(now_), orientation_.transpose);
  add(orient_stage(orientation_), info_of(GST_VIDEO_INFO_FORMAT(&now_), turned));
}

Result<void> Planner::finish() {
  const bool done = is_now(GST_VIDEO_INFO_FORMAT(&to_), size_of(to_)) && target_ == whole(size_of(to_)) &&
                    gst_video_colorimetry_is_equal(&now_.colorimetry, &to_.colorimetry);
  const bool fades_here = chain_.empty() && transparent_ && settings_.alpha < 255;
  if (done && !fades_here) return {};
  return convert(to_, target_, fades_here ? settings_.alpha : 255);
}

Result<VideoChain> Planner::plan() && {
  if (recolours()) OMV_CHECK(recolour());
  if (orientation_.any()) {
    OMV_CHECK(bring_to(format_to_turn(), content_));
    turn();
  }
  OMV_CHECK(finish());
  return std::move(chain_);
}

// Bars begin where a chroma sample does.
void align(Roi& target, const GstVideoFormatInfo& format) {
  for (guint i = 0; i < GST_VIDEO_FORMAT_INFO_N_COMPONENTS(&format); ++i) {
    target.x -= target.x % (1U << GST_VIDEO_FORMAT_INFO_W_SUB(&format, i));
    target.y -= target.y % (1U << GST_VIDEO_FORMAT_INFO_H_SUB(&format, i));
  }
}

Result<Placement> placement_of(const TransformSettings& settings, const GstVideoInfo& from, const GstVideoInfo& to) {
  Fit fit;
  fit.orientation = orientation_of(settings.hints);
  fit.aspect = aspect_of(settings.hints);
  OMV_TRY(fit.roi, clip_roi(settings.roi, size_of(from)));
  OMV_TRY(fit.scaled, scaled_size(fit.roi, settings.scales, fit.orientation.transpose));
  fit.output = size_of(to);
  fit.pixel = pixel_ratio(from, to, fit.orientation.transpose);
  Placement placement = place(fit);
  align(placement.target, *to.finfo);
  return placement;
}

}  // namespace

Result<Size> natural_size(const TransformSettings& settings, const GstVideoInfo& from) {
  OMV_TRY(const Roi roi, clip_roi(settings.roi, size_of(from)));
  return scaled_size(roi, settings.scales, orientation_of(settings.hints).transpose);
}

Result<TransformPlan> plan_transform(const TransformSettings& settings, const Palettes& palettes,
                                     const GstVideoInfo& from, const GstVideoInfo& to) {
  OMV_TRY(const Placement placement, placement_of(settings, from, to));
  OMV_TRY(VideoChain chain, Planner(settings, palettes, from, to, placement).plan());
  return TransformPlan{placement, std::move(chain)};
}

}  // namespace omv::gst
