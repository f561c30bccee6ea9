// SPDX-License-Identifier: LGPL-2.1-or-later
// What a host session is told to do, and what it reports.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "omv/base/clock.h"
#include "omv/base/result.h"
#include "omv/camera/frame_memory.h"
#include "omv/camera/host_stats.h"
#include "omv/camera/protocol.h"
#include "omv/camera/v2/protocol_v2.h"

namespace omv::camera {

/// Which form the camera is asked to send frames in (spec: protocol-v2, section 11); usbdbg firmware decides itself.
struct StreamConfig {
  bool raw = false;
  std::uint32_t max_width = 0;  ///< raw: larger frames are scaled down by the camera; not 0
  std::uint32_t max_height = 0;

  bool operator==(const StreamConfig&) const = default;
};

struct HostOptions {
  /// Text to upload and run, after stopping what runs; empty optional: whatever runs goes on.
  std::optional<std::string> script;
  /// What usbdbg cameras run instead, as their firmware has other modules; unset: the same.
  std::optional<std::string> legacy_script;
  StreamConfig stream;
  /// V2: names of channels that a script may register and whose data is read whenever they announce some.
  std::vector<std::string> channels;
  bool crc = true;
  bool ack = false;  ///< only for links that lose bytes; costs a round trip per packet
  std::uint16_t max_payload = kMaxPayload;

  Time answer_timeout = std::chrono::seconds(1);        ///< from the last packet of the answer
  Time connect_timeout = std::chrono::seconds(10);      ///< from start() to Connected, and for every resync
  Time poll_interval = std::chrono::milliseconds(250);  ///< back-up for lost events, and keep-alive
};

/// Who is at the other end.
struct BoardInfo {
  Protocol protocol = Protocol::v2;  ///< v2 or usbdbg
  std::string name;                  ///< "OpenMV RT1062"; "unknown board 1234:5678" when it is not in the table
  std::string serial;                ///< the unique id in hexadecimal, 24 digits
  std::array<std::uint8_t, 3> firmware{};
  std::uint32_t sensor = 0;       ///< chip id of the first one, 0 = none known
  std::uint16_t max_payload = 0;  ///< V2: as negotiated
};

struct Connected {
  BoardInfo board;
};

/// One whole frame. JPEG data ends with EOI.
struct FrameReceived {
  FrameInfo info;
  std::unique_ptr<FrameMemory> memory;  ///< what the allocator gave
  std::size_t size = 0;                 ///< bytes of it that belong to the frame
  Time arrival{0};  ///< of the stream event; of the LOCK's answer when there was none; usbdbg: of the size's answer
  float fps = 0;    ///< the camera's own capture rate, 0 = unknown
};

/// Console text, always whole UTF-8 sequences; what is not UTF-8 became U+FFFD.
struct TextReceived {
  std::string text;
  Time arrival{0};  ///< of the event that announced it; of the text itself when there was none
};

struct ScriptStarted {};
/// The script has ended; its last text still follows (V2: after a Resynced).
struct ScriptEnded {};
/// V2: the camera has re-initialised itself after a script.
struct SoftReboot {};

struct ChannelsListed {
  std::vector<ChannelEntry> channels;
};

/// What one of HostOptions::channels had to say: everything it held.
struct ChannelData {
  std::string channel;
  Bytes data;
  Time arrival{0};  ///< of the event that announced it
};

/// The connection was interrupted and works again.
struct Resynced {
  std::string reason;
};

/// The camera has acknowledged the last request of close().
struct Closed {};

/// Nothing more will come. Errc::timeout: the camera does not answer; unsupported: it answers, but is not what it
/// needs to be; busy: its script does not let itself be stopped; invalid: the options make no sense.
struct ConnectionLost {
  Error error;
};

using HostEvent = std::variant<Connected, FrameReceived, TextReceived, ScriptStarted, ScriptEnded, SoftReboot,
                               ChannelsListed, ChannelData, Resynced, Closed, ConnectionLost>;

}  // namespace omv::camera
