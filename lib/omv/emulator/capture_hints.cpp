// SPDX-License-Identifier: LGPL-2.1-or-later
// The words of the first line.
#include "omv/emulator/capture_hints.h"

#include <charconv>

namespace omv::emulator {

namespace {

constexpr std::string_view kMarker = "# omv-capture:";
constexpr std::string_view kSpace = " \t\r";

std::string_view first_line(std::string_view script) { return script.substr(0, script.find('\n')); }

// Takes the next word off `text`; empty when there is none.
std::string_view next_word(std::string_view& text) {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  const std::string_view word = text.substr(0, text.find_first_of(kSpace));
  text.remove_prefix(word.size());
  return word;
}

std::optional<int> parse_quality(std::string_view text) {
  int quality = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), quality);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  return is_number && quality >= 1 && quality <= 100 ? std::optional(quality) : std::nullopt;
}

template <typename T>
std::optional<T> optional_of(const Result<T>& result) {
  return result ? std::optional(*result) : std::nullopt;
}

std::optional<PixelFormat> parse_format(std::string_view text) {
  const auto format = pixel_format_by_name(text);
  const bool is_captured = format != PixelFormat::png && format != PixelFormat::argb8;
  return is_captured ? format : std::nullopt;
}

bool take(CaptureHints& hints, std::string_view key, std::string_view value) {
  if (key == "pixformat") return (hints.format = parse_format(value)).has_value();
  if (key == "framesize") return (hints.size = optional_of(camera::parse_frame_size(value))).has_value();
  if (key == "quality") return (hints.quality = parse_quality(value)).has_value();
  if (key == "framerate") return (hints.rate = optional_of(FrameRate::parse(value))).has_value();
  return false;
}

}  // namespace

CaptureHints parse_capture_hints(std::string_view script) {
  CaptureHints hints;
  std::string_view line = first_line(script);
  if (line.substr(0, kMarker.size()) != kMarker) return hints;
  line.remove_prefix(kMarker.size());
  for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
    const std::size_t equals = word.find('=');
    const bool has_value = equals != std::string_view::npos;
    if (!has_value || !take(hints, word.substr(0, equals), word.substr(equals + 1)))
      hints.complaints += "omv-capture: '" + std::string(word) + "' is not understood\n";
  }
  return hints;
}

}  // namespace omv::emulator
