// SPDX-License-Identifier: LGPL-2.1-or-later
// The host side against cameras that fall silent, lie, or damage what they send; and what it writes, byte by byte.
#include "omv/camera/usbdbg/host_session.h"

#include <gtest/gtest.h>

#include <map>

#include "camera_wire.h"

namespace omv::camera {
namespace {

using namespace std::chrono_literals;
using test::jpeg_frame;
using test::ListProvider;
using test::raw_frame;
using test::Wire;
using usbdbg::Request;

HostOptions running(std::string script = "run()\n") {
  HostOptions options;
  options.script = std::move(script);
  return options;
}

DeviceOptions firmware(std::uint8_t minor) {
  DeviceOptions options;
  options.firmware = {4, minor, 1};
  return options;
}

constexpr Protocol kUsbdbg = Protocol::usbdbg;

Bytes word(std::uint32_t value) {
  Bytes bytes;
  append_le(bytes, value);
  return bytes;
}

/// A camera that gives the answers it was told to, whatever was said before. Without one: zeros.
class LyingCamera {
 public:
  std::map<Request, Bytes> answers = {{Request::fw_version, {4, 0, 0, 0, 5, 0, 0, 0, 9, 0, 0, 0}},
                                      {Request::arch_string, arch()}};
  std::vector<Bytes> writes;
  std::vector<HostEvent> events;
  UsbdbgHostSession host;
  Time now{0};

  explicit LyingCamera(HostOptions options, FrameAllocator allocate = allocate_on_heap)
      : host(std::move(options), std::move(allocate)) {
    host.start(now);
  }

  template <typename Event>
  std::size_t count() const {
    return static_cast<std::size_t>(std::count_if(
        events.begin(), events.end(), [](const HostEvent& event) { return std::holds_alternative<Event>(event); }));
  }

  /// Until that time of the session, or its end.
  void run_until(Time end) {
    while (now < end && !host.over()) {
      if (!host.output().empty())
        exchange();
      else
        now = std::min(end, std::max(host.next_deadline(), now + 1us));
      host.poll(now);
      while (host.has_event()) events.push_back(host.take_event());
    }
  }

 private:
  static Bytes arch() {
    Bytes bytes(64);
    const std::string_view text = "OMV4 H7 1024 [H7:00112233445566778899AABB]";
    std::copy(text.begin(), text.end(), bytes.begin());
    return bytes;
  }

  void exchange() {
    const Bytes out(host.output().begin(), host.output().end());
    host.sent(out.size());
    now += 100us;
    writes.push_back(out);
    const auto command = usbdbg::decode_command(out);
    if (!command || !is_answered(command->request)) return;
    const auto answer = answers.find(command->request);
    Bytes bytes = answer == answers.end() ? Bytes() : answer->second;
    // A dump is as long as it was asked for; an empty answer is silence.
    if (answer == answers.end() || command->request == Request::frame_dump)
      bytes.resize(std::min<std::uint32_t>(command->length, 100'000));
    if (!bytes.empty()) host.receive(bytes, now);
  }
};

TEST(UsbdbgHost, WritesWhatTheSpecificationRecommends) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running("pass"), firmware(8), provider, kUsbdbg, kUsbdbg);
  std::vector<Bytes> writes;
  wire.on_way_to_device = [&writes](Bytes& bytes) { writes.push_back(bytes); };
  wire.start();
  ASSERT_TRUE(wire.wait_for<ScriptStarted>());
  const std::vector<Bytes> expected = {
      {0x30, 0x80, 12, 0, 0, 0},                // FW_VERSION
      {0x30, 0x83, 64, 0, 0, 0},                // ARCH_STR
      {0x30, 0x90, 4, 0, 0, 0},                 // SENSOR_ID
      {0x30, 0x06, 0, 0, 0, 0},                 // SCRIPT_STOP
      {0x30, 0x87, 4, 0, 0, 0},                 // SCRIPT_RUNNING is 0
      {0x30, 0x0D, 4, 0, 0, 0},  {0, 0, 0, 0},  // FB_ENABLE 0: a stale lock
      {0x30, 0x0D, 4, 0, 0, 0},  {1, 0, 0, 0},  // FB_ENABLE 1; data in a write of its own
      {0x30, 0x8E, 4, 0, 0, 0},                 // TX_BUF_LEN
      {0x30, 0x87, 4, 0, 0, 0},                 // SCRIPT_RUNNING before EXEC: 4.8.x
      {0x30, 0x05, 4, 0, 0, 0},  {'p', 'a', 's', 's'}, {0x30, 0x87, 4, 0, 0, 0},  // is it running?
  };
  EXPECT_EQ(writes, expected);
}

TEST(UsbdbgHost, PausesAfterCommandsWithoutAnswer) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running("pass"), firmware(8), provider, kUsbdbg, kUsbdbg);
  std::vector<Time> times;
  wire.on_way_to_device = [&](Bytes&) { times.push_back(wire.now()); };
  wire.start();
  ASSERT_TRUE(wire.wait_for<ScriptStarted>());
  EXPECT_EQ(times[0], 100ms);
  EXPECT_EQ(times[4] - times[3], 50ms) << "after SCRIPT_STOP";
  EXPECT_EQ(times[13] - times[12], 50ms) << "after SCRIPT_EXEC";
}

// --- Silence ---

TEST(UsbdbgHost, IsOverWhenAnAnswerDoesNotCome) {
  for (const Request silent :
       {Request::fw_version, Request::arch_string, Request::script_running, Request::tx_buf_len, Request::frame_size}) {
    LyingCamera camera({});
    camera.answers[silent] = {};
    camera.run_until(10s);
    ASSERT_EQ(camera.count<ConnectionLost>(), 1u) << to_string(silent);
    const Error& error = std::get<ConnectionLost>(camera.events.back()).error;
    EXPECT_EQ(error.code, Errc::timeout);
    EXPECT_NE(error.message.find(to_string(silent)), std::string::npos) << error.message;
    EXPECT_EQ(camera.host.stats().timeouts, 1u);
    EXPECT_EQ(camera.host.next_deadline(), kNever);
  }
}

TEST(UsbdbgHost, DoesWithoutGetStateWhereItIsNotAnswered) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running(), firmware(6), provider, kUsbdbg, kUsbdbg);
  int asked = 0;
  wire.on_way_to_device = [&asked](Bytes& bytes) {
    const auto command = usbdbg::decode_command(bytes);
    if (!command || command->request != Request::get_state) return;
    ++asked;
    bytes.clear();
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(10));
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(wire.count<ConnectionLost>(), 0u);
}

TEST(UsbdbgHost, InsistsOnGetStateOnceItWasAnswered) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running(), firmware(6), provider, kUsbdbg, kUsbdbg);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(2));
  wire.on_way_to_host = [](Bytes& bytes) {
    if (bytes.size() == 63) bytes.clear();
  };
  ASSERT_TRUE(wire.wait_for<ConnectionLost>());
  EXPECT_EQ(wire.last<ConnectionLost>()->error.message, "the camera does not answer GET_STATE");
}

TEST(UsbdbgHost, WaitsAsLongAsADumpGoesOn) {
  const Frame picture = jpeg_frame(80, 60, 1000);
  UsbdbgHostSession host({});
  Time now{0};
  host.start(now);
  ListProvider provider;
  DeviceOptions options = firmware(5);
  options.main_script = "main()";
  provider.frames = {picture};
  const auto device = make_device_session(kUsbdbg, options, provider);
  device->start(now);
  bool is_slow = false;
  for (int i = 0; i < 5000 && !host.has_event(); ++i) {
    (void)device->receive(host.output(), now);
    host.sent(host.output().size());
    const std::size_t count = std::min<std::size_t>(device->output().size(), 100);
    is_slow = is_slow || device->output().size() > 500;
    const Bytes some(device->output().begin(), device->output().begin() + static_cast<std::ptrdiff_t>(count));
    device->sent(count, now);
    host.receive(some, now);
    now += device->output().size() > 500 ? 900ms : 1ms;
    host.poll(now);
    device->poll(now);
    while (host.has_event() && !std::holds_alternative<FrameReceived>(host.take_event())) continue;
    if (host.stats().frames > 0) break;
  }
  EXPECT_TRUE(is_slow);
  EXPECT_EQ(host.stats().frames, 1u);
}

TEST(UsbdbgHost, LosesTheFrameOfALostConnection) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running(), firmware(5), provider, kUsbdbg, kUsbdbg);
  wire.on_way_to_host = [](Bytes& bytes) {
    if (bytes.size() > 1000) bytes.resize(500);
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<ConnectionLost>());
  EXPECT_EQ(wire.last<ConnectionLost>()->error.message, "the camera does not answer FRAME_DUMP");
  EXPECT_EQ(wire.host.stats().dropped_resync, 1u);
}

TEST(UsbdbgHost, TakesBytesAfterItsEndWithoutHarm) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running(), firmware(5), provider, kUsbdbg, kUsbdbg);
  Bytes rest;
  wire.on_way_to_host = [&rest](Bytes& bytes) {
    if (bytes.size() <= 1000) return;
    rest.assign(bytes.begin() + 500, bytes.end());
    bytes.resize(500);
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<ConnectionLost>());
  wire.host.receive(rest, wire.now());
  EXPECT_FALSE(wire.host.has_event()) << "the frame's memory is gone, and nobody writes to it";
}

TEST(UsbdbgHost, CallerThatStayedAwayLosesNothingButAnOldFrame) {
  for (const std::uint8_t minor : {5, 8}) {
    ListProvider provider;
    provider.frames = {jpeg_frame(80, 60, 1000)};
    Wire wire(running(), firmware(minor), provider, kUsbdbg, kUsbdbg);
    wire.start();
    ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
    wire.clock.advance(30s);
    const Time back = wire.now();
    ASSERT_TRUE(wire.wait_for<FrameReceived>(6));
    EXPECT_EQ(wire.count<ConnectionLost>(), 0u);
    EXPECT_GE(wire.last<FrameReceived>()->arrival, back);
  }
}

// --- Lies ---

TEST(UsbdbgHost, RefusesVersionsThatNoFirmwareHas) {
  LyingCamera camera({});
  camera.answers[Request::fw_version] = Bytes(12, 0xFF);
  camera.run_until(10s);
  ASSERT_EQ(camera.count<ConnectionLost>(), 1u);
  EXPECT_EQ(std::get<ConnectionLost>(camera.events.back()).error.code, Errc::unsupported);
}

TEST(UsbdbgHost, NamesBoardsItDoesNotKnow) {
  LyingCamera camera({});
  Bytes& arch = camera.answers[Request::arch_string];
  arch.assign(64, 0);
  std::copy_n("OMV9 X [Y:0]", 12, arch.begin());
  camera.run_until(200ms);
  ASSERT_EQ(camera.count<Connected>(), 1u);
  EXPECT_EQ(std::get<Connected>(camera.events.front()).board.name, "OMV9 X");
}

TEST(UsbdbgHost, RecognisesTheMicroPythonPrompt) {
  for (const std::string_view text : {"\r\nMicroPython v1.20; OpenMV\r\n>>> ", ">>> 0\r\n"}) {
    LyingCamera camera({});
    camera.answers[Request::fw_version] = Bytes(text.begin(), text.end());
    camera.run_until(10s);
    ASSERT_EQ(camera.count<ConnectionLost>(), 1u);
    const Error& error = std::get<ConnectionLost>(camera.events.back()).error;
    EXPECT_EQ(error.code, Errc::unsupported);
    EXPECT_NE(error.message.find("921600"), std::string::npos) << error.message;
  }
}

TEST(UsbdbgHost, IsOverWhenBytesComeUnasked) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running(), firmware(8), provider, kUsbdbg, kUsbdbg);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>());
  wire.host.receive(Bytes(100), wire.now());
  ASSERT_TRUE(wire.wait_for<ConnectionLost>());
  EXPECT_EQ(wire.last<ConnectionLost>()->error.code, Errc::unsupported);
}

TEST(UsbdbgHost, DoesNotListenForEver) {
  UsbdbgHostSession host({});
  Time now{0};
  host.start(now);
  for (; !host.over() && now < 10s; now += 10ms) host.receive(as_bytes("Hello from main.py\r\n"), now);
  ASSERT_TRUE(host.has_event());
  EXPECT_EQ(std::get<ConnectionLost>(host.take_event()).error.code, Errc::unsupported);
  EXPECT_LE(now, 4s);
}

TEST(UsbdbgHost, NoticesQuestionsAndAnswersThatCameApart) {
  LyingCamera camera({});
  camera.answers[Request::script_running] = word(320);
  camera.run_until(10s);
  ASSERT_EQ(camera.count<ConnectionLost>(), 1u);
  EXPECT_EQ(std::get<ConnectionLost>(camera.events.back()).error.code, Errc::unsupported);
}

TEST(UsbdbgHost, ReleasesAbsurdFramesWithoutReadingThem) {
  for (const usbdbg::FrameShape& shape : {usbdbg::FrameShape{0xFFFFFFFF, 0xFFFFFFFF, 2},
                                          {320, 240, 0xFFFFFFFF},
                                          {0, 240, 2},
                                          {320, 0, 900},
                                          {320, 240, 0}}) {
    int allocations = 0;
    LyingCamera camera({}, [&](const FrameInfo& info, std::size_t size) {
      ++allocations;
      return allocate_on_heap(info, size);
    });
    const auto bytes = encode(shape);
    camera.answers[Request::frame_size] = Bytes(bytes.begin(), bytes.end());
    camera.run_until(1s);
    EXPECT_EQ(camera.count<ConnectionLost>(), 0u);
    EXPECT_EQ(allocations, 0);
    EXPECT_GT(camera.host.stats().dropped_corrupt, 10u);
    const auto dumps = std::count_if(camera.writes.begin(), camera.writes.end(),
                                     [](const Bytes& write) { return write.size() == 6 && write[1] == 0x82; });
    EXPECT_EQ(dumps, 0);
    const auto releases = std::count(camera.writes.begin(), camera.writes.end(), Bytes{0, 0, 0, 0});
    EXPECT_GT(releases, 10) << "FB_ENABLE 0";
  }
}

TEST(UsbdbgHost, ReadsNoMoreThanItHasRoomForOfAbsurdText) {
  LyingCamera camera({});
  camera.answers[Request::tx_buf_len] = word(0xFFFFFFFF);
  camera.run_until(300ms);
  for (const Bytes& bytes : camera.writes)
    if (bytes.size() == 6 && bytes[1] == 0x8F) {
      EXPECT_EQ(load_le<std::uint32_t>(bytes.data() + 2), 4095u);
    }
  EXPECT_EQ(camera.count<ConnectionLost>(), 0u);
}

// --- Frames ---

TEST(UsbdbgHost, DropsDamagedJpegs) {
  const Frame good = jpeg_frame(80, 60, 1000);
  for (const std::size_t at : {0u, 8u, 2000u}) {  // its start, its size, its end
    Frame picture = good;
    picture.data[std::min(at, picture.data.size() - 1)] ^= 0x55;
    ListProvider provider;
    provider.interval = 0ms;
    provider.frames = {good, picture};
    Wire wire(running(), firmware(5), provider, kUsbdbg, kUsbdbg);
    wire.start();
    ASSERT_TRUE(wire.wait_for<FrameReceived>(10));
    EXPECT_NEAR(static_cast<double>(wire.host.stats().dropped_corrupt), 10, 1) << at;
    for (const HostEvent& event : wire.events)
      if (const auto* frame = std::get_if<FrameReceived>(&event)) {
        const ByteSpan bytes = frame->memory->bytes().first(frame->size);
        EXPECT_EQ(Bytes(bytes.begin(), bytes.end()), good.data);
      }
  }
}

TEST(UsbdbgHost, CutsWhatFollowsTheEndOfAJpeg) {
  Frame padded = jpeg_frame(80, 60, 1000);
  const Bytes good = padded.data;
  padded.data.resize(padded.data.size() + 30);
  ListProvider provider;
  provider.frames = {padded};
  Wire wire(running(), firmware(5), provider, kUsbdbg, kUsbdbg);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>());
  EXPECT_EQ(wire.last<FrameReceived>()->size, good.size());
}

TEST(UsbdbgHost, DumpsFramesThatNobodyWants) {
  for (const std::uint8_t minor : {5, 8}) {
    ListProvider provider;
    provider.frames = {raw_frame(PixelFormat::grayscale, 64, 64)};
    DeviceOptions options = firmware(minor);
    options.main_script = "main()";
    const auto device = make_device_session(kUsbdbg, options, provider);
    int asked = 0;
    UsbdbgHostSession host({}, [&asked](const FrameInfo& info, std::size_t size) -> std::unique_ptr<FrameMemory> {
      ++asked;
      if (asked % 3 == 0) return allocate_on_heap(info, size);
      return asked % 3 == 1 ? nullptr : std::make_unique<HeapFrameMemory>(size - 1);
    });
    Time now{0};
    device->start(now);
    host.start(now);
    for (; now < 5s; now += 1ms) {
      (void)device->receive(host.output(), now);
      host.sent(host.output().size());
      while (!device->output().empty()) {
        const Bytes bytes(device->output().begin(), device->output().end());
        device->sent(bytes.size(), now);
        host.receive(bytes, now);
      }
      host.poll(now);
      device->poll(now);
    }
    EXPECT_FALSE(host.over());
    EXPECT_GT(host.stats().frames, 10u) << "the preview does not freeze";
    EXPECT_NEAR(static_cast<double>(host.stats().dropped_refused), 2.0 * static_cast<double>(host.stats().frames), 2);
  }
}

TEST(UsbdbgHost, ReadsStraightIntoTheConsumersMemory) {
  UsbdbgHostSession* session = nullptr;
  const std::uint8_t* memory = nullptr;
  LyingCamera camera({}, [&](const FrameInfo& info, std::size_t size) {
    auto frame = allocate_on_heap(info, size);
    memory = frame->bytes().data();
    return frame;
  });
  session = &camera.host;
  const auto shape = encode(usbdbg::FrameShape{33, 17, 1});
  camera.answers[Request::frame_size] = Bytes(shape.begin(), shape.end());
  bool seen = false;
  for (Time end = 0ms; end < 300ms && !seen; end += 100us) {
    camera.run_until(end);
    const ConstByteSpan out = session->output();
    if (out.size() == 6 && out[1] == 0x82) seen = session->space().data() == memory && session->space().size() == 561;
  }
  EXPECT_TRUE(seen);
}

TEST(UsbdbgHost, OptionsThatOtherProtocolsRefuseMeanNothing) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  HostOptions options = running();
  options.stream = {true, 0, 0};
  Wire wire(options, firmware(8), provider, kUsbdbg, kUsbdbg);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(2));
  wire.host.configure({true, 640, 480}, wire.now());
  EXPECT_TRUE(wire.wait_for<FrameReceived>(4));
}

TEST(UsbdbgHost, RefusesScriptWithNul) {
  ListProvider provider;
  Wire wire(running(std::string("a\0b", 3)), firmware(8), provider, kUsbdbg, kUsbdbg);
  wire.start();
  ASSERT_EQ(wire.count<ConnectionLost>(), 1u);
  EXPECT_EQ(wire.last<ConnectionLost>()->error.code, Errc::invalid);
}

}  // namespace
}  // namespace omv::camera
