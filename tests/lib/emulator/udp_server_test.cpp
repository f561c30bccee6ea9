// SPDX-License-Identifier: LGPL-2.1-or-later
// An emulated camera behind UDP: whole frames, also when datagrams get lost, and from host to host.
#include "omv/emulator/udp_server.h"

#include <gtest/gtest.h>

#include "camera_host.h"
#include "lossy_transport.h"
#include "omv/camera/open_link.h"

namespace omv::emulator {
namespace {

using camera::Cancellation;
using camera::FrameReceived;
using test::CameraHost;

std::unique_ptr<UdpServer> serve(const char* query) {
  auto emulator = Emulator::create(udp_defaults(*parse_options(query)));
  EXPECT_TRUE(emulator) << emulator.error().message;
  auto server = UdpServer::start(*std::move(emulator), "127.0.0.1", 0);
  EXPECT_TRUE(server) << server.error().message;
  return *std::move(server);
}

camera::DeviceAddress address_of(const UdpServer& server) { return *camera::parse_device_address(server.address()); }

std::unique_ptr<camera::Transport> connect(const UdpServer& server) {
  auto link = camera::open_link(address_of(server), test::kPatience, std::make_shared<Cancellation>());
  EXPECT_TRUE(link) << link.error().message;
  return *std::move(link);
}

camera::HostOptions host_options(const UdpServer& server) {
  return camera::tuned_for(address_of(server), test::raw_host());
}

void expect_every_frame(CameraHost& host, std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t n = first; n < first + count; ++n) ASSERT_EQ(host.next_code().sequence, n);
}

// What a frame of the emulator is to be, made by another emulator with the same settings.
Bytes expected_frame(const char* query, std::uint32_t number) {
  const auto provider = *make_provider(*parse_options(query));
  const Time now = Clock::steady()->now();
  provider->start(now, "");
  for (std::uint32_t n = 0;; ++n) {
    const auto frame = provider->capture({true, 4096, 4096}, *provider->due(now));
    if (n == number) return Bytes(frame->data.begin(), frame->data.end());
  }
}

TEST(UdpServer, DeliversEveryFrameThatWaitsForTheHost) {
  const auto server = serve("fps=0&lock-interval=0&size=QQVGA");
  EXPECT_EQ(server->address(), "udp://127.0.0.1:" + std::to_string(server->port()));
  CameraHost host(connect(*server), host_options(*server));
  EXPECT_EQ(host.wait_for<camera::Connected>().board.max_payload, 1400);
  expect_every_frame(host, 0, 30);
}

// More bytes than a socket's buffer holds by default: the camera's pauses let the host keep up. A busy machine may
// lose some all the same, after which the stream goes on.
TEST(UdpServer, DeliversFramesLargerThanABuffer) {
  const auto server = serve("fps=0&lock-interval=0&size=VGA");
  CameraHost host(connect(*server), host_options(*server));
  for (int n = 0; n < 3; ++n) EXPECT_EQ(host.wait_for<FrameReceived>().size, 640u * 480 * 2);
}

TEST(UdpServer, AnswersTheNextHostToo) {
  const auto server = serve("fps=0&lock-interval=0&size=QQVGA");
  for (int i = 0; i < 3; ++i) {
    CameraHost host(connect(*server), host_options(*server));
    const std::uint32_t first = host.next_code().sequence;
    expect_every_frame(host, first + 1, 3);
  }
}

TEST(UdpServer, NeverAsksForAcknowledgements) {
  const auto server = serve("fps=0&lock-interval=0&size=QQVGA");
  const auto link = connect(*server);
  Bytes requests;
  camera::append_packet(requests, {.opcode = static_cast<std::uint8_t>(camera::Opcode::sync)}, {});
  camera::append_packet(requests, {.opcode = static_cast<std::uint8_t>(camera::Opcode::get_caps)}, {});
  ASSERT_TRUE(camera::write_all(*link, requests, test::deadline()));
  Bytes answer(65536);
  ASSERT_EQ(link->read(answer, test::deadline()).value_or(0), camera::packet_size(0));
  ASSERT_EQ(link->read(answer, test::deadline()).value_or(0), camera::packet_size(camera::kCapsSize));
  EXPECT_EQ(answer[4], 0) << "no flags, ACK_REQ is not among them";
  EXPECT_EQ(load_le<std::uint16_t>(answer.data() + camera::kHeaderSize + 4), 1400);
}

TEST(UdpServer, HasNoPlaceForOldFirmware) {
  const auto server = UdpServer::start(*Emulator::create(*parse_options("firmware=4.8.1")), "127.0.0.1", 0);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, Errc::invalid);
  EXPECT_NE(server.error().message.find("usbdbg"), std::string::npos) << server.error().message;
}

TEST(UdpServer, StopsAtOnce) {
  const Time begin = Clock::steady()->now();
  { const auto idle = serve(""); }
  {
    const auto with_host = serve("fps=0&lock-interval=0&size=VGA");
    CameraHost host(connect(*with_host), host_options(*with_host));
    host.wait_for<FrameReceived>();
  }
  EXPECT_LT(Clock::steady()->now() - begin, test::kPatience);
}

TEST(UdpServer, ACameraThatIsGoneIsNoticed) {
  auto server = serve("fps=0&lock-interval=0&size=QQVGA");
  CameraHost host(connect(*server), host_options(*server));
  host.wait_for<FrameReceived>();
  server.reset();
  try {
    while (true) host.wait_for<FrameReceived>();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("nothing listens"), std::string::npos) << error.what();
  }
}

class LossyUdp : public ::testing::TestWithParam<test::Losses> {};

INSTANTIATE_TEST_SUITE_P(Links, LossyUdp,
                         ::testing::Values(test::Losses{0, 31}, test::Losses{29, 0}, test::Losses{43, 67}),
                         [](const auto& tested) {
                           return "Out" + std::to_string(tested.param.outgoing) + "In" +
                                  std::to_string(tested.param.incoming);
                         });

// A frame has 6 datagrams, and some more are said around it.
TEST_P(LossyUdp, DeliversIntactFramesAndGoesOn) {
  const char* kCamera = "fps=0&lock-interval=0&size=64x64&format=rgb565";
  const auto server = serve(kCamera);
  unsigned lost = 0;
  CameraHost host(std::make_unique<test::LossyTransport>(connect(*server), GetParam(), lost), host_options(*server));
  std::uint32_t next = 0;
  for (int n = 0; n < 20; ++n) {
    const auto frame = host.wait_for<FrameReceived>();
    const ConstByteSpan data = frame.memory->bytes().first(frame.size);
    const auto code = read_code(packed_view(frame.info, data));
    ASSERT_TRUE(code) << n;
    EXPECT_GE(code->sequence, next);
    next = code->sequence + 1;
    if (n % 10 != 9) continue;
    EXPECT_EQ(Bytes(data.begin(), data.end()), expected_frame(kCamera, code->sequence));
  }
  EXPECT_GT(lost, 2u);
  EXPECT_GT(host.session().stats().resyncs, 0u);
  EXPECT_EQ(host.session().stats().dropped_corrupt, 0u);
  EXPECT_EQ(host.session().stats().crc_errors, 0u);
}

TEST(UdpServer, AnUnpluggedCameraComesBackToTheSamePort) {
  const auto server = serve("fps=0&lock-interval=0&size=QQVGA");
  {
    CameraHost host(connect(*server), host_options(*server));
    host.wait_for<FrameReceived>();
  }
  ASSERT_TRUE(server->emulator().inject(*parse_fault("unplug 1")));
  CameraHost host(connect(*server), host_options(*server));
  host.wait_for<FrameReceived>();
  EXPECT_EQ(server->emulator().counters().unplugged, 1u);
}

}  // namespace
}  // namespace omv::emulator
