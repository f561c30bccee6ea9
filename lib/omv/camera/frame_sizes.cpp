// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of names, and sizes as text.
#include "omv/camera/frame_sizes.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

#include "omv/image/pixel_format.h"

namespace omv::camera {

namespace {

constexpr std::array kSizes = {
    NamedFrameSize{"QQCIF", {88, 72}},      NamedFrameSize{"QCIF", {176, 144}},
    NamedFrameSize{"CIF", {352, 288}},      NamedFrameSize{"QQSIF", {88, 60}},
    NamedFrameSize{"QSIF", {176, 120}},     NamedFrameSize{"SIF", {352, 240}},
    NamedFrameSize{"QQQQVGA", {40, 30}},    NamedFrameSize{"QQQVGA", {80, 60}},
    NamedFrameSize{"QQVGA", {160, 120}},    NamedFrameSize{"QVGA", {320, 240}},
    NamedFrameSize{"VGA", {640, 480}},      NamedFrameSize{"HQQQQVGA", {30, 20}},
    NamedFrameSize{"HQQQVGA", {60, 40}},    NamedFrameSize{"HQQVGA", {120, 80}},
    NamedFrameSize{"HQVGA", {240, 160}},    NamedFrameSize{"HVGA", {480, 320}},
    NamedFrameSize{"B64X32", {64, 32}},     NamedFrameSize{"B64X64", {64, 64}},
    NamedFrameSize{"B128X64", {128, 64}},   NamedFrameSize{"B128X128", {128, 128}},
    NamedFrameSize{"B160X160", {160, 160}}, NamedFrameSize{"B320X320", {320, 320}},
    NamedFrameSize{"LCD", {128, 160}},      NamedFrameSize{"QQVGA2", {128, 160}},
    NamedFrameSize{"WVGA", {720, 480}},     NamedFrameSize{"WVGA2", {752, 480}},
    NamedFrameSize{"SVGA", {800, 600}},     NamedFrameSize{"XGA", {1024, 768}},
    NamedFrameSize{"WXGA", {1280, 768}},    NamedFrameSize{"SXGA", {1280, 1024}},
    NamedFrameSize{"SXGAM", {1280, 960}},   NamedFrameSize{"UXGA", {1600, 1200}},
    NamedFrameSize{"HD", {1280, 720}},      NamedFrameSize{"FHD", {1920, 1080}},
    NamedFrameSize{"QHD", {2560, 1440}},    NamedFrameSize{"QXGA", {2048, 1536}},
    NamedFrameSize{"WQXGA", {2560, 1600}},  NamedFrameSize{"WQXGA2", {2592, 1944}},
};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::optional<std::uint32_t> parse_side(std::string_view text) {
  std::uint32_t side = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), side);
  if (error != std::errc() || end != text.data() + text.size() || side == 0 || side > kMaxDimension)
    return std::nullopt;
  return side;
}

}  // namespace

std::span<const NamedFrameSize> frame_sizes() { return kSizes; }

Result<FrameSize> parse_frame_size(std::string_view text) {
  for (const NamedFrameSize& row : kSizes)
    if (equal_ignoring_case(row.name, text)) return row.size;
  const std::size_t cross = text.find_first_of("xX");
  if (cross != std::string_view::npos) {
    const auto width = parse_side(text.substr(0, cross));
    const auto height = parse_side(text.substr(cross + 1));
    if (width && height) return FrameSize{*width, *height};
  }
  return Error{Errc::invalid, "'" + std::string(text) +
                                  "' is not a frame size: a name like QVGA, VGA, HD, or "
                                  "WIDTHxHEIGHT with sides of 1 to " +
                                  std::to_string(kMaxDimension)};
}

std::string frame_size_name(const FrameSize& size) {
  const auto row = std::find_if(kSizes.begin(), kSizes.end(), [&](const auto& named) { return named.size == size; });
  if (row != kSizes.end()) return std::string(row->name);
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

}  // namespace omv::camera
