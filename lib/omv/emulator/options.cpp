// SPDX-License-Identifier: LGPL-2.1-or-later
// One row per option: name, help, and how its text is read.
#include "omv/emulator/options.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <vector>

#include "omv/camera/v2/protocol_v2.h"
#include "omv/emulator/board_profile.h"
#include "omv/emulator/option_values.h"
#include "omv/emulator/recording_provider.h"
#include "omv/emulator/scene_provider.h"

namespace omv::emulator {

namespace {

// --- Values ---

constexpr std::uint32_t kLabBuffer = 64 * 1024 * 1024;

Result<PixelFormat> parse_format(std::string_view key, std::string_view value) {
  const auto format = pixel_format_by_name(value);
  if (format && *format != PixelFormat::png && *format != PixelFormat::argb8) return *format;
  std::string allowed;
  for (const PixelFormatInfo& info : pixel_formats())
    if (info.format != PixelFormat::png && info.format != PixelFormat::argb8)
      allowed += (allowed.empty() ? "" : ", ") + std::string(info.name);
  return bad_value(key, value, "one of " + allowed + " is wanted");
}

Result<const camera::Board*> parse_board(std::string_view key, std::string_view value) {
  if (const camera::Board* board = camera::find_board(value)) return board;
  std::string allowed;
  for (const camera::Board& board : camera::boards()) allowed += (allowed.empty() ? "" : ", ") + std::string(board.key);
  return bad_value(key, value, "one of " + allowed + " is wanted");
}

Result<std::array<std::uint32_t, 3>> parse_id(std::string_view key, std::string_view value) {
  std::array<std::uint32_t, 3> id = {};
  const bool is_hex = value.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  if (value.size() != 24 || !is_hex) return bad_value(key, value, "24 hexadecimal digits are wanted");
  for (std::size_t i = 0; i < id.size(); ++i)
    std::from_chars(value.data() + 8 * i, value.data() + 8 * i + 8, id[i], 16);
  return id;
}

Result<camera::Protocol> parse_protocol(std::string_view key, std::string_view value) {
  for (const camera::Protocol protocol : {camera::Protocol::v2, camera::Protocol::usbdbg})
    if (value == camera::to_string(protocol)) return protocol;
  return bad_value(key, value, "v2 or usbdbg is wanted");
}

Result<std::array<std::uint8_t, 3>> parse_firmware(std::string_view key, std::string_view value) {
  std::array<std::uint8_t, 3> version = {};
  const char* at = value.data();
  const char* const end = at + value.size();
  for (std::size_t i = 0; i < version.size(); ++i) {
    const auto [next, error] = std::from_chars(at, end, version[i]);
    const bool is_last = i + 1 == version.size();
    if (error != std::errc() || (is_last ? next != end : next == end || *next != '.'))
      return bad_value(key, value, "three numbers as in 4.8.1 are wanted");
    at = next + 1;
  }
  return version;
}

Result<std::string> parse_path(std::string_view key, std::string_view value) {
  if (value.empty() || value.find('\0') != std::string_view::npos)
    return bad_value(key, value, "the path of an ImageIO recording or of a still is wanted");
  return std::string(value);
}

Result<TriggerBy> parse_trigger_by(std::string_view key, std::string_view value) {
  if (value == "console") return TriggerBy::console;
  if (value == "channel") return TriggerBy::channel;
  return bad_value(key, value, "console or channel is wanted");
}

Result<std::string> parse_line(std::string_view key, std::string_view value) {
  if (value.find_first_of(std::string_view("\0\n", 2)) == std::string_view::npos) return std::string(value);
  return bad_value(key, value, "one line of text is wanted");
}

// --- The options ---

struct Option {
  OptionHelp help;
  Result<void> (*set)(EmulatorOptions& to, std::string_view key, std::string_view value);
};

constexpr auto kMax32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kMaxTicks = (1U << 30) - 1;
constexpr auto kMax64 = std::numeric_limits<std::uint64_t>::max();
using Text = std::string_view;

const Option kOptions[] = {
    {{"pattern", "scene", "What the camera sees: scene, a moving picture that carries its number"},
     [](EmulatorOptions& to, Text key, Text value) -> Result<void> {
       if (value != "scene") return bad_value(key, value, "scene is wanted (or file=PATH)");
       to.file.reset();
       return {};
     }},
    {{"file", "PATH", "An ImageIO recording, or a still (BMP, PGM, PPM, JPEG, PNG), instead of the scene"},
     [](EmulatorOptions& to, Text key, Text value) { return assign(to.file, parse_path(key, value)); }},
    {{"fps", "RATE", "Frames per second; 0: as fast as the host takes them (scene: 30, recording: its own pace)"},
     [](EmulatorOptions& to, Text key, Text value) {
       return assign(to.fps, explain(key, value, FrameRate::parse(value)));
     }},
    {{"size", "SIZE", "Frame size of the scene: QVGA, VGA, HD, ... or WIDTHxHEIGHT (QVGA)"},
     [](EmulatorOptions& to, Text key, Text value) {
       return assign(to.size, explain(key, value, camera::parse_frame_size(value)));
     }},
    {{"format", "FORMAT", "Pixel format of the scene: jpeg, grayscale, rgb565, binary, bayer, yuv422, ... (rgb565)"},
     [](EmulatorOptions& to, Text key, Text value) { return assign(to.format, parse_format(key, value)); }},
    {{"seed", "N", "Another number, another landscape (1)"},
     [](EmulatorOptions& to, Text key, Text value) {
       return assign(to.seed, parse_number<std::uint64_t>(key, value, 0, kMax64));
     }},
    {{"loop", "BOOL", "Begin the recording again at its end (true)"},
     [](EmulatorOptions& to, Text key, Text value) { return assign(to.loop, parse_bool(key, value)); }},
    {{"frames", "N", "The script ends after so many frames (never)"},
     [](EmulatorOptions& to, Text key, Text value) {
       return assign(to.frames, parse_number<std::uint64_t>(key, value, 1, kMax64));
     }},
    {{"quality", "N", "JPEG quality of previews, 1 to 100 (automatic, as the board does)"},
     [](EmulatorOptions& to, Text key, Text value) { return assign(to.quality, parse_number(key, value, 1, 100)); }},
    {{"lock-interval", "MS", "Shortest time between two frames in milliseconds, a limit of real cameras (10)"},
     [](EmulatorOptions& to, Text key, Text value) {
       return assign(to.lock_interval_ms, parse_number<std::uint32_t>(key, value, 0, 60'000));
     }},
    {{"max-payload", "BYTES", "Largest payload of a packet, up to 65535 (the board's)"},
     [](EmulatorOptions& to, Text key, Text value) {
       return assign(to.max_payload, parse_number<std::uint16_t>(key, value, camera::kMinPayload, 65535));
     }},
    {{"stream-buffer", "BYTES",
      "Memory for one frame; what does not fit becomes JPEG (the board's; 67108864 without a board)"},
     [](EmulatorOptions& to, Text key, Text value) {
       return assign(to.stream_buffer, parse_number<std::uint32_t>(key, value, 1024, kMax32));
     }},
    {{"board", "BOARD", "Which board to be, in everything: rt1062, m7, h7plus, n6, ... (rt1062 without its limits)"},
     [](EmulatorOptions& to, Text key, Text value) { return assign(to.board, parse_board(key, value)); }},
    {{"id", "HEX", "Unique id, 24 hexadecimal digits"},
     [](EmulatorOptions& to, Text key, Text value) { return assign(to.id, parse_id(key, value)); }},
    {{"protocol", "PROTOCOL", "What it speaks: v2, or usbdbg as firmware before 5.0 does (what the firmware speaks)"},
     [](EmulatorOptions& to, Text key, Text value) { return assign(to.protocol, parse_protocol(key, value)); }},
    {{"firmware", "VERSION", "Which firmware to be, with its quirks: 5.0.0, 4.8.1, 4.5.9, 3.9.1, ... (the latest)"},
     [](EmulatorOptions& to, Text key, Text value) { return assign(to.firmware, parse_firmware(key, value)); }},
    {{"name", "NAME", "URIs with the same name mean the same camera of this process (a new one each time)"},
     [](EmulatorOptions& to, Text key, Text value) { return assign(to.name, parse_line(key, value)); }},
    {{"profile", "BOOL", "Firmware with the profiler's channel (false)"},
     [](EmulatorOptions& to, Text key, Text value) { return assign(to.profiler, parse_bool(key, value)); }},
    {{"report", "BOOL", "The script prints its rate once a second (true)"},
     [](EmulatorOptions& to, Text key, Text value) { return assign(to.report, parse_bool(key, value)); }},
    {{"triggers", "N", "The script raises a trigger in front of every Nth frame (never)"},
     [](EmulatorOptions& to, Text key, Text value) {
       return assign(to.script.triggers, parse_number<std::uint64_t>(key, value, 0, kMax64));
     }},
    {{"trigger-by", "HOW", "console: a line of JSON behind 0x1E; channel: the script's channel 'trigger' (console)"},
     [](EmulatorOptions& to, Text key, Text value) {
       return assign(to.script.trigger_by, parse_trigger_by(key, value));
     }},
    {{"drift", "PPM", "By how much the camera's clock is fast (0)"},
     [](EmulatorOptions& to, Text key, Text value) {
       return assign(to.script.drift_ppm, parse_number<std::int32_t>(key, value, -100'000, 100'000));
     }},
    {{"ticks-offset", "MS", "What the camera's clock shows at power-up, below 2^30 (0)"},
     [](EmulatorOptions& to, Text key, Text value) {
       return assign(to.script.ticks_offset, parse_number<std::uint32_t>(key, value, 0, kMaxTicks));
     }},
    {{"stdout", "TEXT", "A line that the script prints again and again (none)"},
     [](EmulatorOptions& to, Text key, Text value) { return assign(to.script.text, parse_line(key, value)); }},
    {{"stdout-rate", "N", "How often per second; 0: with each frame (0)"},
     [](EmulatorOptions& to, Text key, Text value) {
       return assign(to.script.text_rate, parse_number<std::uint32_t>(key, value, 0, 1'000'000));
     }},
};

Error unknown_option(Text key, Text value) {
  std::string allowed;
  for (const OptionHelp& help : option_help()) allowed += (allowed.empty() ? "" : ", ") + std::string(help.name);
  return {Errc::invalid, std::string(key) + "=" + std::string(value) + ": there is no option '" + std::string(key) +
                             "', only " + allowed};
}

// --- URIs ---

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

Result<std::string> url_decode(Text text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto high = i + 1 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    if (!high || !low)
      return Error{Errc::invalid, "'" + std::string(text) + "': % is not followed by two hexadecimal digits"};
    decoded += static_cast<char>(*high << 4 | *low);
    i += 2;
  }
  return decoded;
}

Result<void> set_pair(EmulatorOptions& options, Text pair) {
  const std::size_t equals = pair.find('=');
  if (equals == Text::npos) return Error{Errc::invalid, "'" + std::string(pair) + "': an option is written key=value"};
  OMV_TRY(const std::string key, url_decode(pair.substr(0, equals)));
  OMV_TRY(const std::string value, url_decode(pair.substr(equals + 1)));
  return set_option(options, key, value);
}

PreviewOptions preview_options(const EmulatorOptions& options) {
  return {profile_of(board_of(options)).quality, options.quality, stream_buffer_of(options)};
}

Result<void> check_usbdbg(const EmulatorOptions& options) {
  if (options.script.trigger_by == TriggerBy::channel)
    return Error{Errc::invalid, "trigger-by=channel: usbdbg has no channels, only the console"};
  if (options.profiler) return Error{Errc::invalid, "profile=true: only v2 has the profiler's channel"};
  return {};
}

template <typename Provider>
Result<std::unique_ptr<camera::FrameProvider>> on_heap(Result<Provider> provider) {
  if (!provider) return std::move(provider).error();
  return std::unique_ptr<camera::FrameProvider>(std::make_unique<Provider>(*std::move(provider)));
}

}  // namespace

const camera::Board& board_of(const EmulatorOptions& options) {
  return options.board != nullptr ? *options.board : camera::default_board();
}

std::uint32_t stream_buffer_of(const EmulatorOptions& options) {
  return options.stream_buffer.value_or(options.board != nullptr ? options.board->stream_buffer : kLabBuffer);
}

std::uint64_t link_rate_of(const EmulatorOptions& options) {
  return options.faults.link.rate.value_or(options.board != nullptr ? profile_of(*options.board).link_rate : 0);
}

std::span<const OptionHelp> option_help() {
  static const std::vector<OptionHelp> help = [] {
    std::vector<OptionHelp> rows;
    for (const Option& option : kOptions) rows.push_back(option.help);
    for (const OptionHelp& fault : fault_help()) rows.push_back(fault);
    return rows;
  }();
  return help;
}

Result<void> set_option(EmulatorOptions& options, std::string_view key, std::string_view value) {
  for (const Option& option : kOptions)
    if (option.help.name == key) return option.set(options, key, value);
  if (auto fault = set_fault(options.faults, key, value)) return *std::move(fault);
  return unknown_option(key, value);
}

Result<EmulatorOptions> parse_options(std::string_view query) {
  EmulatorOptions options;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    OMV_CHECK(set_pair(options, query.substr(0, end)));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return options;
}

Result<camera::Protocol> protocol_of(const EmulatorOptions& options) {
  constexpr std::uint8_t kFirstV2 = 5;
  const bool is_old = options.firmware && options.firmware->front() < kFirstV2;
  const camera::Protocol natural = is_old ? camera::Protocol::usbdbg : camera::Protocol::v2;
  const camera::Protocol protocol = options.protocol.value_or(natural);
  if (options.firmware && protocol != natural)
    return Error{Errc::invalid, std::string("protocol=") + camera::to_string(protocol) +
                                    (is_old ? ": firmware before 5.0.0 speaks usbdbg" : ": firmware 5 speaks v2")};
  if (protocol == camera::Protocol::usbdbg) OMV_CHECK(check_usbdbg(options));
  return protocol;
}

Result<std::unique_ptr<camera::FrameProvider>> make_provider(const EmulatorOptions& options) {
  const PreviewOptions preview = preview_options(options);
  if (options.file)
    return on_heap(
        RecordingProvider::open(*options.file, {options.fps, options.loop, options.frames, preview, options.report}));
  SceneOptions scene;
  scene.width = options.size.width;
  scene.height = options.size.height;
  scene.format = options.format;
  scene.rate = options.fps.value_or(scene.rate);
  scene.seed = options.seed;
  scene.frames = options.frames;
  scene.preview = preview;
  scene.report = options.report;
  return on_heap(SceneProvider::create(scene));
}

}  // namespace omv::emulator
