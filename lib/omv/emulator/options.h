// SPDX-License-Identifier: LGPL-2.1-or-later
// The options of an emulated camera, as a URI's query and as a command line write them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "omv/base/result.h"
#include "omv/camera/board.h"
#include "omv/camera/frame_provider.h"
#include "omv/camera/frame_sizes.h"
#include "omv/camera/protocol.h"
#include "omv/emulator/emulated_script.h"
#include "omv/emulator/faults.h"
#include "omv/emulator/frame_rate.h"
#include "omv/image/pixel_format.h"

namespace omv::emulator {

struct EmulatorOptions {
  std::optional<std::string> file;  ///< an ImageIO recording or a still instead of the scene
  std::optional<FrameRate> fps;     ///< scene: 30; recording: its own pace
  camera::FrameSize size = {320, 240};
  PixelFormat format = PixelFormat::rgb565;
  std::uint64_t seed = 1;
  bool loop = true;
  std::optional<std::uint64_t> frames;
  std::optional<int> quality;
  std::uint32_t lock_interval_ms = 10;
  std::optional<std::uint16_t> max_payload;
  bool ack = true;  ///< acknowledgements until the host negotiates
  std::optional<std::uint32_t> stream_buffer;
  const camera::Board* board = nullptr;  ///< null: the lab's camera, see board_of()
  std::optional<std::array<std::uint32_t, 3>> id;
  std::optional<camera::Protocol> protocol;             ///< what firmware speaks; else v2
  std::optional<std::array<std::uint8_t, 3>> firmware;  ///< the latest that speaks the protocol
  std::optional<std::string> name;                      ///< `emulator:` URIs with the same name mean the same camera
  bool profiler = false;
  bool report = true;  ///< the script prints a line per second
  ScriptOptions script;
  Faults faults;
};

/// The protocol asked for, or that of the firmware. Errc::invalid when the two contradict each other, or
/// when another option asks for what only v2 has.
Result<camera::Protocol> protocol_of(const EmulatorOptions& options);

/// A board that was named is that board in everything, link rate included. The lab's camera is the default board with
/// as fast a link and as large a stream buffer as anybody may want; each value can be set by itself.
const camera::Board& board_of(const EmulatorOptions& options);
std::uint32_t stream_buffer_of(const EmulatorOptions& options);
/// Bytes per second; 0: unlimited.
std::uint64_t link_rate_of(const EmulatorOptions& options);

/// All options, faults included; names are those of set_option().
std::span<const OptionHelp> option_help();

/// Sets one option from text. Errc::invalid names key, value and what is allowed.
Result<void> set_option(EmulatorOptions& options, std::string_view key, std::string_view value);

/// "pattern=scene&fps=30&file=%2Ftmp%2Fa.bin"; '+' is a plus sign. The last of several equal keys counts.
/// An empty query gives the defaults. Errors as set_option(), and Errc::invalid for a broken %XX.
Result<EmulatorOptions> parse_options(std::string_view query);

/// What the emulated camera sees. Errors of SceneProvider::create() and RecordingProvider::open().
Result<std::unique_ptr<camera::FrameProvider>> make_provider(const EmulatorOptions& options);

}  // namespace omv::emulator
