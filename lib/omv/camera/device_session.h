// SPDX-License-Identifier: LGPL-2.1-or-later
// The device side of a camera protocol as a state machine without I/O: the core of the emulator
// (spec: protocol-v2, protocol-usbdbg).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "omv/base/bytes.h"
#include "omv/base/clock.h"
#include "omv/camera/board.h"
#include "omv/camera/frame_provider.h"
#include "omv/camera/protocol.h"

namespace omv::camera {

struct DeviceOptions {
  const Board* board = &default_board();
  std::array<std::uint32_t, 3> unique_id = {0x11223344, 0x55667788, 0x99AABBCC};
  std::array<std::uint32_t, 3> sensors{};  ///< chip ids, 0 = none
  /// v2: 5.0.0 when unset; usbdbg: usbdbg::kLatest. It decides on the quirks of usbdbg.
  std::optional<std::array<std::uint8_t, 3>> firmware;
  std::string banner;                          ///< first line the prompt prints; made up from the board when empty
  std::optional<std::uint16_t> max_payload;    ///< board's when unset; kMinPayload..65535
  bool ack = true;                             ///< V2: acknowledgements after power-up and every SYNC
  std::optional<std::uint32_t> stream_buffer;  ///< bytes; board's when unset
  Time min_lock_interval = std::chrono::milliseconds(10);
  bool profiler = false;  ///< firmware with the channel "profile"
  /// Text of a script that runs from power-up on, as main.py would.
  std::optional<std::string> main_script;
};

/// What the owner of the link has to do.
enum class DeviceRequest {
  reset,       ///< close the link; the device starts anew
  bootloader,  ///< close the link; it would come back as another USB device
};

/// Used by one thread. The caller moves bytes and time:
///
///   send device.output(), tell device.sent(n, now); while there is output, this may go on as long as it likes;
///   read into device.space() (unless it is empty) until device.next_deadline(), tell device.received(n, now);
///   else device.poll(now).
///
/// A long answer is made while it is being sent, so memory does not grow with the size of a frame.
class DeviceSession {
 public:
  virtual ~DeviceSession() = default;

  /// Power-up: starts main_script if there is one. Call it once, before anything else.
  virtual void start(Time now) = 0;

  /// Room for bytes from the host; empty while the device is too busy to take any.
  virtual ByteSpan space() = 0;
  virtual void received(std::size_t count, Time now) = 0;
  /// The same by copying; the number of bytes taken.
  std::size_t receive(ConstByteSpan bytes, Time now);

  virtual void poll(Time now) = 0;
  /// When something is due though nothing arrives; Time::max() when nothing is.
  virtual Time next_deadline() const = 0;

  /// The next bytes to send. After sent(n) the first n of them are gone and more may have been made.
  virtual ConstByteSpan output() const = 0;
  virtual void sent(std::size_t count, Time now) = 0;

  /// Set when the owner has to act; the session answers nothing any more.
  virtual std::optional<DeviceRequest> request() const = 0;

  virtual bool script_running() const = 0;
  /// The script that runs ends with these last words on the console (a traceback, or nothing).
  virtual void end_script(std::string_view last_words, Time now) = 0;

  /// The host has gone: what was on its way to it must not be the first thing the next one hears. Stream settings,
  /// the script and its text stay.
  virtual void forget_host(Time now) = 0;
};

/// The device side of `protocol`, which is v2 or usbdbg. `provider` outlives the session.
std::unique_ptr<DeviceSession> make_device_session(Protocol protocol, DeviceOptions options, FrameProvider& provider);

}  // namespace omv::camera
