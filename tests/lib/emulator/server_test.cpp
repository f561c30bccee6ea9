// SPDX-License-Identifier: LGPL-2.1-or-later
// Emulated cameras behind real transports: hosts come, go, reset, fall silent; servers stop at once.
#include "omv/emulator/server.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <optional>

#include "camera_host.h"
#include "omv/camera/transport/serial_transport.h"
#include "omv/camera/v2/packet.h"
#include "recording_bytes.h"
#include "temp_dir.h"

namespace omv::emulator {
namespace {

using camera::Cancellation;
using camera::FrameReceived;
using test::CameraHost;
using test::raw_host;

std::unique_ptr<Emulator> make_camera(const char* query, CameraObserver observer = {}) {
  auto emulator = Emulator::create(*parse_options(query), std::move(observer));
  EXPECT_TRUE(emulator) << emulator.error().message;
  return *std::move(emulator);
}

std::unique_ptr<TcpServer> serve(const char* query, CameraObserver of_camera = {}, CameraObserver of_server = {}) {
  auto server = TcpServer::start(make_camera(query, std::move(of_camera)), "127.0.0.1", 0, std::move(of_server));
  EXPECT_TRUE(server) << server.error().message;
  return *std::move(server);
}

std::unique_ptr<camera::Transport> connect(const TcpServer& server) {
  auto link = camera::connect_tcp("127.0.0.1", server.port(), test::deadline(), std::make_shared<Cancellation>());
  EXPECT_TRUE(link) << link.error().message;
  return *std::move(link);
}

void expect_every_frame(CameraHost& host, std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t n = first; n < first + count; ++n) ASSERT_EQ(host.next_code().sequence, n);
}

// Waits for a closed connection; what arrives before it does not matter.
void expect_closed(camera::Transport& link) {
  Bytes buffer(4096);
  Result<std::size_t> got = std::size_t{0};
  while (got) got = link.read(buffer, test::deadline());
  EXPECT_EQ(got.error().code, Errc::closed) << got.error().message;
}

TEST(TcpServer, DeliversEveryFrameThatWaitsForTheHost) {
  const auto server = serve("fps=0&lock-interval=0&max-payload=65535");
  EXPECT_NE(server->port(), 0);
  EXPECT_EQ(server->address(), "tcp://127.0.0.1:" + std::to_string(server->port()));
  CameraHost host(connect(*server), raw_host());
  expect_every_frame(host, 0, 50);
  EXPECT_GE(server->emulator().counters().frames, 50u);
  EXPECT_GE(server->emulator().counters().bytes_sent, 49u * 320 * 240 * 2);
}

TEST(TcpServer, DeliversJpegAndText) {
  const auto server = serve("fps=100&lock-interval=0");
  camera::HostOptions options = raw_host();
  options.stream = {};
  CameraHost host(connect(*server), options);
  const SceneCode first = host.next_code();
  const SceneCode second = host.next_code();
  EXPECT_GT(second.sequence, first.sequence);
  EXPECT_EQ(second.time_ms, second.sequence * 10);
  EXPECT_NE(host.wait_for<camera::TextReceived>().text.find("fps: 100.0 frame: "), std::string::npos);
}

TEST(TcpServer, ScriptsSayWhatIsCaptured) {
  const auto server = serve("fps=0&lock-interval=0");
  CameraHost host(connect(*server), raw_host("# omv-capture: pixformat=BINARY framesize=65x49\n"));
  EXPECT_EQ(host.wait_for<FrameReceived>().info, (FrameInfo{PixelFormat::binary, 65, 49}));
}

TEST(TcpServer, TheScriptGoesOnForTheNextHost) {
  const auto server = serve("fps=0&lock-interval=0");
  {
    CameraHost host(connect(*server), raw_host());
    expect_every_frame(host, 0, 3);
  }
  camera::HostOptions onlooker = raw_host();
  onlooker.script.reset();
  CameraHost host(connect(*server), onlooker);
  const std::uint32_t first = host.next_code().sequence;
  EXPECT_GE(first, 3u);
  EXPECT_LE(first, 5u) << "the frame in the buffer and the one being read may be lost, no others";
  expect_every_frame(host, first + 1, 3);
}

TEST(TcpServer, AHostThatLeavesInTheMiddleOfAPacketDoesNoHarm) {
  const auto server = serve("fps=0&lock-interval=0");
  const Bytes half = {0xAA, 0xD5, 0x00, 0x01, 0x00, 0x27, 0x00};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(camera::write_all(*connect(*server), half, test::deadline()));
  CameraHost host(connect(*server), raw_host());
  expect_every_frame(host, 0, 3);
  EXPECT_EQ(host.session().stats().timeouts, 0u);
}

TEST(TcpServer, ASecondHostIsSentAwayWhileTheFirstIsAlive) {
  std::atomic<int> refused = 0;
  const auto server =
      serve("fps=0&lock-interval=0", {}, [&](CameraEvent event) { refused += event == CameraEvent::host_refused; });
  CameraHost first(connect(*server), raw_host());
  first.wait_for<FrameReceived>();
  const auto second = connect(*server);
  while (refused == 0) first.wait_for<FrameReceived>();
  expect_closed(*second);
  first.wait_for<FrameReceived>();
}

TEST(TcpServer, ASecondHostReplacesASilentOne) {
  const auto server = serve("fps=0&lock-interval=0");
  const auto silent = connect(*server);
  CameraHost host(connect(*server), raw_host());
  expect_every_frame(host, 0, 3);
  expect_closed(*silent);
}

TEST(TcpServer, AResetClosesTheLinkAndStartsAnew) {
  std::atomic<int> resets = 0;
  const auto server = serve("fps=0", [&](CameraEvent event) { resets += event == CameraEvent::reset; });
  const auto link = connect(*server);
  Bytes packets;
  camera::append_packet(packets, {.opcode = static_cast<std::uint8_t>(camera::Opcode::sync)}, {});
  camera::append_packet(packets, {.opcode = static_cast<std::uint8_t>(camera::Opcode::reset)}, {});
  ASSERT_TRUE(camera::write_all(*link, packets, test::deadline()));
  expect_closed(*link);
  EXPECT_EQ(resets, 1);
  CameraHost host(connect(*server), raw_host());
  expect_every_frame(host, 0, 2);
}

TEST(TcpServer, EndsOfScriptsAreSeen) {
  std::atomic<int> started = 0;
  std::atomic<int> ended = 0;
  const auto server = serve("fps=0&lock-interval=0&frames=3", [&](CameraEvent event) {
    started += event == CameraEvent::script_started;
    ended += event == CameraEvent::script_ended;
  });
  CameraHost host(connect(*server), raw_host());
  host.wait_for<camera::ScriptEnded>();
  host.wait_for<camera::Resynced>();
  EXPECT_EQ(started, 1);
  EXPECT_EQ(ended, 1);
}

TEST(TcpServer, StopsAtOnceInEveryState) {
  const Time begin = Clock::steady()->now();
  { const auto idle = serve(""); }
  {
    const auto with_silent_host = serve("");
    const auto link = connect(*with_silent_host);
  }
  {
    const auto with_stuck_host = serve("fps=0&lock-interval=0&size=FHD");
    CameraHost host(connect(*with_stuck_host), raw_host());
    host.wait_for<FrameReceived>();  // from now on it does not read any more
  }
  {
    const auto with_waiting_host = serve("fps=0");
    CameraHost host(connect(*with_waiting_host), raw_host());
    host.wait_for<FrameReceived>();
    const auto waiting = connect(*with_waiting_host);
  }
  EXPECT_LT(Clock::steady()->now() - begin, test::kPatience);
}

TEST(TcpServer, APortThatIsTakenIsAnError) {
  const auto server = serve("");
  const auto second = TcpServer::start(make_camera(""), "127.0.0.1", server->port());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::io);
  EXPECT_NE(second.error().message.find(std::to_string(server->port())), std::string::npos);
}

TEST(PtyServer, HostsOpenAndCloseItAgainAndAgain) {
  const test::TempDir dir;
  auto server = PtyServer::start(make_camera("fps=0&lock-interval=0"), dir / "camera");
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_EQ(std::filesystem::read_symlink(dir / "camera"), (*server)->path());
  for (int i = 0; i < 3; ++i) {
    auto link = camera::open_serial(dir / "camera", std::make_shared<Cancellation>());
    ASSERT_TRUE(link) << link.error().message;
    CameraHost host(*std::move(link), raw_host());
    const std::uint32_t first = host.next_code().sequence;
    expect_every_frame(host, first + 1, 3);
  }
  server->reset();
  EXPECT_FALSE(std::filesystem::is_symlink(dir / "camera"));
}

TEST(PtyServer, ReplacesAnOldLinkButNothingElse) {
  const test::TempDir dir;
  ASSERT_EQ(::symlink("/does/not/exist", (dir / "old").c_str()), 0);
  EXPECT_TRUE(PtyServer::start(make_camera(""), dir / "old"));
  test::write_file(dir / "file", as_bytes("precious"));
  const auto refused = PtyServer::start(make_camera(""), dir / "file");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::io);
  EXPECT_EQ(as_text(test::read_file(dir / "file")), "precious");
}

TEST(ConnectEmulator, DeliversThePayloadsOfARecording) {
  const test::TempDir dir;
  Bytes bytes = test::recording("V2.0", {});
  for (std::uint8_t n = 0; n < 5; ++n)
    append(bytes, test::v2_chunk(20, 33, 17, PixelFormat::grayscale, test::counted_bytes(33 * 17, n)));
  test::write_file(dir / "a.bin", bytes);
  EmulatorOptions options = *parse_options("fps=0&lock-interval=0&loop=false");
  options.file = dir / "a.bin";
  auto link = connect_emulator(options, std::make_shared<Cancellation>());
  ASSERT_TRUE(link) << link.error().message;
  CameraHost host(*std::move(link), raw_host());
  for (std::uint8_t n = 0; n < 5; ++n) {
    const auto frame = host.wait_for<FrameReceived>();
    ASSERT_EQ(frame.info, (FrameInfo{PixelFormat::grayscale, 33, 17}));
    const ByteSpan data = frame.memory->bytes();
    EXPECT_EQ(Bytes(data.begin(), data.end()), test::counted_bytes(33 * 17, n));
  }
}

TEST(ConnectEmulator, StopsWithItsTransportAndByCancelling) {
  auto cancellation = std::make_shared<Cancellation>();
  auto link = connect_emulator(*parse_options("fps=0"), cancellation);
  ASSERT_TRUE(link);
  CameraHost host(*std::move(link), raw_host());
  host.wait_for<FrameReceived>();
  cancellation->cancel();
  EXPECT_THROW(while (true) host.wait_for<FrameReceived>(), std::runtime_error);
}

TEST(ConnectEmulator, ErrorsOfTheOptionsComeBack) {
  EXPECT_EQ(connect_emulator(*parse_options("file=/does/not/exist"), std::make_shared<Cancellation>()).error().code,
            Errc::io);
}

}  // namespace
}  // namespace omv::emulator
