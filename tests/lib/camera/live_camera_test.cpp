// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera that comes and goes: links that break, refuse and fall silent, and what the listener hears of it.
#include "omv/camera/live_camera.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <vector>

#include "camera_wire.h"
#include "omv/camera/transport/pipe_transport.h"

namespace omv::camera {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Time now() { return Clock::steady()->now(); }

// The device side on a thread of its own; ends when it is unplugged or the host hangs up.
class PluggedCamera {
 public:
  PluggedCamera(std::unique_ptr<Transport> link, std::shared_ptr<Cancellation> cable, FrameProvider& provider)
      : link_(std::move(link)), cable_(std::move(cable)) {
    DeviceOptions options;
    options.min_lock_interval = 0ns;
    device_ = make_device_session(Protocol::v2, options, provider);
    thread_ = std::thread([this] { serve(); });
  }
  ~PluggedCamera() {
    unplug();
    thread_.join();
  }
  void unplug() { cable_->cancel(); }

 private:
  void serve() {
    device_->start(now());
    while (step()) continue;
    link_.reset();
  }
  bool step() {
    while (!device_->output().empty()) {
      const auto put = link_->write(device_->output(), kNever);
      if (!put) return false;
      device_->sent(*put, now());
    }
    const auto got = link_->read(device_->space(), device_->next_deadline());
    if (got)
      device_->received(*got, now());
    else if (got.error().code == Errc::timeout)
      device_->poll(now());
    else
      return false;
    return true;
  }

  std::unique_ptr<Transport> link_;
  std::shared_ptr<Cancellation> cable_;
  std::unique_ptr<DeviceSession> device_;
  std::thread thread_;
};

// A socket of the machine that a camera is plugged into again whenever somebody looks.
class Socket {
 public:
  explicit Socket(test::ListProvider& provider) : provider_(provider) {}

  Result<std::unique_ptr<Transport>> open(const std::shared_ptr<Cancellation>& cancellation, bool again) {
    const std::lock_guard lock(mutex_);
    opened_.push_back(again);
    camera_.reset();
    if (refusals_ > 0 && refusals_-- > 0) return Error{Errc::io, "nothing plugged in"};
    const auto cable = std::make_shared<Cancellation>();
    auto ends = make_pipe(cancellation, cable);
    camera_ = std::make_unique<PluggedCamera>(std::move(ends->second), cable, provider_);
    return std::move(ends->first);
  }
  void unplug(int refusals = 0) {
    const std::lock_guard lock(mutex_);
    refusals_ = refusals;
    if (camera_) camera_->unplug();
  }
  void refuse(int times) { refusals_ = times; }
  std::vector<bool> opened() {
    const std::lock_guard lock(mutex_);
    return opened_;
  }

 private:
  test::ListProvider& provider_;
  std::mutex mutex_;
  std::unique_ptr<PluggedCamera> camera_;
  int refusals_ = 0;
  std::vector<bool> opened_;
};

// Everything that is heard, for the test's thread.
class Diary final : public LiveListener {
 public:
  bool has_room() override { return is_roomy; }
  void on_found(const BoardInfo&) override { note("found"); }
  void on_lost(const Error& why) override { note("lost: " + why.message); }
  void on_frame(FrameReceived, bool gap) override {
    const std::lock_guard lock(mutex_);
    ++frames_;
    gaps_ += gap ? 1 : 0;
    changed_.notify_all();
  }
  void on_line(const std::string& line, Time) override {
    const std::lock_guard lock(mutex_);
    lines.push_back(line);
  }
  void on_channel(const ChannelData&) override {}
  void on_script_started() override { note("started"); }
  bool on_script_ended(const std::string& failure) override {
    note("ended: " + failure);
    return is_endless;
  }
  void on_end(const Error& why) override { note("end: " + why.message); }

  bool wait(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, condition);
  }
  bool wait_for_frames(int count) {
    return wait([this, count] { return frames_ >= count; });
  }
  bool wait_for_end() {
    return wait([this] { return !notes_.empty() && notes_.back().starts_with("end: "); });
  }
  int frames() {
    const std::lock_guard lock(mutex_);
    return frames_;
  }
  int gaps() {
    const std::lock_guard lock(mutex_);
    return gaps_;
  }
  std::vector<std::string> notes() {
    const std::lock_guard lock(mutex_);
    return notes_;
  }

  std::atomic<bool> is_roomy = true;
  std::atomic<bool> is_endless = false;
  std::vector<std::string> lines;

 private:
  void note(std::string text) {
    const std::lock_guard lock(mutex_);
    notes_.push_back(std::move(text));
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int frames_ = 0, gaps_ = 0;
  std::vector<std::string> notes_;
};

class LiveCameraTest : public ::testing::Test {
 protected:
  LiveCameraTest() {
    provider.frames = {test::raw_frame(PixelFormat::grayscale, 32, 24)};
    provider.interval = 1ms;
    options.protocol = Protocol::v2;
    options.session.script = "run()\n";
    options.session.stream = {true, 320, 240};
    options.reconnect_delay = 1ms;
    options.reconnect_delay_max = 4ms;
  }

  std::unique_ptr<LiveCamera> start() {
    return std::make_unique<LiveCamera>(
        options, [this](const auto& cancellation, bool again) { return socket.open(cancellation, again); },
        allocate_on_heap, diary);
  }

  test::ListProvider provider;
  Socket socket{provider};
  Diary diary;
  LiveOptions options;
};

TEST_F(LiveCameraTest, DeliversFrames) {
  const auto camera = start();
  ASSERT_TRUE(diary.wait_for_frames(20));
  EXPECT_THAT(diary.notes(), ElementsAre("found", "started"));
  EXPECT_EQ(diary.gaps(), 0);
  EXPECT_GE(camera->stats().session.frames, 20u);
  EXPECT_EQ(camera->stats().reconnects, 0u);
  EXPECT_EQ(camera->stats().fps, 25.0F);
}

TEST_F(LiveCameraTest, ComesBack) {
  const auto camera = start();
  for (int round = 1; round <= 5; ++round) {
    ASSERT_TRUE(diary.wait_for_frames(diary.frames() + 10));
    EXPECT_EQ(diary.gaps(), round - 1);
    socket.unplug(2);
  }
  ASSERT_TRUE(diary.wait_for_frames(diary.frames() + 10));
  EXPECT_GE(camera->stats().reconnects, 4u);
  EXPECT_FALSE(socket.opened().front());
  EXPECT_TRUE(socket.opened().back());
  EXPECT_GE(camera->stats().session.frames, 50u) << "counters go on over sessions";
}

TEST_F(LiveCameraTest, SaysLostOnceHoweverManyTriesItTakes) {
  const auto camera = start();
  ASSERT_TRUE(diary.wait_for_frames(3));
  socket.unplug(10);
  const auto lost = [this] {
    const auto notes = diary.notes();
    return std::count_if(notes.begin(), notes.end(), [](const auto& note) { return note.starts_with("lost"); });
  };
  while (camera->stats().reconnects == 0) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(lost(), 1);
}

TEST_F(LiveCameraTest, WithoutReconnectALostCameraIsTheEnd) {
  options.reconnect = false;
  const auto camera = start();
  ASSERT_TRUE(diary.wait_for_frames(3));
  socket.unplug();
  ASSERT_TRUE(diary.wait_for_end());
  EXPECT_THAT(diary.notes().back(), ::testing::StartsWith("end: in-process pipe"));
}

TEST_F(LiveCameraTest, ACameraThatWasNeverThereIsTheEnd) {
  socket.refuse(1);
  const auto camera = start();
  ASSERT_TRUE(diary.wait_for_end());
  EXPECT_THAT(diary.notes(), ElementsAre("end: nothing plugged in"));
}

TEST_F(LiveCameraTest, ACameraWithoutFramesCountsAsLost) {
  provider.interval = 1h;
  options.frame_timeout = 30ms;
  const auto camera = start();
  while (camera->stats().reconnects < 2) std::this_thread::sleep_for(1ms);
  EXPECT_THAT(diary.notes()[2], HasSubstr("no frame for 30 ms"));
}

TEST_F(LiveCameraTest, ATimeoutOf0IsPatient) {
  provider.interval = 200ms;
  options.frame_timeout = 0ns;
  const auto camera = start();
  ASSERT_TRUE(diary.wait_for_frames(2));
  EXPECT_THAT(diary.notes(), ElementsAre("found", "started"));
}

TEST_F(LiveCameraTest, TheScriptsEndIsTheEnd) {
  provider.count = 5;
  const auto camera = start();
  ASSERT_TRUE(diary.wait_for_end());
  EXPECT_THAT(diary.notes(), ElementsAre("found", "started", "ended: ", "end: the camera's script has ended"));
}

TEST_F(LiveCameraTest, AnEndlessScriptIsRunAgain) {
  provider.count = 5;
  diary.is_endless = true;
  const auto camera = start();
  while (camera->stats().script_restarts < 3) std::this_thread::sleep_for(1ms);
  ASSERT_TRUE(diary.wait_for_frames(10));
  EXPECT_EQ(camera->stats().reconnects, 0u);
  EXPECT_GE(diary.gaps(), 1);
}

TEST_F(LiveCameraTest, FramesStayOnTheCameraWhileThereIsNoRoom) {
  provider.interval = 0ns;  // the camera makes the next one when the last was taken
  provider.text_per_frame = "shown\n";
  const auto camera = start();
  ASSERT_TRUE(diary.wait_for_frames(5));
  diary.is_roomy = false;
  camera->wake();
  std::this_thread::sleep_for(50ms);
  const int held = diary.frames();
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(diary.frames(), held);
  diary.is_roomy = true;
  camera->wake();
  ASSERT_TRUE(diary.wait_for_frames(held + 5));
  EXPECT_EQ(diary.gaps(), 0);
  EXPECT_EQ(camera->stats().session.resyncs, 0u);
}

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST_F(LiveCameraTest, StopsAtOnceInEveryState) {
  const std::size_t before = open_descriptors();
  for (int microseconds = 0; microseconds < 4000; microseconds += 100) {
    const auto camera = start();
    std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
  }
  socket.unplug();
  socket.refuse(1);
  (void)socket.open(std::make_shared<Cancellation>(), false);
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(LiveCameraTest, SaysGoodbye) {
  auto camera = start();
  ASSERT_TRUE(diary.wait_for_frames(3));
  camera.reset();
  const std::size_t skipped = provider.skipped;
  std::this_thread::sleep_for(20ms);
  socket.unplug();
  EXPECT_LE(provider.skipped, skipped + 5) << "the script goes on";
}

}  // namespace
}  // namespace omv::camera
