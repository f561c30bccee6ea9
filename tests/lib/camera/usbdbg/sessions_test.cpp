// SPDX-License-Identifier: LGPL-2.1-or-later
// Host and emulated camera together over the USB debug protocol, firmware by firmware.
#include <gtest/gtest.h>

#include "camera_wire.h"
#include "omv/camera/usbdbg/device_session.h"
#include "omv/camera/usbdbg/host_session.h"
#include "omv/image/convert.h"

namespace omv::camera {
namespace {

using namespace std::chrono_literals;
using test::jpeg_frame;
using test::ListProvider;
using test::raw_frame;
using Version = usbdbg::FirmwareVersion;

constexpr Version kGenerations[] = {{2, 9, 0}, {3, 9, 1}, {3, 9, 2}, {4, 0, 0}, {4, 5, 9},
                                    {4, 6, 0}, {4, 7, 0}, {4, 8, 0}, {4, 8, 1}};

HostOptions running(std::string script = "run()\n") {
  HostOptions options;
  options.script = std::move(script);
  return options;
}

DeviceOptions device(Version firmware, std::string_view board = "rt1062") {
  DeviceOptions options;
  options.firmware = firmware;
  options.board = find_board(board);
  options.sensors = {0x56, 0, 0};
  return options;
}

std::string text_of(const Version& version) {
  return std::to_string(version[0]) + "." + std::to_string(version[1]) + "." + std::to_string(version[2]);
}

class Wire : public test::Wire {
 public:
  Wire(HostOptions host_options, DeviceOptions camera, FrameProvider& provider)
      : test::Wire(std::move(host_options), std::move(camera), provider, Protocol::usbdbg, Protocol::usbdbg) {}
};

TEST(UsbdbgSessions, ConnectAndSayWhoIsThere) {
  ListProvider provider;
  Wire wire(running(), device({4, 5, 9}, "h7plus"), provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<Connected>());
  const BoardInfo& board = wire.last<Connected>()->board;
  EXPECT_EQ(board.protocol, Protocol::usbdbg);
  EXPECT_EQ(board.name, "OpenMV H7 Plus");
  EXPECT_EQ(board.serial, "112233445566778899AABBCC");
  EXPECT_EQ(board.firmware, (Version{4, 5, 9}));
  EXPECT_EQ(board.sensor, 0x56u);
  EXPECT_EQ(wire.now(), 100ms) << "stale input is waited for, nothing else";
}

TEST(UsbdbgSessions, KnowEveryBoardByItsArchString) {
  for (const Board& board : boards()) {
    ListProvider provider;
    Wire wire(running(), device({4, 7, 0}, board.key), provider);
    wire.start();
    ASSERT_TRUE(wire.wait_for<Connected>()) << board.key;
    EXPECT_EQ(wire.last<Connected>()->board.name, board.name);
  }
}

TEST(UsbdbgSessions, AskForTheSensorOnlyWhereItCanBeAsked) {
  ListProvider provider;
  Wire wire(running(), device({3, 9, 2}), provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<ScriptStarted>());
  EXPECT_EQ(wire.last<Connected>()->board.sensor, 0u);
}

TEST(UsbdbgSessions, RunScriptOnEveryFirmware) {
  for (const Version& firmware : kGenerations) {
    ListProvider provider;
    provider.frames = {jpeg_frame(80, 60, 1000)};
    Wire wire(running("print(1)\n"), device(firmware), provider);
    wire.start();
    ASSERT_TRUE(wire.wait_for<FrameReceived>(5)) << text_of(firmware);
    EXPECT_EQ(wire.count<ScriptStarted>(), 1u);
    EXPECT_EQ(provider.script, "print(1)\n");
    EXPECT_EQ(provider.starts, 1);
    EXPECT_EQ(wire.count<ConnectionLost>(), 0u);
  }
}

TEST(UsbdbgSessions, PreferTheScriptForOldFirmware) {
  ListProvider provider;
  HostOptions host = running("import csi\n");
  host.legacy_script = "import sensor\n";
  Wire wire(host, device({4, 5, 9}), provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<ScriptStarted>());
  EXPECT_EQ(provider.script, "import sensor\n");
}

TEST(UsbdbgSessions, EndAWholeNumberOfPacketsWithANewline) {
  for (const std::size_t size : {0u, 1u, 63u, 64u, 65u, 128u, 6400u}) {
    ListProvider provider;
    provider.frames = {jpeg_frame(80, 60, 1000)};
    const std::string script(size, '#');
    Wire wire(running(script), device({4, 8, 1}), provider);
    wire.start();
    ASSERT_TRUE(wire.wait_for<ScriptStarted>()) << size;
    EXPECT_EQ(provider.script, size % 64 == 0 ? script + "\n" : script);
  }
}

TEST(UsbdbgSessions, ReplaceTheScriptInsteadOfAppendingToIt) {
  for (const Version& firmware : kGenerations) {
    ListProvider provider;
    provider.frames = {jpeg_frame(80, 60, 1000)};
    Wire wire(running("first()\n"), device(firmware), provider);
    wire.start();
    ASSERT_TRUE(wire.wait_for<FrameReceived>(2));
    wire.host.execute("second()\n", wire.now());
    ASSERT_TRUE(wire.wait_for<ScriptStarted>(2)) << text_of(firmware);
    EXPECT_EQ(provider.script, "second()\n");
    EXPECT_EQ(wire.count<ScriptEnded>(), 1u);
    ASSERT_TRUE(wire.wait_for<FrameReceived>(wire.count<FrameReceived>() + 2)) << "the preview goes on";
  }
}

TEST(UsbdbgSessions, JoinAScriptThatRuns) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  DeviceOptions camera = device({4, 8, 1});
  camera.main_script = "main()\n";
  Wire wire({}, camera, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(2));
  EXPECT_EQ(wire.count<ScriptStarted>(), 1u);
  EXPECT_EQ(provider.starts, 1);
}

void expect_frames(const std::vector<Frame>& frames, const Version& firmware, std::string_view board) {
  ListProvider provider;
  provider.interval = 0ms;  // none is skipped
  provider.frames = frames;
  Wire wire(running(), device(firmware, board), provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(frames.size() * 2)) << text_of(firmware) << " " << board;
  std::size_t i = 0;
  for (const HostEvent& event : wire.events) {
    const auto* frame = std::get_if<FrameReceived>(&event);
    if (frame == nullptr) continue;
    const Frame& expected = frames[i++ % frames.size()];
    EXPECT_EQ(frame->info, expected.info);
    const ByteSpan bytes = frame->memory->bytes().first(frame->size);
    EXPECT_EQ(Bytes(bytes.begin(), bytes.end()), expected.data) << text_of(firmware);
    EXPECT_EQ(frame->fps, 0.0F);
  }
  EXPECT_EQ(wire.host.stats().dropped_corrupt, 0u);
  EXPECT_EQ(wire.host.stats().frames, wire.count<FrameReceived>());
}

TEST(UsbdbgSessions, DeliverEveryFormatWhole) {
  // 64x64 and 32x32 fill their last packet, so one byte more than the frame travels.
  const std::vector<Frame> frames = {raw_frame(PixelFormat::grayscale, 33, 17),
                                     raw_frame(PixelFormat::rgb565, 64, 64),
                                     raw_frame(PixelFormat::grayscale, 32, 32),
                                     raw_frame(PixelFormat::rgb565, 5, 3),
                                     jpeg_frame(64, 64, 20000),
                                     jpeg_frame(16, 16, 37)};
  for (const Version& firmware : kGenerations)
    for (const std::string_view board : {"h7plus", "rt1062"}) expect_frames(frames, firmware, board);
}

TEST(UsbdbgSessions, SwapBytesOfBigEndianFirmware) {
  const Frame picture = raw_frame(PixelFormat::rgb565, 10, 10);
  for (const Version& firmware : {Version{3, 9, 1}, Version{3, 9, 2}}) {
    ListProvider provider;
    provider.frames = {picture};
    Wire wire(running(), device(firmware), provider);
    Bytes dump;
    wire.on_way_to_host = [&dump](Bytes& bytes) {
      if (bytes.size() == 200) dump = bytes;
    };
    wire.start();
    ASSERT_TRUE(wire.wait_for<FrameReceived>());
    Bytes on_the_wire = picture.data;
    if (firmware == Version{3, 9, 1}) swap_bytes16(on_the_wire);
    EXPECT_EQ(dump, on_the_wire);
  }
}

TEST(UsbdbgSessions, KeepTo20FramesASecondWithGetState) {
  for (const auto& [firmware, expected] : {std::pair{Version{4, 8, 1}, 20}, std::pair{Version{4, 5, 9}, 50}}) {
    ListProvider provider;
    provider.frames = {jpeg_frame(80, 60, 1000)};
    Wire wire(running(), device(firmware), provider);
    wire.start();
    ASSERT_TRUE(wire.wait_for<FrameReceived>(1));
    wire.run_for(2s);
    EXPECT_NEAR(static_cast<double>(wire.count<FrameReceived>()), 2.0 * expected, 4) << text_of(firmware);
  }
}

TEST(UsbdbgSessions, StampFramesWithTheAnswerThatAnnouncedThem) {
  for (const Version& firmware : {Version{4, 5, 9}, Version{4, 8, 1}}) {
    ListProvider provider;
    provider.frames = {jpeg_frame(80, 60, 1000)};
    Wire wire(running(), device(firmware), provider);
    Time announced{0};
    wire.on_way_to_host = [&](Bytes& bytes) {
      const std::size_t shape = bytes.size() == 63 ? 4 : 0;
      if ((bytes.size() == 12 || bytes.size() == 63) && bytes[shape] == 80) announced = wire.now();
      if (bytes.size() > 1000) wire.clock.advance(3ms);  // on its way
    };
    wire.start();
    ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
    EXPECT_EQ(wire.last<FrameReceived>()->arrival, announced);
    EXPECT_GT(wire.now(), announced);
  }
}

TEST(UsbdbgSessions, CarryTextWhole) {
  for (const Version& firmware : kGenerations) {
    ListProvider provider;
    provider.frames = {jpeg_frame(80, 60, 1000)};
    provider.text_per_frame =
        "Grüße €, a line that has no room in one answer of GET_STATE, which is sixty-three bytes\n";
    Wire wire(running(), device(firmware), provider);
    wire.start();
    ASSERT_TRUE(wire.wait_for<FrameReceived>(30));
    wire.run_for(100ms);
    const std::string text = wire.text();
    EXPECT_EQ(text.find("\xEF\xBF\xBD"), std::string::npos) << text_of(firmware);
    for (std::size_t at = 0, n = 0; n < 20; ++n, at += provider.text_per_frame.size() + 1)
      EXPECT_EQ(text.substr(at, provider.text_per_frame.size() - 1),
                provider.text_per_frame.substr(0, provider.text_per_frame.size() - 1));
  }
}

TEST(UsbdbgSessions, NeverAskForMoreTextThanThereIs) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  provider.text_per_frame = std::string(126, 'x') + "\n";  // 128 bytes: a whole number of packets
  Wire wire(running(), device({4, 5, 9}), provider);
  std::uint32_t waiting = 0;
  int asked = 0;
  wire.on_way_to_host = [&](Bytes& bytes) {
    if (bytes.size() == 4) waiting = load_le<std::uint32_t>(bytes.data());
  };
  wire.on_way_to_device = [&](Bytes& bytes) {
    const auto command = usbdbg::decode_command(bytes);
    if (!command || command->request != usbdbg::Request::tx_buf) return;
    ++asked;
    EXPECT_LE(command->length, waiting);
    EXPECT_NE(command->length % 64, 0u);
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(20));
  EXPECT_GT(asked, 10);
}

TEST(UsbdbgSessions, SurviveScriptThatPrintsWithoutPause) {
  for (const Version& firmware : {Version{4, 5, 9}, Version{4, 8, 1}}) {
    ListProvider provider;
    provider.frames = {jpeg_frame(80, 60, 1000)};
    provider.interval = 1ms;
    provider.text_per_frame = std::string(700, 'x') + "\n";
    Wire wire(running(), device(firmware), provider);
    wire.start();
    ASSERT_TRUE(wire.wait_for<FrameReceived>(50));
    EXPECT_GT(wire.text().size(), 10000u);
  }
}

TEST(UsbdbgSessions, AcceptTextThatWasThrownAwayMeanwhile) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  provider.text_per_frame = "0123456789\n";
  Wire wire(running(), device({4, 5, 9}), provider);
  bool cut = false;
  wire.on_way_to_host = [&cut](Bytes& bytes) {
    if (!cut && bytes.size() == 12 && bytes[0] == '0') {
      bytes.resize(5);
      cut = true;
    }
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(20));
  EXPECT_TRUE(cut);
  EXPECT_EQ(wire.count<ConnectionLost>(), 0u);
}

TEST(UsbdbgSessions, ReportEndOfScriptAndItsLastText) {
  for (const Version& firmware : kGenerations) {
    ListProvider provider;
    provider.frames = {jpeg_frame(80, 60, 1000)};
    Wire wire(running(), device(firmware), provider);
    wire.start();
    ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
    wire.device.end_script("Traceback (most recent call last):\n  File \"<stdin>\"\nNameError: foo\n", wire.now());
    ASSERT_TRUE(wire.wait_for<ScriptEnded>()) << text_of(firmware);
    ASSERT_TRUE(wire.run([&] { return wire.text().ends_with(">>> "); }, 2s)) << wire.text();
    EXPECT_NE(wire.text().find("NameError: foo\r\nMPY: soft reboot\r\n"), std::string::npos);
    wire.host.execute("again()\n", wire.now());
    const std::size_t frames = wire.count<FrameReceived>();
    ASSERT_TRUE(wire.wait_for<FrameReceived>(frames + 2)) << "the preview is still enabled";
  }
}

TEST(UsbdbgSessions, ReportScriptThatEndsAtOnce) {
  ListProvider provider;  // nothing to show
  Wire wire(running("pass\n"), device({4, 8, 1}), provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<ScriptEnded>());
  EXPECT_EQ(wire.count<ScriptStarted>(), 1u);
  EXPECT_EQ(provider.starts, 1) << "it must not run twice";
}

TEST(UsbdbgSessions, SendAScriptAgainThatTheCameraDidNotTake) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running("run()\n"), device({4, 8, 1}), provider);
  int lost = 0;
  wire.on_way_to_device = [&lost](Bytes& bytes) {
    const auto command = usbdbg::decode_command(bytes);
    const bool is_upload = as_text(bytes) == "run()\n" || (command && command->request == usbdbg::Request::script_exec);
    if (is_upload && lost++ < 2) bytes.clear();
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<ScriptStarted>());
  EXPECT_EQ(provider.starts, 1);
  EXPECT_EQ(provider.script, "run()\n");
}

TEST(UsbdbgSessions, GiveUpOnACameraThatRunsNothing) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running("run()\n"), device({4, 8, 1}), provider);
  wire.on_way_to_device = [](Bytes& bytes) {
    const auto command = usbdbg::decode_command(bytes);
    if (as_text(bytes) == "run()\n" || (command && command->request == usbdbg::Request::script_exec)) bytes.clear();
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<ConnectionLost>());
  EXPECT_EQ(wire.last<ConnectionLost>()->error.code, Errc::unsupported);
  EXPECT_EQ(provider.starts, 0);
}

TEST(UsbdbgSessions, GiveUpOnAScriptThatDoesNotStop) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  DeviceOptions camera = device({4, 8, 1});
  camera.main_script = "while True: pass\n";
  Wire wire(running(), camera, provider);
  int stops = 0;
  wire.on_way_to_device = [&stops](Bytes& bytes) {
    const auto command = usbdbg::decode_command(bytes);
    if (!command || command->request != usbdbg::Request::script_stop) return;
    ++stops;
    bytes.clear();
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<ConnectionLost>());
  EXPECT_EQ(wire.last<ConnectionLost>()->error.code, Errc::busy);
  EXPECT_EQ(stops, 3);
}

TEST(UsbdbgSessions, StopTheScript) {
  for (const Version& firmware : kGenerations) {
    ListProvider provider;
    provider.frames = {jpeg_frame(80, 60, 1000)};
    Wire wire(running(), device(firmware), provider);
    wire.start();
    ASSERT_TRUE(wire.wait_for<FrameReceived>(2));
    wire.host.stop(wire.now());
    ASSERT_TRUE(wire.wait_for<ScriptEnded>()) << text_of(firmware);
    EXPECT_FALSE(wire.device.script_running());
    ASSERT_TRUE(wire.run([&] { return wire.text().find("KeyboardInterrupt") != std::string::npos; }, 1s));
  }
}

TEST(UsbdbgSessions, HoldFramesAndGoOnWithText) {
  for (const Version& firmware : {Version{4, 5, 9}, Version{4, 8, 1}}) {
    ListProvider provider;
    provider.frames = {jpeg_frame(80, 60, 1000)};
    provider.text_per_frame = "frame\n";
    Wire wire(running(), device(firmware), provider);
    wire.start();
    ASSERT_TRUE(wire.wait_for<FrameReceived>(2));
    wire.host.hold(true, wire.now());
    wire.run_for(20ms);
    int asked = 0;
    wire.on_way_to_device = [&asked](Bytes& bytes) {
      const auto command = usbdbg::decode_command(bytes);
      using usbdbg::Request;
      if (command && (command->request == Request::frame_size || command->request == Request::get_state)) ++asked;
    };
    const std::size_t frames = wire.count<FrameReceived>();
    const std::size_t text = wire.text().size();
    wire.run_for(1s);
    EXPECT_EQ(wire.count<FrameReceived>(), frames);
    EXPECT_EQ(asked, 0) << "they would lock the frame";
    EXPECT_GT(wire.text().size(), text + 100);
    wire.device.end_script("", wire.now());
    EXPECT_TRUE(wire.wait_for<ScriptEnded>(1, 200ms)) << "held or not";
    wire.host.hold(false, wire.now());
    wire.host.execute("more()\n", wire.now());
    EXPECT_TRUE(wire.wait_for<FrameReceived>(frames + 3, 2s)) << text_of(firmware);
  }
}

TEST(UsbdbgSessions, CloseOrderly) {
  for (const bool stop_script : {false, true}) {
    ListProvider provider;
    provider.frames = {jpeg_frame(80, 60, 1000)};
    Wire wire(running(), device({4, 8, 1}), provider);
    wire.start();
    ASSERT_TRUE(wire.wait_for<FrameReceived>(2));
    wire.host.close(stop_script, wire.now());
    ASSERT_TRUE(wire.wait_for<Closed>(1, 1s));
    EXPECT_TRUE(wire.host.over());
    EXPECT_EQ(wire.host.next_deadline(), kNever);
    EXPECT_EQ(wire.device.script_running(), !stop_script);
    const std::size_t captured = provider.requests.size();
    wire.run_for(100ms);
    EXPECT_EQ(provider.requests.size(), captured) << "the preview is off";
  }
}

TEST(UsbdbgSessions, FarewellStopsScriptAndPreview) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running(), device({4, 5, 9}), provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(2));
  wire.host.farewell();
  EXPECT_TRUE(wire.host.over());
  wire.run_for(10ms);
  EXPECT_FALSE(wire.device.script_running());
  EXPECT_TRUE(wire.host.output().empty());
}

TEST(UsbdbgSessions, FarewellCompletesWhatIsOnItsWay) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  DeviceOptions camera = device({4, 7, 0}, "rt1062");  // which halts at anything that is no command
  UsbdbgHostSession host(running(std::string(1000, '#')));
  UsbdbgDeviceSession board(camera, provider);
  Time now{0};
  board.start(now);
  host.start(now);
  // Half of the upload has left when the host wants to go.
  for (bool uploading = false; !uploading;) {
    uploading = host.output().size() == 1000;
    const std::size_t count = uploading ? 500 : host.output().size();
    (void)board.receive(host.output().first(count), now);
    host.sent(count);
    const Bytes answer(board.output().begin(), board.output().end());
    board.sent(answer.size(), now);
    host.receive(answer, now);
    if (host.output().empty()) now = std::max(now, host.next_deadline());
    if (!uploading) host.poll(now);
  }
  host.farewell();
  while (!host.output().empty()) {
    const std::size_t taken = board.receive(host.output(), now);
    host.sent(taken);
  }
  EXPECT_FALSE(board.halted());
  EXPECT_FALSE(board.script_running());
  EXPECT_EQ(provider.starts, 1);
}

TEST(UsbdbgSessions, DropALockThatAnotherHostHasLeft) {
  for (const Version& firmware : kGenerations) {
    ListProvider provider;
    provider.frames = {jpeg_frame(80, 60, 1000)};
    DeviceOptions camera = device(firmware);
    camera.main_script = "main()\n";
    Wire wire({}, camera, provider);
    wire.device.start(wire.now());
    (void)wire.device.receive(Bytes{0x30, 0x0D, 4, 0, 0, 0, 1, 0, 0, 0}, wire.now());
    wire.clock.advance(100ms);
    wire.device.poll(wire.now());
    (void)wire.device.receive(Bytes{0x30, 0x81, 12, 0, 0, 0}, wire.now());
    ASSERT_EQ(wire.device.output().size(), 12u);
    EXPECT_EQ(wire.device.output()[0], 80) << "announced, locked, and never fetched";
    wire.device.sent(12, wire.now());
    wire.device.forget_host(wire.now());
    wire.host.start(wire.now());
    EXPECT_TRUE(wire.wait_for<FrameReceived>(3)) << text_of(firmware);
  }
}

TEST(UsbdbgSessions, IgnoreWhatTheLastHostDidNotRead) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running(), device({4, 5, 9}), provider);
  wire.start();
  for (int i = 0; i < 5; ++i) {
    wire.host.receive(Bytes(5000, 0xA5), wire.now());
    wire.run_for(90ms);
  }
  EXPECT_TRUE(wire.host.output().empty());
  EXPECT_TRUE(wire.wait_for<FrameReceived>(2));
}

}  // namespace
}  // namespace omv::camera
