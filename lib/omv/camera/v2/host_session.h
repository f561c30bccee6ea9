// SPDX-License-Identifier: LGPL-2.1-or-later
// The host side of Protocol V2: phases, the plan of set-up requests, and what answers and events do
// (spec: protocol-v2, sections 3-8, 10, 11, 14).
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "omv/camera/host_session.h"
#include "omv/camera/v2/channel_reader.h"
#include "omv/camera/v2/console_reader.h"
#include "omv/camera/v2/host_link.h"
#include "omv/camera/v2/stream_reader.h"

namespace omv::camera {

class V2HostSession final : public HostSession {
 public:
  explicit V2HostSession(HostOptions options, FrameAllocator allocate = allocate_on_heap);

  void start(Time now) override;
  ByteSpan space() override { return link_.buffer().space(); }
  void received(std::size_t count, Time now) override;
  void poll(Time now) override;
  Time next_deadline() const override;
  ConstByteSpan output() const override { return farewell_ ? ConstByteSpan(*farewell_) : link_.output(); }
  void sent(std::size_t count) override;
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
  enum class Phase { idle, syncing, setup, running, over };

  // host_session.cpp: synchronising, time, and the running loop.
  void resync(std::string reason, bool failure, Time now);
  void send_sync(Time now);
  void synchronised(Time now);
  void lose(Errc code, std::string message);
  void handle(const Answer& answer, Time now);
  void handle(const Notice& notice, Time now);
  void handle(Fault fault, Time now);
  void handle_running(const Answer& answer, Time now);
  void take_text(const Answer& answer, Time now);
  void take_frame(const Answer& answer, Time now);
  void take_channel_data(const Answer& answer, Time now);
  const ChannelEntry* watched(std::uint8_t id) const;
  void note_pause(Time now);
  void check_time(Time now);
  void pump(Time now);
  void pump_running(Time now);
  Time work_due() const;

  // host_setup.cpp: from capabilities to the running script.
  void plan(std::initializer_list<Task> tasks) { plan_.insert(plan_.end(), tasks); }
  bool is_planned(Task task) const;
  void plan_stream();
  void plan_upload();
  void send_task(Task task, Time now);
  void send_ioctl(Task task, std::uint8_t channel, ConstByteSpan payload, Time now);
  void send_upload(Time now);
  bool handle_setup(const Answer& answer, Time now);
  bool collect(const Answer& answer, Time now);
  void take_capabilities(const Answer& answer);
  void take_identity(const Answer& answer, Time now);
  void take_channels(const Answer& answer, Time now);
  void take_poll(const Answer& answer, Time now);
  void take_poll_in_setup(bool script_running);
  void plan_stop();
  void take_stop(Time now);
  void take_upload();
  void take_exec();
  void refused(const Answer& answer, Time now);
  void setup_done(Time now);
  void script_started();
  void script_ended();

  std::uint8_t channel(std::string_view name) const;
  bool has_channel(std::string_view name) const;

  HostLink link_;
  std::deque<HostEvent> events_;
  HostOptions options_;
  mutable HostStats stats_;  // the link's part is fetched when it is asked for
  StreamReader stream_;
  ConsoleReader console_;
  ChannelReader channel_reader_;

  Phase phase_ = Phase::idle;
  bool connected_ = false;
  std::string interruption_;  // why it was resynchronised, until that is reported
  int failures_ = 0;          // resyncs since something worked
  Time failing_since_{0};     // the first of them
  Time sync_end_ = kNever;
  Time sync_deadline_ = kNever;
  Time connect_deadline_ = kNever;
  Time poll_due_ = kNever;
  Time last_seen_{0};                    // when the caller came by
  std::optional<Time> reboot_expected_;  // a script has ended: nothing is asked until the camera has re-initialised

  std::deque<Task> plan_;
  Bytes answer_bytes_;  // of an answer in several packets
  BoardInfo board_;
  Caps caps_;
  bool identified_ = false;
  bool stream_configured_ = false;  // and the camera has not rebooted since
  std::vector<ChannelEntry> channels_;

  std::optional<std::string> script_;  // to be run
  std::size_t uploaded_ = 0;
  std::size_t chunk_ = 0;
  bool exec_sent_ = false;
  bool running_ = false;    // a script is
  bool announced_ = false;  // ... and the caller knows
  bool stop_wanted_ = false;
  bool was_stopped_ = false;  // since the script was given
  int stop_tries_ = 0;
  Time end_deadline_ = kNever;  // of the script that was told to stop
  bool held_ = false;
  bool closing_ = false;
  std::optional<Bytes> farewell_;
};

}  // namespace omv::camera
