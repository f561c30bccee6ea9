// SPDX-License-Identifier: LGPL-2.1-or-later
// Emulated cameras with firmware before 5 behind a pseudo-terminal, found and used by a host that has to find out.
#include <gtest/gtest.h>

#include <future>

#include "camera_host.h"
#include "omv/camera/transport/serial_transport.h"
#include "omv/emulator/server.h"

namespace omv::emulator {
namespace {

using camera::Cancellation;
using camera::Connected;
using camera::FrameReceived;
using camera::Protocol;
using test::CameraHost;

std::unique_ptr<PtyServer> serve(const std::string& query, CameraObserver observer = {}) {
  auto camera = Emulator::create(*parse_options(query), std::move(observer));
  EXPECT_TRUE(camera) << camera.error().message;
  auto server = PtyServer::start(*std::move(camera), std::nullopt);
  EXPECT_TRUE(server) << server.error().message;
  return *std::move(server);
}

CameraHost connect(const PtyServer& server, Protocol protocol = Protocol::automatic) {
  auto link = camera::open_serial(server.path(), std::make_shared<Cancellation>());
  EXPECT_TRUE(link) << link.error().message;
  return CameraHost(*std::move(link), test::raw_host(), protocol);
}

TEST(OldFirmware, IsFoundAndShowsItsPicture) {
  for (const char* camera : {"firmware=4.8.1", "firmware=4.7.0&board=rt1062", "firmware=4.5.9&board=h7",
                             "firmware=3.9.1&board=m7", "protocol=usbdbg&board=nicla"}) {
    const auto server = serve(std::string(camera) + "&fps=0&size=QQVGA");
    CameraHost host = connect(*server);
    const auto board = host.wait_for<Connected>().board;
    EXPECT_EQ(board.protocol, Protocol::usbdbg) << camera;
    const std::uint32_t first = host.next_code().sequence;
    for (std::uint32_t n = first + 1; n < first + 4; ++n) ASSERT_EQ(host.next_code().sequence, n) << camera;
  }
}

TEST(OldFirmware, SendsSmallPicturesRawAndOthersAsJpeg) {
  for (const auto& [options, expected] : {std::pair{"size=QQVGA&format=rgb565", PixelFormat::rgb565},
                                          {"size=QQVGA&format=grayscale", PixelFormat::grayscale},
                                          {"size=QVGA&format=rgb565", PixelFormat::jpeg},
                                          {"size=QQVGA&format=binary", PixelFormat::jpeg},
                                          {"size=QQVGA&format=bayer", PixelFormat::jpeg}}) {
    const auto server = serve(std::string("firmware=4.5.9&fps=0&") + options);
    CameraHost host = connect(*server, Protocol::usbdbg);
    const auto frame = host.wait_for<FrameReceived>();
    EXPECT_EQ(frame.info.format, expected) << options;
    EXPECT_EQ(frame.info.width, expected == PixelFormat::jpeg && frame.info.width == 320 ? 320u : 160u);
  }
}

TEST(OldFirmware, HostsComeAndGoInTheMiddleOfAFrame) {
  const auto server = serve("firmware=4.7.0&fps=0&size=HD&format=jpeg&quality=95");
  for (int i = 0; i < 4; ++i) {
    // Asks for the frame that is announced, and leaves while it arrives.
    if (i > 0) {
      const auto link = *camera::open_serial(server->path(), std::make_shared<Cancellation>());
      ASSERT_TRUE(write_all(*link, Bytes{0x30, 0x81, 12, 0, 0, 0}, test::deadline()));
      Bytes shape(12);
      for (std::size_t at = 0; at < shape.size();) at += *link->read(ByteSpan(shape).subspan(at), test::deadline());
      Bytes dump = {0x30, 0x82, 0, 0, 0, 0};
      std::copy(shape.begin() + 8, shape.end(), dump.begin() + 2);
      ASSERT_TRUE(write_all(*link, dump, test::deadline()));
      ASSERT_TRUE(link->read(dump, test::deadline()));
    }
    CameraHost host = connect(*server);
    EXPECT_EQ(host.wait_for<FrameReceived>().info.width, 1280u) << i;
    EXPECT_EQ(host.session().stats().dropped_corrupt, 0u);
  }
}

TEST(OldFirmware, StartsAnewAfterAReset) {
  std::promise<void> reset;
  const auto server = serve("firmware=4.5.9&fps=0", [&reset](CameraEvent event) {
    if (event == CameraEvent::reset) reset.set_value();
  });
  {
    CameraHost host = connect(*server);
    host.wait_for<FrameReceived>();
  }
  const auto link = *camera::open_serial(server->path(), std::make_shared<Cancellation>());
  ASSERT_TRUE(write_all(*link, Bytes{0x30, 0x0C, 0, 0, 0, 0}, test::deadline()));
  ASSERT_EQ(reset.get_future().wait_for(test::kPatience), std::future_status::ready);
  ASSERT_TRUE(write_all(*link, Bytes{0x30, 0x87, 4, 0, 0, 0}, test::deadline()));
  Bytes running(4);
  for (std::size_t at = 0; at < running.size();) at += *link->read(ByteSpan(running).subspan(at), test::deadline());
  EXPECT_EQ(running, Bytes(4)) << "no script runs any more";
}

TEST(OldFirmware, V2IsStillFound) {
  const auto server = serve("fps=0&size=QQVGA");
  CameraHost host = connect(*server);
  EXPECT_EQ(host.wait_for<Connected>().board.protocol, Protocol::v2);
  host.wait_for<FrameReceived>();
}

TEST(OldFirmware, V2SaysWhichFirmwareItIs) {
  const auto server = serve("firmware=5.1.2&fps=0");
  CameraHost host = connect(*server, Protocol::v2);
  EXPECT_EQ(host.wait_for<Connected>().board.firmware, (std::array<std::uint8_t, 3>{5, 1, 2}));
}

}  // namespace
}  // namespace omv::emulator
