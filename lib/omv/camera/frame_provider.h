// SPDX-License-Identifier: LGPL-2.1-or-later
// What an emulated camera sees: the device side asks for frames, the provider makes them.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "omv/base/clock.h"
#include "omv/base/result.h"
#include "omv/camera/dynamic_channel.h"
#include "omv/image/image.h"

namespace omv::camera {

/// What the host asked the stream channel for (spec: protocol-v2, section 11), or what usbdbg firmware decides.
struct StreamRequest {
  bool raw = false;             ///< GRAYSCALE, RGB565 and BINARY as they are; everything else as JPEG
  std::uint32_t max_width = 0;  ///< raw frames beyond this are scaled down
  std::uint32_t max_height = 0;
  std::uint64_t max_bytes = std::numeric_limits<std::uint64_t>::max();  ///< larger pictures become JPEG
  bool binary = true;                                                   ///< BINARY may be raw, too
};

/// One frame on its way to the host. `data` is valid until the next call of the provider.
struct CapturedFrame {
  FrameInfo info;
  ConstByteSpan data;
  float fps = 0;  ///< capture rate, 0 = unknown
  /// A fault: what the header claims of a compressed frame instead of data.size().
  std::optional<std::uint32_t> claimed_bytes = std::nullopt;
};

/// Source of an emulated camera's frames. Used by one thread.
class FrameProvider {
 public:
  virtual ~FrameProvider() = default;

  /// A script begins to run; frames exist from now on. `script` is the uploaded text, never interpreted
  /// beyond what the provider documents.
  virtual void start(Time now, std::string_view script) = 0;

  /// When the next frame exists; a time in the past (or now) when there is one already, nullopt when there will be
  /// no more (the script ends, once the host has taken the frame that waits in the stream buffer).
  virtual std::optional<Time> due(Time now) = 0;

  /// Takes the frame that is due, in the form the host asked for. An error ends the script with a traceback; its
  /// message is the exception ("OSError: …" when it names none).
  virtual Result<CapturedFrame> capture(const StreamRequest& request, Time now) = 0;

  /// The frame that is due passes unseen because the stream buffer is still occupied. A provider without
  /// a rate of its own ("as fast as the host takes them") keeps the frame for the next capture instead.
  virtual void skip(Time now) = 0;

  /// Text that the script has printed since the last call, to be taken by stdout; usually empty.
  virtual std::string_view take_output() = 0;

  /// The channels that the script registers when it starts; asked after start(). They live until the next start().
  virtual std::span<DynamicChannel* const> channels() { return {}; }
};

}  // namespace omv::camera
