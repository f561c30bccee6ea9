// SPDX-License-Identifier: LGPL-2.1-or-later
// The host side of the USB debug protocol: one command after the other, and what their answers mean
// (spec: protocol-usbdbg, sections 2 to 6).
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "omv/camera/host_session.h"
#include "omv/camera/text_decoder.h"
#include "omv/camera/usbdbg/command_link.h"
#include "omv/camera/usbdbg/frame_reader.h"

namespace omv::camera {

/// What differs from other protocols: the camera never speaks first, so everything is polled, and a frame's arrival is
/// the time of the answer that announced it. Nothing recovers inside of the protocol: an answer that does not come ends
/// the session (Errc::timeout), as do bytes nobody asked for; the owner opens the port again. configure() and
/// HostOptions::stream change nothing, because the firmware itself decides what it sends raw.
/// HostOptions::legacy_script runs when it is set, else script. crc, ack, channels and max_payload mean nothing here.
class UsbdbgHostSession final : public HostSession {
 public:
  explicit UsbdbgHostSession(HostOptions options, FrameAllocator allocate = allocate_on_heap);

  void start(Time now) override;
  ByteSpan space() override { return link_.space(); }
  void received(std::size_t count, Time now) override;
  void poll(Time now) override;
  Time next_deadline() const override;
  ConstByteSpan output() const override { return link_.output(); }
  void sent(std::size_t count) override { link_.sent(count); }
  bool has_event() const override { return !events_.empty(); }
  HostEvent take_event() override;
  void execute(std::string script, Time now) override;
  void stop(Time now) override;
  void configure(const StreamConfig& stream, Time now) override;
  void hold(bool held, Time now) override;
  void close(bool stop_script, Time now) override;
  void farewell() override;
  bool over() const override { return phase_ == Phase::over; }
  const HostStats& stats() const override;

 private:
  enum class Phase { idle, draining, setup, running, over };
  /// A command and why it is given.
  enum class Step {
    version,
    arch,
    sensor,
    stop,
    await_end,     ///< SCRIPT_RUNNING until it is 0
    release,       ///< FB_ENABLE 0: drops a lock
    enable,        ///< FB_ENABLE 1
    empty_upload,  ///< SCRIPT_RUNNING: firmware 4.8 clears the upload buffer by it
    upload,
    await_start,  ///< SCRIPT_RUNNING until it is 1
    start_text,   ///< TX_BUF_LEN: has it run and ended already?
    running,
    text_size,
    text,
    state,
    frame_size,
    frame_dump,
    last_word,  ///< SCRIPT_RUNNING: what went before it has arrived
  };

  // host_session.cpp: time, the running loop, the caller's wishes.
  void lose(Error error);
  void end(HostEvent event);
  void drain(std::size_t count, Time now);
  void note_pause(Time now);
  bool check_time(Time now);
  Time patience_end() const;
  void do_without();
  void pump(Time now);
  void begin_cycle(Time now);
  void handle_answer(Time now);
  void take_text_size(Time now);
  void take_text();
  void take_state(Time now);
  void take_frame_size(Time now);
  void announce(const usbdbg::FrameShape& shape, Time now);
  void take_frame(Time now);
  void add_text(ConstByteSpan bytes, Time arrival);

  // host_setup.cpp: who is there, and the life of scripts.
  void plan(std::initializer_list<Step> steps) { plan_.insert(plan_.end(), steps); }
  void plan_run();
  void send_step(Step step, Time now);
  void send_upload(Time now);
  void take_version();
  void take_arch();
  void take_sensor();
  void connected();
  bool take_running(bool& running);
  void take_end(Time now);
  void take_start(Time now);
  void take_start_text(Time now);
  void note_script(bool running);
  void setup_done();

  HostOptions options_;
  mutable HostStats stats_;  // the link's part is fetched when it is asked for
  usbdbg::CommandLink link_;
  usbdbg::FrameReader frames_;
  TextDecoder decoder_;
  std::deque<HostEvent> events_;
  BoardInfo board_;

  Phase phase_ = Phase::idle;
  Bytes babble_;  // what came before anything was asked
  Time drain_end_{0};
  Time drain_limit_{0};
  Time last_seen_{0};  // when the caller came by
  std::deque<Step> plan_;
  Step current_ = Step::version;  // of the command in flight
  Time resume_at_{0};             // the plan goes on
  Time cycle_due_{0};
  Time running_due_{0};
  Time text_arrival_{0};
  bool more_text_ = false;
  bool has_state_ = false;   // GET_STATE instead of FRAME_SIZE and SCRIPT_RUNNING
  bool state_seen_ = false;  // it has been answered

  std::optional<std::string> script_;  // to be run
  std::string uploaded_;
  int upload_tries_ = 0;
  Time start_deadline_{0};
  bool connected_ = false;
  bool running_ = false;    // a script is
  bool announced_ = false;  // ... and the caller knows
  bool stop_wanted_ = false;
  int stop_tries_ = 0;
  Time end_deadline_{0};
  bool held_ = false;
  bool closing_ = false;
};

}  // namespace omv::camera
