// SPDX-License-Identifier: LGPL-2.1-or-later
// The scripts of firmware/, with settings filled in.
#include "omv/camera/capture_script.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <string_view>

#include "omv/camera/capture_templates.h"
#include "omv/camera/frame_sizes.h"

namespace omv::camera {

namespace {

constexpr std::array<std::string_view, 6> kPixformats = {"BINARY", "GRAYSCALE", "RGB565", "BAYER", "YUV422", "JPEG"};

// The frame sizes that have a name in the module csi (spec: cameras, section 4); in sensor, all have.
constexpr std::array<std::string_view, 24> kCsiSizes = {
    "QCIF", "CIF", "QSIF", "SIF",  "QQQVGA", "QQVGA", "QVGA", "VGA", "HQVGA", "HVGA", "WVGA",  "WVGA2",
    "SVGA", "XGA", "WXGA", "SXGA", "SXGAM",  "UXGA",  "HD",   "FHD", "QHD",   "QXGA", "WQXGA", "WQXGA2",
};

constexpr int kMaxQuality = 100;
constexpr int kMaxFramerate = 1000;
constexpr std::uint32_t kSmallestLegacyWindow = 8;

// One firmware's script, and what that firmware can do.
struct Dialect {
  std::string_view (*text)();
  std::string_view module;
  bool (*has_name)(std::string_view size);
  std::uint32_t smallest_window;
};

bool has_csi_name(std::string_view size) {
  return std::find(kCsiSizes.begin(), kCsiSizes.end(), size) != kCsiSizes.end();
}

bool has_sensor_name(std::string_view) { return true; }

constexpr Dialect kCsi = {capture_template, "csi", has_csi_name, 1};
constexpr Dialect kSensor = {legacy_capture_template, "sensor", has_sensor_name, kSmallestLegacyWindow};

struct Geometry {
  std::string_view framesize;       // a name that the firmware has
  std::optional<FrameSize> window;  // out of the middle of it
};

std::uint64_t area(const FrameSize& size) { return std::uint64_t{size.width} * size.height; }

Result<std::string> check_pixformat(const std::string& text) {
  std::string upper = text;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (std::find(kPixformats.begin(), kPixformats.end(), upper) != kPixformats.end()) return upper;
  std::string known;
  for (const std::string_view name : kPixformats) known += (known.empty() ? "" : ", ") + std::string(name);
  return Error{Errc::invalid, "pixformat '" + text + "': a camera knows " + known};
}

Result<FrameSize> check_framesize(const std::string& text) {
  const auto size = parse_frame_size(text);
  if (!size) return Error{size.error().code, "framesize " + size.error().message};
  return *size;
}

Result<std::string> check_number(std::string_view name, int value, int most) {
  if (value >= 1 && value <= most) return std::to_string(value);
  return Error{Errc::invalid,
               std::string(name) + " " + std::to_string(value) + " is not within 1 to " + std::to_string(most)};
}

// The smallest named size that holds the window; null when there is none.
const NamedFrameSize* size_around(const FrameSize& window, const Dialect& dialect) {
  const NamedFrameSize* best = nullptr;
  for (const NamedFrameSize& row : frame_sizes()) {
    const bool holds = row.size.width >= window.width && row.size.height >= window.height;
    if (holds && dialect.has_name(row.name) && (!best || area(row.size) < area(best->size))) best = &row;
  }
  return best;
}

Result<Geometry> geometry_of(const FrameSize& size, const Dialect& dialect, bool is_sensor_jpeg) {
  const NamedFrameSize* around = size_around(size, dialect);
  const std::string text = "framesize '" + frame_size_name(size) + "' ";
  if (around && around->size == size) return Geometry{around->name, std::nullopt};
  if (!around) return Error{Errc::invalid, text + "is larger than any that cameras have a name for (2592x1944)"};
  if (is_sensor_jpeg)
    return Error{Errc::invalid, text + "would have to be cut out of " + std::string(around->name) +
                                    ", which pixformat JPEG does not allow; take a size that cameras have a name for"};
  if (std::min(size.width, size.height) < dialect.smallest_window)
    return Error{Errc::invalid, text + "is smaller than this firmware's windows, " +
                                    std::to_string(dialect.smallest_window) + " pixels each way"};
  return Geometry{around->name, size};
}

// A script of which lines are rewritten: those that begin with `start`, which a template has exactly one of.
class Script {
 public:
  explicit Script(const Dialect& dialect) : dialect_(dialect), text_(dialect.text()) {}

  void rewrite(std::string_view start, std::string_view end) {
    const std::size_t begin = text_.find("\n" + std::string(start)) + 1;  // 0, the first line, when it is not found
    const std::size_t tail = begin + start.size();
    text_.replace(tail, text_.find('\n', tail) - tail, end);
  }

  void assign(std::string_view name, std::string_view value) { rewrite(std::string(name) + " = ", value); }

  // A constant of the camera's module.
  void name(std::string_view name, std::string_view value) {
    assign(name, std::string(dialect_.module) + "." + std::string(value));
  }

  void hint(std::string_view key, std::string_view value) {
    hints_ += " " + std::string(key) + "=" + std::string(value);
  }

  std::string finish() && {
    rewrite("# omv-capture:", hints_);
    return std::move(text_);
  }

 private:
  const Dialect& dialect_;
  std::string text_;
  std::string hints_;
};

Result<void> set_pixformat(Script& script, const std::string& wish) {
  OMV_TRY(const std::string pixformat, check_pixformat(wish));
  script.name("PIXFORMAT", pixformat);
  script.hint("pixformat", pixformat);
  return {};
}

Result<void> set_framesize(Script& script, const Dialect& dialect, const std::string& wish, bool is_sensor_jpeg) {
  OMV_TRY(const FrameSize size, check_framesize(wish));
  OMV_TRY(const Geometry geometry, geometry_of(size, dialect, is_sensor_jpeg));
  script.name("FRAMESIZE", geometry.framesize);
  script.hint("framesize", frame_size_name(size));
  if (geometry.window)
    script.assign("WINDOW",
                  "(" + std::to_string(geometry.window->width) + ", " + std::to_string(geometry.window->height) + ")");
  return {};
}

Result<void> set_number(Script& script, std::string_view key, std::string_view constant, int wish, int most) {
  OMV_TRY(const std::string value, check_number(key, wish, most));
  script.assign(constant, value);
  script.hint(key, value);
  return {};
}

bool is_jpeg(const std::optional<std::string>& pixformat) {
  const auto known = check_pixformat(pixformat.value_or(""));
  return known && *known == "JPEG";
}

Result<std::string> make_script(const Dialect& dialect, const CaptureSettings& settings) {
  Script script(dialect);
  if (settings.pixformat) OMV_CHECK(set_pixformat(script, *settings.pixformat));
  if (settings.framesize) OMV_CHECK(set_framesize(script, dialect, *settings.framesize, is_jpeg(settings.pixformat)));
  if (settings.quality) OMV_CHECK(set_number(script, "quality", "QUALITY", *settings.quality, kMaxQuality));
  if (settings.framerate) OMV_CHECK(set_number(script, "framerate", "FRAMERATE", *settings.framerate, kMaxFramerate));
  return std::move(script).finish();
}

}  // namespace

Result<std::string> make_capture_script(const CaptureSettings& settings) { return make_script(kCsi, settings); }

Result<std::string> make_legacy_capture_script(const CaptureSettings& settings) {
  return make_script(kSensor, settings);
}

}  // namespace omv::camera
