// SPDX-License-Identifier: LGPL-2.1-or-later
// A whole connection over real descriptors, with the emulated camera on a thread of its own.
#include "omv/camera/connection.h"

#include <gtest/gtest.h>

#include <thread>

#include "camera_wire.h"
#include "omv/camera/transport/pipe_transport.h"
#include "omv/camera/transport/serial_transport.h"
#include "omv/camera/transport/tcp_transport.h"

namespace omv::camera {
namespace {

using namespace std::chrono_literals;

Time now() { return Clock::steady()->now(); }
Time soon() { return now() + 30s; }

// Serves one connection until it is closed or the test is over.
class ServedCamera {
 public:
  explicit ServedCamera(std::unique_ptr<Transport> transport, std::shared_ptr<Cancellation> cancel)
      : transport_(std::move(transport)), cancel_(std::move(cancel)) {
    provider.frames = {test::jpeg_frame(80, 60, 30000), test::raw_frame(PixelFormat::rgb565, 320, 240)};
    provider.interval = 2ms;
    DeviceOptions options;
    options.min_lock_interval = 0ns;
    device_ = make_device_session(Protocol::v2, options, provider);
    thread_ = std::thread([this] { serve(); });
  }
  ~ServedCamera() {
    cancel_->cancel();
    thread_.join();
  }

  test::ListProvider provider;

 private:
  void serve() {
    device_->start(now());
    while (true) {
      while (!device_->output().empty()) {
        const auto put = transport_->write(device_->output(), kNever);
        if (!put) return transport_.reset();
        device_->sent(*put, now());
      }
      const auto got = transport_->read(device_->space(), device_->next_deadline());
      if (got)
        device_->received(*got, now());
      else if (got.error().code == Errc::timeout)
        device_->poll(now());
      else
        return transport_.reset();
    }
  }

  std::unique_ptr<Transport> transport_;
  std::shared_ptr<Cancellation> cancel_;
  std::unique_ptr<DeviceSession> device_;
  std::thread thread_;
};

HostOptions options() {
  HostOptions out;
  out.script = "run()\n";
  out.stream = {true, 320, 240};
  return out;
}

std::size_t count_frames(Connection& connection, std::size_t wanted) {
  std::size_t frames = 0;
  while (frames < wanted) {
    const Result<HostEvent> event = connection.next_event(soon());
    if (!event) {
      ADD_FAILURE() << event.error().message;
      break;
    }
    if (const auto* lost = std::get_if<ConnectionLost>(&*event)) ADD_FAILURE() << lost->error.message;
    frames += std::holds_alternative<FrameReceived>(*event);
  }
  return frames;
}

TEST(Connection, ReadsFramesThroughAPipe) {
  const auto ours = std::make_shared<Cancellation>(), theirs = std::make_shared<Cancellation>();
  auto ends = make_pipe(ours, theirs);
  ServedCamera camera(std::move(ends->second), theirs);
  Connection connection(std::move(ends->first), make_host_session(Protocol::v2, options()));
  EXPECT_EQ(count_frames(connection, 50), 50u);
}

TEST(Connection, ReadsFramesThroughTcp) {
  const auto ours = std::make_shared<Cancellation>(), theirs = std::make_shared<Cancellation>();
  auto listener = TcpListener::listen("127.0.0.1", 0);
  auto client = connect_tcp("127.0.0.1", listener->port(), soon(), ours);
  ServedCamera camera(*listener->accept(soon(), theirs), theirs);
  Connection connection(std::move(*client), make_host_session(Protocol::v2, options()));
  EXPECT_EQ(count_frames(connection, 50), 50u);
  EXPECT_EQ(connection.session().stats().resyncs, 0u);
}

TEST(Connection, ReadsFramesThroughATerminal) {
  const auto ours = std::make_shared<Cancellation>(), theirs = std::make_shared<Cancellation>();
  auto terminal = open_pseudo_terminal(theirs);
  ServedCamera camera(std::move(terminal->camera), theirs);
  Connection connection(*open_serial(terminal->path, ours), make_host_session(Protocol::v2, options()));
  EXPECT_EQ(count_frames(connection, 10), 10u);
}

TEST(Connection, CancelEndsWaitingAndItGoesOnAfterwards) {
  const auto ours = std::make_shared<Cancellation>(), theirs = std::make_shared<Cancellation>();
  auto ends = make_pipe(ours, theirs);
  ServedCamera camera(std::move(ends->second), theirs);
  Connection connection(std::move(ends->first), make_host_session(Protocol::v2, options()));
  ASSERT_EQ(count_frames(connection, 3), 3u);
  std::thread other([&] { ours->cancel(); });
  Result<HostEvent> event = connection.next_event(kNever);
  while (event) event = connection.next_event(kNever);
  other.join();
  EXPECT_EQ(event.error().code, Errc::cancelled);
  ours->reset();
  EXPECT_EQ(count_frames(connection, 3), 3u);
}

TEST(Connection, DeadlineIsNoError) {
  const auto ours = std::make_shared<Cancellation>(), theirs = std::make_shared<Cancellation>();
  auto ends = make_pipe(ours, theirs);
  Connection connection(std::move(ends->first), make_host_session(Protocol::v2, options()));
  const Result<HostEvent> event = connection.next_event(now() + 5ms);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().code, Errc::timeout);
}

// The caller's deadline may be far off, or never come.
TEST(Connection, ALostCameraIsReportedWhenItIsLost) {
  const auto ours = std::make_shared<Cancellation>(), theirs = std::make_shared<Cancellation>();
  auto ends = make_pipe(ours, theirs);
  HostOptions impatient = options();
  impatient.connect_timeout = 20ms;
  Connection connection(std::move(ends->first), make_host_session(Protocol::v2, impatient));
  const Time late = soon();
  const Result<HostEvent> event = connection.next_event(late);
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_TRUE(std::holds_alternative<ConnectionLost>(*event));
  EXPECT_LT(now(), late - 10s);
}

TEST(Connection, ClosedTransportIsReported) {
  const auto ours = std::make_shared<Cancellation>(), theirs = std::make_shared<Cancellation>();
  auto ends = make_pipe(ours, theirs);
  Connection connection(std::move(ends->first), make_host_session(Protocol::v2, options()));
  {
    ServedCamera camera(std::move(ends->second), theirs);
    ASSERT_EQ(count_frames(connection, 2), 2u);
  }
  Result<HostEvent> event = connection.next_event(soon());
  while (event) event = connection.next_event(soon());
  EXPECT_EQ(event.error().code, Errc::closed);
}

TEST(Connection, CloseSaysGoodbye) {
  const auto ours = std::make_shared<Cancellation>(), theirs = std::make_shared<Cancellation>();
  auto ends = make_pipe(ours, theirs);
  ServedCamera camera(std::move(ends->second), theirs);
  Connection connection(std::move(ends->first), make_host_session(Protocol::v2, options()));
  ASSERT_EQ(count_frames(connection, 2), 2u);
  connection.session().close(true, now());
  Result<HostEvent> event = connection.next_event(soon());
  while (event && !std::holds_alternative<Closed>(*event)) event = connection.next_event(soon());
  ASSERT_TRUE(event);
  EXPECT_EQ(connection.next_event(soon()).error().code, Errc::closed);
}

}  // namespace
}  // namespace omv::camera
