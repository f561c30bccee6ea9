// SPDX-License-Identifier: LGPL-2.1-or-later
// What texts of options may be, asked of those who will read them.
#include <algorithm>
#include <charconv>

#include "omv/camera/device_address.h"
#include "omv/camera/frame_sizes.h"
#include "omv/emulator/options.h"
#include "omv/formats/format.h"
#include "rig/host_port.h"
#include "rig/location.h"
#include "rig/option_tables.h"
#include "rig/suggest.h"

namespace omv::rig::detail {

namespace {

constexpr std::size_t kLeastToken = 12;
constexpr std::array<std::string_view, 6> kPixformats = {"BINARY", "GRAYSCALE", "RGB565", "BAYER", "YUV422", "JPEG"};
constexpr std::array<std::string_view, 3> kStreamSchemes = {"rtsp://", "srt://", "tcp://"};
constexpr std::array<std::string_view, 2> kMqttSchemes = {"mqtt://", "mqtts://"};

Error wrong(std::string why) { return {Errc::invalid, std::move(why)}; }

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

bool is_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return failed == std::errc() && end == digits.data() + digits.size() && port > 0;
}

Result<void> valid_url(std::string_view url, std::span<const std::string_view> schemes) {
  const bool is_known =
      std::any_of(schemes.begin(), schemes.end(), [url](std::string_view scheme) { return url.starts_with(scheme); });
  const auto [host, port] = host_port_of(url);
  if (!is_known || host.empty()) return wrong("it begins with " + list_text(schemes) + " and a host");
  if (has_control(url) || url.find(' ') != std::string_view::npos) return wrong("it has a space");
  if (port && !is_port(*port)) return wrong("its port is not from 1 to 65535");
  if (!port && (url.starts_with("tcp://") || url.starts_with("srt://"))) return wrong("it has no port");
  return {};
}

// The list of all options that the emulator shows is long; the one that was meant will do.
Result<void> valid_emulator(std::string_view query) {
  const auto options = emulator::parse_options(query);
  if (options) return {};
  const std::string& why = options.error().message;
  const std::size_t list = why.find(", only ");
  if (list == std::string::npos) return wrong(why);
  std::vector<std::string_view> keys;
  for (const auto& row : emulator::option_help()) keys.push_back(row.name);
  const std::string cure = did_you_mean(std::string_view(why).substr(0, why.find('=')), keys);
  return wrong(why.substr(0, list) + (cure.empty() ? " (`omv emulate --help` lists them)" : cure));
}

}  // namespace

Result<void> not_empty(std::string_view text) {
  if (text.empty()) return wrong("it is empty");
  return {};
}

Result<void> valid_name(std::string_view text) {
  const bool fits = !text.empty() && text.size() <= 48 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (!fits || text.front() == '-') return wrong("a name has up to 48 letters, digits, '-' and '_'");
  return {};
}

Result<void> valid_device(std::string_view text) {
  const auto address = camera::parse_device_address(text);
  if (!address) return wrong("it " + address.error().message.substr(address.error().message.find("' ") + 2));
  const auto* emulated = std::get_if<camera::EmulatorAddress>(&*address);
  return emulated != nullptr ? valid_emulator(emulated->query) : Result<void>();
}

Result<void> valid_pixformat(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  if (std::find(kPixformats.begin(), kPixformats.end(), upper) != kPixformats.end()) return {};
  return wrong("cameras capture " + list_text(kPixformats) + did_you_mean(text, kPixformats));
}

Result<void> valid_framesize(std::string_view text) {
  if (camera::parse_frame_size(text)) return {};
  std::vector<std::string_view> names;
  for (const auto& row : camera::frame_sizes()) names.push_back(row.name);
  return wrong("a frame size is a name like QVGA, or 320x240" + did_you_mean(text, names));
}

Result<void> valid_location(std::string_view text) {
  if (text.starts_with('/')) return wrong("it is below the directory of [storage] and does not begin with '/'");
  if (text.ends_with('/')) return wrong("it ends with '/', where a name belongs");
  if (("/" + std::string(text) + "/").find("/../") != std::string::npos) return wrong("it leads out of its directory");
  const auto pattern = parse_location(text);
  if (!pattern) return wrong(pattern.error().message);
  return {};
}

Result<void> valid_listen(std::string_view text) {
  const auto [host, port] = split_host_port(text);
  if (host.empty() || !port || !is_port(*port)) return wrong("it is HOST:PORT with a port from 1 to 65535");
  if (!text.starts_with('[') && host.find(':') != std::string_view::npos) return wrong("an IPv6 address stands in [ ]");
  return {};
}

Result<void> valid_token(std::string_view text) {
  if (text.size() < kLeastToken) return wrong("it is shorter than 12 characters");
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (!printable) return wrong("it has other characters than printable ASCII");
  return {};
}

Result<void> valid_stream_url(std::string_view text) { return valid_url(text, kStreamSchemes); }

Result<void> valid_mqtt_url(std::string_view text) { return valid_url(text, kMqttSchemes); }

Result<void> valid_topic(std::string_view text) {
  if (text.empty() || text.size() > 200 || has_control(text)) return wrong("a topic has 1 to 200 characters");
  if (text.find_first_of("+#") != std::string_view::npos) return wrong("'+' and '#' are for listening only");
  return {};
}

Result<void> valid_topic_filter(std::string_view text) {
  if (text.empty() || text.size() > 200 || has_control(text)) return wrong("a topic has 1 to 200 characters");
  for (std::size_t at = text.find_first_of("+#"); at != std::string_view::npos; at = text.find_first_of("+#", at + 1)) {
    const bool begins = at == 0 || text[at - 1] == '/';
    const bool ends = at + 1 == text.size() || (text[at] == '+' && text[at + 1] == '/');
    if (!begins || !ends) return wrong("'+' stands for one whole level, '#' for all at the end");
  }
  return {};
}

Result<void> valid_pipeline(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\n");
  if (last == std::string_view::npos) return wrong("it is empty");
  if (text[last] == '!') return wrong("it ends with '!', which the rig adds itself");
  if (text[text.find_first_not_of(" \t\n")] == '!') return wrong("it begins with '!'");
  return {};
}

}  // namespace omv::rig::detail
