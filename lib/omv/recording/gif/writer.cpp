// SPDX-License-Identifier: LGPL-2.1-or-later
// The way of a picture: its time, its palette, its indices, and a delay once the next one has come.
#include "omv/recording/gif/writer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "omv/image/unpack.h"

namespace omv::gif {

namespace {

constexpr std::int64_t kShortestDelay = 2;     // viewers show less as ten
constexpr std::int64_t kLongestDelay = 65535;  // of one frame

// What a global palette is made from.
constexpr std::int64_t kLearningTime = 100;
constexpr std::size_t kLearningPictures = 8;

// By the noise: so many of its standard deviations, but at least and at most so many steps.
constexpr double kDeviations = 3.5;
constexpr double kLeastTolerance = 3;
constexpr double kMostTolerance = 9;

Result<void> check(const FrameInfo& info, const Settings& settings) {
  if (info_of(info.format).compressed || info.format == PixelFormat::argb8)
    return Error{Errc::unsupported, "cannot encode " + std::string(to_string(info.format)) + " as GIF"};
  OMV_CHECK(check_size({info.width, info.height}));
  if (settings.colors < 2 || settings.colors > 256)
    return Error{Errc::invalid, "GIF with " + std::to_string(settings.colors) + " colours; 2 to 256 can be asked for"};
  if (settings.plays > 65536)
    return Error{Errc::invalid, "GIF that plays " + std::to_string(settings.plays) + " times; 65536 is the most"};
  return {};
}

bool is_grey(PixelFormat format) { return !has_colour(format); }

void fill_opaque(const ImageView& picture, Bytes& into) {
  const RgbLayout& layout = *rgb_layout(picture.info.format);
  into.resize(std::size_t{picture.info.width} * picture.info.height);
  std::uint8_t* out = into.data();
  for (std::uint32_t y = 0; y < picture.info.height; ++y) {
    const std::uint8_t* alpha = picture.row(y) + layout.alpha;
    for (std::uint32_t x = 0; x < picture.info.width; ++x, alpha += layout.step) *out++ = *alpha >> 7;
  }
}

void store_delay(Bytes& bytes, std::size_t at, std::int64_t delay) {
  bytes[at] = static_cast<std::uint8_t>(delay);
  bytes[at + 1] = static_cast<std::uint8_t>(delay >> 8);
}

// A file that is full is a file all the same.
Result<void> end_file(const Result<void>& written, Bytes& into) {
  if (!written && written.error().code != Errc::end) return written;
  FileWriter::end(into);
  return {};
}

}  // namespace

Writer::Writer(const FrameInfo& info, const Settings& settings)
    : info_(info),
      settings_(settings),
      palettes_(settings.palette, settings.colors, is_grey(info.format)),
      coder_(info.width, info.height, settings.palette == PaletteMode::openmv ? Dither::none : settings.dither) {}

Result<Writer> Writer::create(const FrameInfo& info, const Settings& settings) {
  OMV_CHECK(check(info, settings));
  return Writer(info, settings);
}

Result<void> Writer::add(const ImageView& picture, std::int64_t time, Bytes& into) {
  const std::int64_t start = start_of(time);
  if (is_too_close(start)) {
    ++counts_.skipped;
    return {};
  }
  ++received_;
  last_start_ = start;
  waiting_.emplace_back().start = start;
  unpack(picture, waiting_.back());
  if (!palettes_.is_settled()) palettes_.learn(waiting_.back().rgbx.data(), waiting_.back().rgbx.size() / 4);
  if (is_learning(start)) return {};
  return code_waiting(into);
}

std::int64_t Writer::start_of(std::int64_t time) {
  if (settings_.fixed_delay == 0) return clock_.at(time);
  return static_cast<std::int64_t>(received_) * settings_.fixed_delay;
}

bool Writer::is_too_close(std::int64_t start) const {
  return received_ > 0 && settings_.fixed_delay == 0 && start - last_start_ < kShortestDelay;
}

void Writer::unpack(const ImageView& picture, Timed& into) const {
  const std::size_t row = 4 * std::size_t{info_.width};
  into.rgbx.resize(row * info_.height);
  for (std::uint32_t y = 0; y < info_.height; ++y) unpack_row_rgbx(picture, y, into.rgbx.data() + y * row);
  if (has_alpha(info_.format)) fill_opaque(picture, into.opaque);
}

bool Writer::is_learning(std::int64_t start) const {
  return settings_.palette == PaletteMode::global && !palettes_.is_settled() && start < kLearningTime &&
         waiting_.size() < kLearningPictures;
}

Result<void> Writer::code_waiting(Bytes& into) {
  while (!waiting_.empty()) {
    const Timed picture = std::move(waiting_.front());
    waiting_.pop_front();
    if (const Result<void> coded = code(picture, into); !coded) {
      waiting_.clear();  // they build upon what is not in the file
      return coded;
    }
  }
  return {};
}

Result<void> Writer::code(const Timed& picture, Bytes& into) {
  if (!palettes_.is_settled()) {
    OMV_CHECK(begin_file(picture, into));
  } else if (palettes_.renew(picture.rgbx.data(), picture.rgbx.size() / 4)) {
    has_own_tables_ = true;
    ++counts_.palettes;
  }
  const Picture pixels = {picture.rgbx.data(), picture.opaque.empty() ? nullptr : picture.opaque.data()};
  if (!coder_.code(pixels, palettes_.mapper(), tolerance(picture), palettes_.error(), frame_)) {
    ++counts_.unchanged;
    return {};
  }
  OMV_CHECK(hand_out(picture.start, into));
  pending_.start = picture.start;
  pending_.bytes.clear();
  const Disposal disposal = picture.opaque.empty() ? Disposal::keep : Disposal::clear;
  OMV_TRY(pending_.delay_at, file_.add(frame_, palettes_.mapper(), has_own_tables_, disposal, pending_.bytes));
  has_pending_ = true;
  ++counts_.written;
  return {};
}

Result<void> Writer::begin_file(const Timed& picture, Bytes& into) {
  palettes_.settle(picture.rgbx.data(), picture.rgbx.size() / 4);
  counts_.palettes = 1;
  const std::size_t before = into.size();
  OMV_CHECK(file_.begin({info_.width, info_.height, settings_.plays}, palettes_.mapper(), into));
  counts_.bytes += into.size() - before;
  return {};
}

// The camera's palette promises the camera's pixels.
double Writer::tolerance(const Timed& picture) {
  if (settings_.palette == PaletteMode::openmv) return settings_.tolerance.value_or(0);
  if (settings_.tolerance) return *settings_.tolerance;
  const double noise = noise_.measure(picture.rgbx.data(), info_.width, info_.height);
  return std::clamp(kDeviations * noise, kLeastTolerance, kMostTolerance);
}

// The pending frame, which is shown until `end`. A frame can't be shown longer than kLongestDelay: a transparent pixel
// goes on, or where that would leave a hole, the frame once more.
Result<void> Writer::hand_out(std::int64_t end, Bytes& into) {
  if (!has_pending_) return {};
  has_pending_ = false;
  std::int64_t left = end - pending_.start;
  OMV_CHECK(append_for(left, into));
  if (left > 0 && !has_alpha(info_.format)) OMV_CHECK(code_pause());
  while (left > 0) OMV_CHECK(append_for(left, into));
  return {};
}

// The pending bytes as a frame of as many hundredths as it can have; takes them off `left`.
Result<void> Writer::append_for(std::int64_t& left, Bytes& into) {
  const std::int64_t delay = std::min(left, kLongestDelay);
  store_delay(pending_.bytes, pending_.delay_at, delay);
  left -= delay;
  return append(pending_.bytes, into);
}

// One transparent pixel, of the table in use.
Result<void> Writer::code_pause() {
  IndexedFrame nothing = {{0, 0, 1, 1}, {palettes_.mapper().transparent()}};
  pending_.bytes.clear();
  OMV_TRY(pending_.delay_at, file_.add(nothing, palettes_.mapper(), has_own_tables_, Disposal::keep, pending_.bytes));
  return {};
}

Result<void> Writer::append(const Bytes& bytes, Bytes& into) {
  const std::uint64_t with_trailer = counts_.bytes + bytes.size() + 1;
  if (settings_.max_bytes != 0 && with_trailer > settings_.max_bytes)
    return Error{has_frames_ ? Errc::end : Errc::limit,
                 std::string("GIF: the ") + (has_frames_ ? "next" : "first") + " frame would make " +
                     std::to_string(with_trailer) + " bytes, " + std::to_string(settings_.max_bytes) + " are allowed"};
  into.insert(into.end(), bytes.begin(), bytes.end());
  counts_.bytes += bytes.size();
  has_frames_ = true;
  return {};
}

Result<void> Writer::finish(std::int64_t duration, Bytes& into) {
  if (received_ == 0) return {};
  if (const auto coded = code_waiting(into); !coded) return end_file(coded, into);
  std::int64_t end = last_start_ + settings_.fixed_delay;
  if (settings_.fixed_delay == 0) {
    end = std::max(clock_.end_of_last(duration > 0 ? duration : clock_.interval()), last_start_ + kShortestDelay);
  }
  return end_file(hand_out(end, into), into);
}

}  // namespace omv::gif
