// SPDX-License-Identifier: LGPL-2.1-or-later
// The device side of the USB debug protocol, generation by generation (spec: protocol-usbdbg).
#pragma once

#include <optional>
#include <string>

#include "omv/camera/device_session.h"
#include "omv/camera/script_life.h"
#include "omv/camera/usbdbg/frame_slot.h"
#include "omv/camera/usbdbg/usbdbg.h"

namespace omv::camera {

/// DeviceOptions::firmware decides which commands there are and which quirks; whether the board's USB stack is TinyUSB
/// stands in the board table. What arrives in one received() counts as one USB packet where only a packet's first
/// bytes matter. A command and its data may arrive together, though a real camera would lose the data: a byte stream
/// does not keep writes apart. min_lock_interval, max_payload, ack and profiler mean nothing
/// here, and a script has no channels.
class UsbdbgDeviceSession final : public DeviceSession, private ScriptOwner {
 public:
  UsbdbgDeviceSession(DeviceOptions options, FrameProvider& provider);

  void start(Time now) override;
  ByteSpan space() override;
  void received(std::size_t count, Time now) override;
  void poll(Time now) override { work(now); }
  Time next_deadline() const override;
  ConstByteSpan output() const override;
  void sent(std::size_t count, Time now) override;
  std::optional<DeviceRequest> request() const override { return request_; }
  bool script_running() const override { return script_.running(); }
  void end_script(std::string_view last_words, Time now) override;
  /// A lock stays: that is what FB_ENABLE 0 is for. So does a fatal error.
  void forget_host(Time now) override;

  /// The firmware has met a packet that it takes for a fatal error: only another power-up helps.
  bool halted() const { return halted_; }

 private:
  // Bytes and time.
  void work(Time now);
  bool take_input(Time now);
  bool stray();
  Time stall_end() const;
  void check_stall(Time now);
  void end_data_phase();
  std::size_t take_data(ConstByteSpan bytes, Time now);

  // Commands.
  void begin(const usbdbg::Command& command, Time now);
  void answer(const usbdbg::Command& command, Time now);
  void act(usbdbg::Request request, Time now);
  bool wants_data(usbdbg::Request request) const;
  void finish_data(Time now);
  void reply(ConstByteSpan bytes, std::uint32_t length);
  void reply_word(std::uint32_t word, std::uint32_t length);
  void reply_state(std::uint32_t length, Time now);
  void reply_text(std::uint32_t length);
  void begin_upload();
  void execute(Time now);
  void start_script(std::string text, Time now);
  void stop(Time now);

  // ScriptOwner.
  bool frame_waits() const override { return frame_.occupied(); }
  void frame_due(Time now) override;
  void script_over(std::string_view last_words, Time now) override;

  DeviceOptions options_;
  usbdbg::FirmwareVersion firmware_;
  FrameProvider& provider_;
  ScriptLife script_;
  usbdbg::FrameSlot frame_;
  std::optional<DeviceRequest> request_;
  bool halted_ = false;

  Bytes input_;  // kInputSize of room
  std::size_t filled_ = 0;
  Bytes output_;
  std::size_t sent_ = 0;
  usbdbg::Command command_;      // whose data phase it is
  std::uint32_t data_left_ = 0;  // of it
  Bytes data_;                   // of short ones
  Time last_progress_{0};
  bool upload_ignored_ = false;  // a script ran when EXEC came
  std::string upload_;
  std::optional<Time> last_state_frame_;
};

}  // namespace omv::camera
