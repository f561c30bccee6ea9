// SPDX-License-Identifier: LGPL-2.1-or-later
// What stands between a running rig and the process it runs in: signals, the file, the end.
#include "runner/rig_runner.h"

#include <gst/gst.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "omv/storage/directories.h"
#include "rig/reader.h"
#include "rig/units.h"
#include "runner/files/disk_thread.h"
#include "runner/files/file_intake.h"
#include "runner/files/keeper.h"
#include "runner/files/outbox.h"
#include "runner/guarded.h"
#include "runner/messages/broker.h"
#include "runner/messages/notifier.h"
#include "runner/page_host.h"
#include "runner/previews/clip_animator.h"
#include "runner/previews/previews.h"
#include "runner/rig_control.h"
#include "runner/running_rig.h"
#include "runner/service_manager.h"
#include "runner/status_board.h"
#include "runner/status_line.h"
#include "runner/triggers/wall_timer.h"

namespace omv::runner {

namespace {

using namespace std::chrono_literals;

constexpr Time kLook = 1s;         // at the disk
constexpr Time kAnswer = 30s;      // that a disk may take before it is told
constexpr Time kLastLook = 5s;     // that it may take when the rig has ended
constexpr Time kMountRetry = 10s;  // for a disk that is back and of no use
constexpr Time kPublish = 200ms;

std::string count_text(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// What is wrong with a rig file, for people who have just started it.
void print(const std::string& path, const rig::Report& report) {
  for (const rig::Diagnostic& diagnostic : report.diagnostics())
    std::fprintf(stderr, "%s\n", rig::to_text(path, diagnostic).c_str());
}

Result<void> make_directories(const rig::Rig& rig) {
  if (!is_reachable(rig.storage)) return {};
  OMV_CHECK(storage::make_directories(rig.storage.directory, false));
  const bool has_hooks = std::any_of(rig.records.begin(), rig.records.end(),
                                     [](const rig::Record& record) { return !record.hook.empty(); });
  if (!has_hooks) return {};
  const std::filesystem::path outbox = std::filesystem::path(rig.storage.directory) / rig.storage.outbox;
  return storage::make_directories(outbox.string(), false);
}

class RigRunner final : RunningRig::Listener {
 public:
  explicit RigRunner(std::string path) : path_(std::move(path)) {}

  Outcome run();

  /// False: a disk that hangs holds a thread that still needs this object.
  bool can_go() { return disk_thread_.finish(kLastLook); }

 private:
  // What the disk says.
  struct DiskLook {
    bool is_mounted_otherwise = false;
    std::vector<FinishedFile> overdue;
    std::string obstacle;
  };

  Outcome start(const rig::Rig& rig);
  Result<void> prepare(const rig::Rig& rig);
  Result<void> prepare_another(const rig::Rig& rig);
  Result<void> prepare_storage(const rig::Rig& rig);
  void follow_mount(bool is_otherwise);
  void watch_signals();
  void look_at_disk();
  DiskLook ask_disk(bool is_anybody_leaving);
  void tidy();
  void on_disk(const DiskLook& look);
  void miss_disk();
  void run_as_wanted();
  void publish();
  void make_missing_previews();
  void reload();
  std::string read_again();
  void look_at_directory();
  void stop();
  void stop_at_once(const std::string& why);
  void end(Outcome outcome);

  void on_log(const LogLine& line);
  void on_file(const Branch& branch, const FinishedFile& file) override;
  void on_camera_state(const CameraPipeline& camera) override;
  void on_trigger(const std::string& trigger) override;
  void on_stopped() override;

  const std::string path_;
  std::filesystem::path whole_path_;  // with links as they may be switched
  EventLoop loop_;
  Timebase timebase_;
  Log log_;
  Broker broker_{log_};
  Keeper keeper_{log_};
  const Services services_{loop_, timebase_, log_, keeper_.expect(), &broker_};
  ServiceManager manager_{loop_};
  rig::Rig rig_;
  ClipAnimator animator_{log_, [this](const std::string& path) { keeper_.measure_preview(path); }};
  Outbox outbox_{services_, [this](const std::string& path) { keeper_.release(path); }};
  Notifier notifier_{services_};
  FileIntake intake_{services_, keeper_, outbox_};
  std::optional<RunningRig> running_;
  Previews previews_;
  StatusBoard board_;
  std::optional<RigControl> control_;  // goes before what it hands on to
  std::optional<PageHost> page_;       // goes before the control
  Watch disk_;
  std::optional<Time> asked_;  // when the disk was, and has not answered
  bool ask_again_ = false;
  bool is_missed_ = false;  // it has been told that the disk does not answer
  Watch publish_;
  std::string obstacle_;
  std::string mount_error_;  // that was told
  Time mount_retry_{0};      // when what is mounted is looked at again
  std::vector<Watch> signals_;
  Watch deadline_;
  bool stopping_ = false;
  bool is_over_ = false;  // but for those who are told
  bool reloaded_ = false;
  std::optional<Outcome> outcome_;
  DiskThread disk_thread_;
};

Outcome RigRunner::run() {
  const auto text = rig::read_text_file(path_);
  if (!text) {
    log_.error("rig", text.error().message);
    return Outcome::failed;
  }
  const rig::Checked checked = rig::read_rig(*text, rig::this_machine());
  print(path_, checked.report);
  const std::filesystem::path directory = std::filesystem::path(path_).parent_path();
  std::error_code failed;
  whole_path_ = std::filesystem::absolute(path_, failed);
  if (!failed && !directory.empty()) std::filesystem::current_path(directory, failed);
  if (failed) {
    log_.error("rig", directory.string() + ": " + failed.message());
    return Outcome::failed;
  }
  return checked.ok() ? start(checked.rig) : Outcome::wrong_rig;
}

Outcome RigRunner::start(const rig::Rig& rig) {
  rig_ = rig;
  log_.configure(rig_.general.log_level, rig_.general.log_format);
  log_.set_listener([this](const LogLine& line) { loop_.post([this, line] { on_log(line); }); });
  const auto prepared = prepare(rig_);
  if (!prepared) {
    log_.error("disk", prepared.error().message);
    return Outcome::failed;
  }
  watch_signals();
  running_.emplace(services_, static_cast<RunningRig::Listener&>(*this));
  on_disk(ask_disk(true));
  disk_ = loop_.every(kLook, [this] {
    look_at_disk();
    const std::string line = status_line(control_->status());
    log_.show_status(line);
    manager_.status(line);
  });
  control_.emplace(keeper_, running_->triggers(), previews_);
  page_.emplace(loop_, *control_, log_);
  run_as_wanted();
  make_missing_previews();
  publish_ = loop_.every(kPublish, [this] { publish(); });
  log_.info("started", "rig " + rig_.general.name_of_rig + " runs: " + count_text(rig_.cameras.size(), "camera") +
                           ", " + count_text(rig_.triggers.size(), "trigger") + ", " +
                           count_text(rig_.records.size(), "record"));
  manager_.ready();
  loop_.run();
  page_.reset();
  running_.reset();
  return outcome_.value_or(Outcome::failed);
}

void RigRunner::run_as_wanted() {
  running_->apply(rig_);
  previews_.set_cameras(running_->cameras());
  publish();
  page_->apply(rig_.general);
}

void RigRunner::publish() {
  previews_.tend();
  control_->publish(board_.look({rig_.general.name_of_rig, *running_, keeper_, outbox_, animator_}, timebase_.now()));
}

// What an earlier run had no time for.
void RigRunner::make_missing_previews() {
  for (const rig::Record& record : rig_.records) {
    if (record.preview != rig::Preview::gif) continue;
    FileQuery query;
    query.record = record.name;
    for (const FileEntry& file : keeper_.files(query).files)
      if (std::error_code unknown; !std::filesystem::exists(preview_path_of(file.path), unknown))
        animator_.add(record, {file.path, file.frames, file.duration});
  }
}

// What must be there before anything runs. Limits of a rig that is refused must not cost a file: what can fail comes in
// front of what has an effect.
Result<void> RigRunner::prepare(const rig::Rig& rig) {
  OMV_CHECK(Broker::check(rig));
  OMV_CHECK(prepare_storage(rig));
  OMV_CHECK(broker_.apply(rig));
  notifier_.apply(rig.notify);
  return {};
}

// Or the rig as it is, which was possible before.
Result<void> RigRunner::prepare_another(const rig::Rig& rig) {
  const Keeper::LimitsHeld held(keeper_);
  Result<void> prepared = Error{Errc::io, "something that was needed for it failed"};
  guarded([&] { prepared = prepare(rig); });
  if (!prepared) (void)prepare(rig_);
  return prepared;
}

// What must be there before a file is written. A storage that is to be mounted and is not is left alone.
Result<void> RigRunner::prepare_storage(const rig::Rig& rig) {
  OMV_CHECK(make_directories(rig));
  OMV_CHECK(keeper_.apply(rig));
  OMV_CHECK(outbox_.apply(rig));
  keeper_.hold(outbox_.waiting());
  intake_.take_up(rig);
  return {};
}

// Whether the storage was mounted or unmounted. What can't be written to is told once.
void RigRunner::follow_mount(bool is_otherwise) {
  if (!is_otherwise) {
    mount_error_.clear();
    mount_retry_ = Time(0);
    return;
  }
  if (timebase_.now() < mount_retry_) return;
  mount_retry_ = timebase_.now() + kMountRetry;
  const auto prepared = prepare_storage(rig_);
  const std::string error = prepared ? "" : prepared.error().message;
  if (!error.empty() && error != mount_error_) log_.error("disk", error);
  mount_error_ = error;
}

// Whatever it does, the rig goes on.
void RigRunner::look_at_disk() {
  if (asked_) return miss_disk();
  asked_ = timebase_.now();
  disk_thread_.post([this, is_anybody_leaving = running_->unfinished() > 0] {
    std::optional<DiskLook> look;  // none: it has thrown
    guarded([&] { look = ask_disk(is_anybody_leaving); });
    EventLoop::post([this, look] {
      asked_.reset();
      if (look) on_disk(*look);
      if (std::exchange(ask_again_, false)) look_at_disk();
    });
  });
}

void RigRunner::miss_disk() {
  ask_again_ = true;
  if (is_missed_ || timebase_.now() - *asked_ < kAnswer) return;
  is_missed_ = true;
  log_.warning("disk", rig_.storage.directory + " has not answered for " + rig::duration_text(kAnswer));
}

// On the disk's thread, but for the first time.
RigRunner::DiskLook RigRunner::ask_disk(bool is_anybody_leaving) {
  DiskLook look;
  if (!is_anybody_leaving) keeper_.close_left();
  look.is_mounted_otherwise = keeper_.is_mounted_otherwise();
  look.overdue = keeper_.overdue(FileIntake::kPatience);
  if (!look.is_mounted_otherwise) tidy();  // else the room would be another disk's
  look.obstacle = keeper_.obstacle();
  return look;
}

void RigRunner::tidy() { keeper_.tidy(std::chrono::duration_cast<WallTime>(wall_clock_now())); }

void RigRunner::on_disk(const DiskLook& look) {
  if (std::exchange(is_missed_, false)) log_.info("disk", rig_.storage.directory + " answers again");
  follow_mount(look.is_mounted_otherwise);
  intake_.take_overdue(look.overdue);
  const bool was_writable = obstacle_.empty();
  obstacle_ = look.obstacle;
  if (was_writable == obstacle_.empty()) return;
  if (was_writable)
    log_.warning("disk", "nothing is written: " + obstacle_);
  else
    log_.info("disk", "there is room again");
  running_->set_writable(!was_writable, obstacle_);
}

void RigRunner::watch_signals() {
  for (const int signal : {SIGINT, SIGTERM})
    signals_.push_back(loop_.on_signal(signal, [this] { stopping_ ? stop_at_once("told twice") : stop(); }));
  signals_.push_back(loop_.on_signal(SIGHUP, [this] { reload(); }));
  // Without somebody who waits for them, these would end the process: also while the file is read again.
  for (const int signal : {SIGUSR1, SIGUSR2}) signals_.push_back(loop_.on_signal(signal, [] {}));
}

// A file that is wrong changes nothing.
void RigRunner::reload() {
  if (stopping_) return;
  manager_.reloading();
  std::string error = "something that was needed for it failed";  // and was told
  guarded([&] { error = read_again(); });
  board_.on_reload(error);
  publish();
  if (error.empty())
    log_.info("reload", "the file has been read again");
  else
    log_.error("reload", "the old rig runs on: " + error);
  manager_.ready();
}

// Where it is by now, as directories of settings are switched by a link. What runs stays where it is.
void RigRunner::look_at_directory() {
  std::error_code failed;
  if (std::filesystem::equivalent(whole_path_.parent_path(), ".", failed) || failed) return;
  log_.warning("reload", whole_path_.parent_path().string() +
                             " is another directory than at the start; relative paths are still those of the old one");
}

// Why nothing has changed; empty: everything is as the file says.
std::string RigRunner::read_again() {
  const auto text = rig::read_text_file(whole_path_.string());
  if (!text) return text.error().message;
  const rig::Checked checked = rig::read_rig(*text, rig::this_machine());
  if (!checked.ok()) {
    for (const rig::Diagnostic& diagnostic : checked.report.diagnostics())
      log_.error("reload", rig::to_text(path_, diagnostic));
    return count_text(checked.report.errors(), "error") + " in the file";
  }
  if (const auto prepared = prepare_another(checked.rig); !prepared) return prepared.error().message;
  look_at_directory();
  rig_ = checked.rig;
  reloaded_ = true;
  log_.configure(rig_.general.log_level, rig_.general.log_format);
  run_as_wanted();
  return "";
}

// ---- the end -------------------------------------------------------------------------------------------------------

void RigRunner::stop() {
  if (std::exchange(stopping_, true)) return;
  board_.set_stopping();
  publish();
  manager_.stopping();
  log_.info("stopping", "files are being finished");
  deadline_ = loop_.after(rig_.general.stop_timeout, [this] { stop_at_once("stop_timeout is over"); });
  intake_.stop();
  running_->stop();
}

void RigRunner::stop_at_once(const std::string& why) {
  if (is_over_) return loop_.quit();
  const std::size_t unfinished = running_->unfinished();
  if (unfinished > 0)
    log_.error("losses", why + ": " + count_text(unfinished, "record") + " could not be finished; see omv recover");
  end(Outcome::lossy);
}

// Limits hold when the process has ended, unless the disk hangs.
void RigRunner::on_stopped() {
  disk_thread_.post([this] {
    if (!keeper_.is_mounted_otherwise()) tidy();
  });
  const std::uint64_t missed = running_->missed();
  if (missed > 0)
    log_.warning("losses",
                 std::to_string(missed) + " in all of triggers that were refused and files that were cut off");
  const std::uint64_t lost = running_->lost();
  if (lost > 0) log_.warning("losses", count_text(lost, "frame") + " in all could not be recorded");
  end(lost + missed > 0 ? Outcome::lossy : Outcome::finished);
}

// The first outcome that is no success counts.
void RigRunner::end(Outcome outcome) {
  if (!outcome_) outcome_ = outcome;
  if (std::exchange(is_over_, true)) return;
  loop_.post([this] { notifier_.finish([this] { loop_.quit(); }); });  // behind what is still to be told
}

// ---- what happens --------------------------------------------------------------------------------------------------

void RigRunner::on_file(const Branch& branch, const FinishedFile& file) {
  intake_.take(file);
  if (!file.complete) return;
  animator_.add(branch.record(), {file.path, file.frames, file.duration});
  loop_.post([this] { look_at_disk(); });
}

void RigRunner::on_camera_state(const CameraPipeline& camera) {
  const LogFields fields = {{"camera", camera.name()}};
  switch (camera.state()) {
    case CameraState::running: return log_.info("camera-found", "frames come", fields);
    case CameraState::lost: return log_.warning("camera-lost", camera.message(), fields);
    case CameraState::failed: break;
    case CameraState::stopped:
      if (!camera.message().empty()) log_.warning("camera-lost", camera.message(), fields);
      return;
    default: return;
  }
  const bool was_there = camera.counts().frames > 0 || camera.restarts() > 1 || reloaded_;  // at least silently
  if (was_there || camera.settings().optional) return log_.warning("camera-lost", camera.message(), fields);
  log_.error("camera-lost", "it is not there, and not optional: " + camera.message(), fields);
  outcome_ = Outcome::failed;
  if (!stopping_) loop_.post([this] { stop(); });
}

void RigRunner::on_log(const LogLine& line) {
  notifier_.tell(line);
  board_.add_event(line);
}

void RigRunner::on_trigger(const std::string& trigger) { log_.info("trigger", trigger, {{"trigger", trigger}}); }

}  // namespace

// A program that reads nothing of what it is told must not end the rig. A handler, and not SIG_IGN, because programs
// that the rig starts would inherit that.
static void outlive_broken_pipes() {
  std::signal(SIGPIPE, [](int) {});
}

Outcome run_rig(const std::string& path) {
  gst_init(nullptr, nullptr);
  outlive_broken_pipes();
  auto runner = std::make_unique<RigRunner>(path);
  const Outcome outcome = runner->run();
  if (!runner->can_go()) (void)runner.release();  // the process ends
  return outcome;
}

}  // namespace omv::runner
