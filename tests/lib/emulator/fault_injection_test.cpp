// SPDX-License-Identifier: LGPL-2.1-or-later
// Cameras on which things go wrong, behind real transports, as hosts see them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>

#include "camera_host.h"
#include "omv/camera/transport/serial_transport.h"
#include "omv/emulator/server.h"
#include "temp_dir.h"

namespace omv::emulator {
namespace {

using namespace std::chrono_literals;
using camera::Cancellation;
using camera::FrameReceived;
using test::CameraHost;
using test::raw_host;
using testing::HasSubstr;

std::string lab(const std::string& query) { return "fps=0&lock-interval=0&size=64x48&format=grayscale&" + query; }

std::unique_ptr<camera::Transport> connect(const std::string& query) {
  auto link = connect_emulator(*parse_options(query), std::make_shared<Cancellation>());
  if (!link) throw std::runtime_error(link.error().message);
  return *std::move(link);
}

/// A camera that outlives its transports, forgotten at the end.
class NamedCamera {
 public:
  NamedCamera(std::string name, const std::string& query)
      : name_(std::move(name)), query_(lab(query) + (query.empty() ? "" : "&") + "name=" + name_) {}
  ~NamedCamera() { forget_emulator(name_); }

  std::unique_ptr<camera::Transport> connect() const { return emulator::connect(query_); }
  /// As a host that reconnects does: again and again until it is there.
  std::unique_ptr<camera::Transport> reconnect() const {
    const Time end = test::deadline();
    while (true) {
      auto link = connect_emulator(*parse_options(query_), std::make_shared<Cancellation>());
      if (link) return *std::move(link);
      if (Clock::steady()->now() > end) throw std::runtime_error(link.error().message);
      std::this_thread::sleep_for(1ms);
    }
  }
  Emulator& emulator() const { return *named_emulator(name_); }

 private:
  std::string name_;
  std::string query_;
};

std::string failure_of(CameraHost& host) {
  try {
    while (true) host.wait_for<FrameReceived>();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

std::string text_until(CameraHost& host, const std::string& wanted) {
  std::string text;
  while (text.find(wanted) == std::string::npos) text += host.wait_for<camera::TextReceived>().text;
  return text;
}

TEST(EmulatedFaults, AnExceptionEndsTheScriptWithATraceback) {
  CameraHost host(connect(lab("exception=3")), raw_host("import csi\n\nwhile True:\n    csi.snapshot()\n"));
  for (std::uint32_t n = 0; n < 3; ++n) EXPECT_EQ(host.next_code().sequence, n);
  EXPECT_THAT(text_until(host, ">>> "),
              HasSubstr("Traceback (most recent call last):\r\n  File \"<stdin>\", line 4, in <module>\r\n"
                        "RuntimeError: Frame capture has timed out.\r\n"));
}

TEST(EmulatedFaults, ARebootEndsTheScriptWithoutAWord) {
  CameraHost host(connect(lab("reboot=3")), raw_host());
  for (std::uint32_t n = 0; n < 3; ++n) EXPECT_EQ(host.next_code().sequence, n);
  const std::string text = text_until(host, ">>> ");
  EXPECT_THAT(text, HasSubstr("MPY: soft reboot"));
  EXPECT_THAT(text, testing::Not(HasSubstr("Traceback")));
}

TEST(EmulatedFaults, EveryPacketMeetsItsFateAndTheStreamGoesOn) {
  const NamedCamera camera("damage", "corrupt=0.01&lose=0.005&duplicate=0.005&seed=5");
  CameraHost host(camera.connect(), raw_host());
  std::uint32_t last = host.next_code().sequence;
  while (camera.emulator().counters().link.damaged == 0) {
    const std::uint32_t next = host.next_code().sequence;
    EXPECT_GT(next, last);
    last = next;
  }
  host.wait_for<FrameReceived>();
}

TEST(EmulatedFaults, GarbageInFrontDoesNotKeepAHostOut) {
  CameraHost host(connect(lab("garbage=1000")), raw_host());
  EXPECT_EQ(host.next_code().sequence, 0u);
}

TEST(EmulatedFaults, ALinkHasItsRate) {
  CameraHost host(connect("size=160x120&format=grayscale&fps=0&lock-interval=0&link-rate=200k"), raw_host());
  host.wait_for<FrameReceived>();
  const Time begin = Clock::steady()->now();
  host.wait_for<FrameReceived>();
  host.wait_for<FrameReceived>();
  EXPECT_GE(Clock::steady()->now() - begin, 150ms) << "two frames of 19200 bytes at 200 kB/s: 192 ms";
}

TEST(EmulatedFaults, AnUnpluggedCameraIsGoneUntilItIsPluggedIn) {
  const NamedCamera camera("plug", "");
  CameraHost host(camera.connect(), raw_host());
  host.wait_for<FrameReceived>();
  ASSERT_TRUE(camera.emulator().inject(*parse_fault("unplug 86400000")));
  EXPECT_THAT(failure_of(host), HasSubstr("the other side"));
  const auto refused = connect_emulator(*parse_options("name=plug"), std::make_shared<Cancellation>());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::io);
  EXPECT_THAT(refused.error().message, HasSubstr("'plug'"));
  EXPECT_TRUE(camera.emulator().away_until());
  ASSERT_TRUE(camera.emulator().inject(*parse_fault("clear")));
  CameraHost again(camera.reconnect(), raw_host());
  EXPECT_EQ(again.next_code().sequence, 0u) << "power was lost, the script began anew";
  EXPECT_EQ(camera.emulator().counters().unplugged, 1u);
}

TEST(EmulatedFaults, UnplugsAgainAndAgain) {
  const NamedCamera camera("many", "unplug=2&replug-after=1");
  for (int i = 0; i < 20; ++i) {
    CameraHost host(camera.reconnect(), raw_host());
    EXPECT_EQ(host.next_code().sequence, 0u);
    EXPECT_EQ(host.next_code().sequence, 1u);
    EXPECT_THAT(failure_of(host), HasSubstr("the other side"));
  }
  EXPECT_EQ(camera.emulator().counters().unplugged, 20u);
  EXPECT_EQ(camera.emulator().counters().frames, 60u) << "the same camera; of each three frames the last is lost";
}

TEST(EmulatedFaults, WithABatteryTheScriptGoesOn) {
  const NamedCamera camera("battery", "unplug=2&replug-after=1&battery=true");
  {
    CameraHost host(camera.connect(), raw_host());
    host.wait_for<FrameReceived>();
    failure_of(host);
  }
  camera::HostOptions onlooker = raw_host();
  onlooker.script.reset();
  CameraHost host(camera.reconnect(), onlooker);
  EXPECT_GE(host.next_code().sequence, 2u);
}

TEST(EmulatedFaults, ACutLinkIsAPulledCable) {
  const NamedCamera camera("cut", "cut=20k&replug-after=1");
  for (int i = 0; i < 3; ++i) {
    CameraHost host(camera.reconnect(), raw_host());
    host.wait_for<FrameReceived>();
    EXPECT_THAT(failure_of(host), HasSubstr("the other side"));
  }
  EXPECT_EQ(camera.emulator().counters().unplugged, 3u);
}

TEST(EmulatedFaults, OnlyOneHostAtATime) {
  const NamedCamera camera("single", "");
  const auto first = camera.connect();
  while (!camera.emulator().being_served()) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(connect_emulator(*parse_options("name=single"), std::make_shared<Cancellation>()).error().code, Errc::busy);
}

TEST(EmulatedFaults, AHungCameraGoesOnWhereItStopped) {
  const NamedCamera camera("hang", "hang=2:300");
  CameraHost host(camera.connect(), raw_host());
  host.wait_for<FrameReceived>();
  host.wait_for<FrameReceived>();
  const Time begin = Clock::steady()->now();
  host.wait_for<FrameReceived>();
  EXPECT_GE(Clock::steady()->now() - begin, 200ms);
}

TEST(EmulatedFaults, BadFramesNeverReachTheApplication) {
  for (const char* fault : {"oversized=2", "cut-jpeg=2", "bad-length=2"}) {
    SCOPED_TRACE(fault);
    camera::HostOptions options = raw_host();
    options.stream = {};
    CameraHost host(connect(lab(std::string("stream-buffer=65536&") + fault)), options);
    for (int i = 0; i < 5; ++i) EXPECT_NO_THROW(host.next_code());
  }
}

// ---- Firmware before 5 ----

CameraHost old_host(std::unique_ptr<camera::Transport> link, std::string script = "while True:\n    pass\n") {
  return CameraHost(std::move(link), raw_host(std::move(script)), camera::Protocol::usbdbg);
}

TEST(OldFirmwareFaults, AnExceptionEndsTheScriptWithATraceback) {
  CameraHost host = old_host(connect(lab("firmware=4.8.1&exception=3")), "import sensor\n\nsensor.snapshot()\n");
  EXPECT_THAT(text_until(host, ">>> "),
              HasSubstr("Traceback (most recent call last):\r\n  File \"<stdin>\", line 3, in <module>\r\n"
                        "RuntimeError: Frame capture has timed out.\r\n"));
}

TEST(OldFirmwareFaults, TriggersComeByTheConsole) {
  CameraHost host = old_host(connect(lab("firmware=4.5.9&triggers=2")));
  EXPECT_THAT(text_until(host, "}"), HasSubstr("\x1E{\"trigger\":"));
}

TEST(OldFirmwareFaults, AHungCameraGoesOnWhereItStopped) {
  CameraHost host = old_host(connect(lab("firmware=4.8.1&hang=2:300")));
  host.wait_for<FrameReceived>();
  host.wait_for<FrameReceived>();
  EXPECT_NO_THROW(host.wait_for<FrameReceived>());
}

TEST(OldFirmwareFaults, AnUnpluggedCameraBeginsAnew) {
  const NamedCamera camera("old-plug", "firmware=4.8.1&unplug=2&replug-after=1");
  for (int i = 0; i < 3; ++i) {
    CameraHost host = old_host(camera.reconnect());
    EXPECT_LT(host.next_code().sequence, 3u);
    EXPECT_THAT(failure_of(host), HasSubstr("the other side"));
  }
  EXPECT_EQ(camera.emulator().counters().unplugged, 3u);
}

// Frames have no length of their own: a wrong shape is a frame of that shape, with what lies behind the picture.
TEST(OldFirmwareFaults, TheStreamOutlivesBadFrames) {
  for (const char* fault : {"oversized=2", "cut-jpeg=2", "bad-length=2"}) {
    for (const char* format : {"", "&size=QVGA&format=rgb565"}) {
      SCOPED_TRACE(std::string(fault) + format);
      CameraHost host = old_host(connect(lab(std::string("firmware=4.8.1&stream-buffer=65536&") + fault + format)));
      for (int i = 0; i < 5; ++i) EXPECT_NO_THROW(host.wait_for<FrameReceived>());
      EXPECT_EQ(host.session().stats().resyncs, 0u);
    }
  }
}

TEST(OldFirmwareFaults, ADamagedLinkEndsTheSession) {
  CameraHost host = old_host(connect(lab("firmware=4.8.1&lose=0.01&seed=5")));
  EXPECT_NE(failure_of(host), "");
}

// ---- Triggers ----

TEST(EmulatedFaults, AScriptWithTriggersRegistersItsChannel) {
  const NamedCamera camera("triggers", "triggers=2&trigger-by=channel");
  { CameraHost(camera.connect(), raw_host()).wait_for<FrameReceived>(); }
  camera::HostOptions onlooker = raw_host();
  onlooker.script.reset();
  CameraHost host(camera.reconnect(), onlooker);
  const auto channels = host.wait_for<camera::ChannelsListed>().channels;
  ASSERT_EQ(channels.size(), 5u);
  EXPECT_EQ(channels[4], (camera::ChannelEntry{4, 0x21, "trigger"}));
}

TEST(EmulatedFaults, InjectRefusesWhatMakesNoSense) {
  const auto camera = *Emulator::create({});
  EXPECT_EQ(camera->inject({Fault::Kind::set, {}, "colour", "red"}).error().code, Errc::invalid);
  EXPECT_EQ(camera->inject({Fault::Kind::set, {}, "corrupt", "2"}).error().code, Errc::invalid);
}

TEST(EmulatedFaults, ATcpPortRefusesWhileTheCameraIsAway) {
  auto server = *TcpServer::start(*Emulator::create(*parse_options(lab(""))), "127.0.0.1", 0);
  const auto connect = [&] {
    return camera::connect_tcp("127.0.0.1", server->port(), test::deadline(), std::make_shared<Cancellation>());
  };
  {
    CameraHost host(*connect(), raw_host());
    host.wait_for<FrameReceived>();
    ASSERT_TRUE(server->emulator().inject(*parse_fault("unplug 86400000")));
    failure_of(host);
  }
  const Time end = test::deadline();
  while (connect() && Clock::steady()->now() < end) continue;
  EXPECT_EQ(connect().error().code, Errc::io);
  ASSERT_TRUE(server->emulator().inject(*parse_fault("clear")));
  auto link = connect();
  while (!link && Clock::steady()->now() < end) link = connect();
  CameraHost host(*std::move(link), raw_host());
  host.wait_for<FrameReceived>();
}

TEST(EmulatedFaults, APseudoTerminalComesBackUnderAnotherName) {
  const test::TempDir dir;
  std::atomic<int> back = 0;
  auto server = *PtyServer::start(
      *Emulator::create(*parse_options(lab("")), [&](CameraEvent event) { back += event == CameraEvent::plugged_in; }),
      dir / "camera");
  const std::string before = server->path();
  ASSERT_TRUE(server->emulator().inject(*parse_fault("unplug 86400000")));
  const Time end = test::deadline();
  while (std::filesystem::is_symlink(dir / "camera") && Clock::steady()->now() < end) std::this_thread::yield();
  EXPECT_FALSE(std::filesystem::is_symlink(dir / "camera"));
  ASSERT_TRUE(server->emulator().inject(*parse_fault("clear")));
  while (back == 0 && Clock::steady()->now() < end) std::this_thread::yield();
  EXPECT_NE(server->path(), before);
  EXPECT_EQ(std::filesystem::read_symlink(dir / "camera"), server->path());
  CameraHost host(*camera::open_serial(dir / "camera", std::make_shared<Cancellation>()), raw_host());
  host.wait_for<FrameReceived>();
}

TEST(Boards, ANamedBoardIsThatBoard) {
  const EmulatorOptions m7 = *parse_options("board=m7");
  EXPECT_EQ(stream_buffer_of(m7), 22u * 1024);
  EXPECT_EQ(link_rate_of(m7), 1'000'000u);
  EXPECT_EQ(link_rate_of(*parse_options("board=m7&link-rate=0")), 0u);
  EXPECT_EQ(stream_buffer_of(*parse_options("stream-buffer=4096&board=m7")), 4096u);
  const EmulatorOptions none = *parse_options("");
  EXPECT_EQ(stream_buffer_of(none), 64u * 1024 * 1024);
  EXPECT_EQ(link_rate_of(none), 0u);
}

}  // namespace
}  // namespace omv::emulator
