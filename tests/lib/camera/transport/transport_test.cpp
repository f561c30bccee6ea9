// SPDX-License-Identifier: LGPL-2.1-or-later
// Pipes, TCP and terminals: bytes pass, waits end at once when they are cancelled, errors say what is wrong.
#include "omv/camera/transport/transport.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "omv/camera/transport/pipe_transport.h"
#include "omv/camera/transport/serial_transport.h"
#include "omv/camera/transport/tcp_transport.h"

namespace omv::camera {
namespace {

using namespace std::chrono_literals;

// Far beyond what anything here takes: a test that gets there has failed.
Time soon() { return Clock::steady()->now() + 30s; }

std::shared_ptr<Cancellation> cancellation() { return std::make_shared<Cancellation>(); }

struct Ends {
  std::shared_ptr<Cancellation> cancel_a = cancellation(), cancel_b = cancellation();
  std::unique_ptr<Transport> a, b;
};

Ends pipe_ends() {
  Ends ends;
  auto pair = make_pipe(ends.cancel_a, ends.cancel_b);
  ends.a = std::move(pair->first);
  ends.b = std::move(pair->second);
  return ends;
}

Ends tcp_ends() {
  Ends ends;
  auto listener = TcpListener::listen("127.0.0.1", 0);
  ends.a = std::move(*connect_tcp("localhost", listener->port(), soon(), ends.cancel_a));
  ends.b = std::move(*listener->accept(soon(), ends.cancel_b));
  return ends;
}

Ends serial_ends() {
  Ends ends;
  auto terminal = open_pseudo_terminal(ends.cancel_b);
  ends.b = std::move(terminal->camera);
  ends.a = std::move(*open_serial(terminal->path, ends.cancel_a));
  return ends;
}

class EveryTransport : public ::testing::TestWithParam<std::pair<const char*, Ends (*)()>> {
 protected:
  Ends ends = GetParam().second();
};

INSTANTIATE_TEST_SUITE_P(Transports, EveryTransport,
                         ::testing::Values(std::pair{"pipe", &pipe_ends}, std::pair{"tcp", &tcp_ends},
                                           std::pair{"serial", &serial_ends}),
                         [](const auto& tested) { return tested.param.first; });

Bytes read_exactly(Transport& from, std::size_t count) {
  Bytes out(count);
  std::size_t done = 0;
  while (done < count) {
    const auto got = from.read(ByteSpan(out).subspan(done), soon());
    if (!got) {
      ADD_FAILURE() << got.error().message;
      break;
    }
    done += *got;
  }
  return out;
}

TEST_P(EveryTransport, CarriesAllBytesBothWays) {
  Bytes bytes(200000);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 256);
  const auto carry = [&](Transport& from, Transport& to) {
    std::thread writer([&] { EXPECT_TRUE(write_all(from, bytes, soon())); });
    EXPECT_EQ(read_exactly(to, bytes.size()), bytes);
    writer.join();
  };
  carry(*ends.a, *ends.b);
  carry(*ends.b, *ends.a);
}

TEST_P(EveryTransport, ReadingEndsAtItsDeadline) {
  Bytes into(10);
  const auto got = ends.a->read(into, Clock::steady()->now() + 5ms);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::timeout);
}

TEST_P(EveryTransport, CancelEndsReading) {
  std::thread other([&] { ends.cancel_a->cancel(); });
  Bytes into(10);
  const auto got = ends.a->read(into, kNever);
  other.join();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::cancelled);
}

TEST_P(EveryTransport, CancelEndsWritingToOneWhoDoesNotRead) {
  std::thread other([&] {
    std::this_thread::sleep_for(20ms);
    ends.cancel_a->cancel();
  });
  const Bytes bytes(64 * 1024 * 1024);
  const auto put = write_all(*ends.a, bytes, kNever);
  other.join();
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, Errc::cancelled);
}

TEST_P(EveryTransport, CancelSticksUntilItIsReset) {
  ends.cancel_a->cancel();
  ends.cancel_a->cancel();
  Bytes into(10);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ends.a->read(into, kNever).error().code, Errc::cancelled);
  ends.cancel_a->reset();
  ASSERT_TRUE(write_all(*ends.b, as_bytes("x"), soon()));
  EXPECT_EQ(*ends.a->read(into, soon()), 1u);
}

// What reset() leaves when it meets a cancel() half way: the descriptor is readable, and nothing else would end the
// wait.
TEST_P(EveryTransport, CancelDuringAResetEndsReading) {
  ASSERT_EQ(::eventfd_write(ends.cancel_a->fd(), 1), 0);
  Bytes into(10);
  EXPECT_EQ(ends.a->read(into, kNever).error().code, Errc::cancelled);
  ends.cancel_a->reset();
  ASSERT_TRUE(write_all(*ends.b, as_bytes("x"), soon()));
  EXPECT_EQ(*ends.a->read(into, soon()), 1u);
}

TEST_P(EveryTransport, SaysWhatItIsConnectedTo) { EXPECT_FALSE(ends.a->describe().empty()); }

TEST_P(EveryTransport, NoticesThatTheOtherSideIsGone) {
  ends.b.reset();
  Bytes into(10);
  const auto got = ends.a->read(into, soon());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::closed);
  // No signal either; the first write may still be taken by a socket's buffer.
  Result<void> put;
  for (int i = 0; i < 10 && put; ++i) put = write_all(*ends.a, Bytes(100000), soon());
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, Errc::closed);
}

TEST(Tcp, SaysWhyItCannotConnect) {
  std::uint16_t port = 0;
  {
    auto listener = TcpListener::listen("127.0.0.1", 0);
    port = listener->port();
  }
  const auto refused = connect_tcp("127.0.0.1", port, soon(), cancellation());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::io);
  EXPECT_NE(refused.error().message.find("tcp://127.0.0.1:"), std::string::npos);
  EXPECT_NE(refused.error().message.find("refused"), std::string::npos) << refused.error().message;
}

TEST(Tcp, SaysThatThereIsNoSuchName) {
  const auto result = connect_tcp("no-such-host.invalid", 5, soon(), cancellation());
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("no-such-host.invalid"), std::string::npos);
}

TEST(Tcp, CancelEndsConnecting) {
  const auto cancelled = cancellation();
  cancelled->cancel();
  // A listener whose queue is full would do too; an address that swallows packets is not to be had everywhere.
  auto listener = TcpListener::listen("127.0.0.1", 0);
  const auto result = connect_tcp("localhost", listener->port(), kNever, cancelled);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::cancelled);
}

TEST(Tcp, CancelEndsAccepting) {
  auto listener = TcpListener::listen("127.0.0.1", 0);
  const auto cancelled = cancellation();
  std::thread other([&] { cancelled->cancel(); });
  const auto result = listener->accept(kNever, cancelled);
  other.join();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::cancelled);
}

TEST(Tcp, ListensOnVersion6Too) {
  auto listener = TcpListener::listen("::1", 0);
  if (!listener) GTEST_SKIP() << "no IPv6 here: " << listener.error().message;
  EXPECT_EQ(listener->describe(), "tcp://[::1]:" + std::to_string(listener->port()));
  EXPECT_TRUE(connect_tcp("::1", listener->port(), soon(), cancellation()));
}

TEST(Tcp, PortInUseIsReported) {
  auto listener = TcpListener::listen("127.0.0.1", 0);
  const auto second = TcpListener::listen("127.0.0.1", listener->port());
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("in use"), std::string::npos) << second.error().message;
}

TEST(Serial, SaysThatThereIsNoSuchDevice) {
  const auto result = open_serial("/dev/ttyNoSuchDevice", cancellation());
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("/dev/ttyNoSuchDevice"), std::string::npos);
  EXPECT_NE(result.error().message.find("no such device"), std::string::npos);
}

TEST(Serial, SaysThatAFileIsNoSerialPort) {
  const std::string path = ::testing::TempDir() + "/omv-no-serial-port";
  std::fclose(std::fopen(path.c_str(), "w"));
  const auto result = open_serial(path, cancellation());
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("is not a serial port"), std::string::npos) << result.error().message;
  ::unlink(path.c_str());
}

TEST(Serial, SaysWhoMayOpenIt) {
  if (::geteuid() == 0) GTEST_SKIP() << "nothing is forbidden to root";
  const std::string path = ::testing::TempDir() + "/omv-forbidden";
  std::fclose(std::fopen(path.c_str(), "w"));
  ::chmod(path.c_str(), 0);
  const auto result = open_serial(path, cancellation());
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("members of the group"), std::string::npos) << result.error().message;
  ::unlink(path.c_str());
}

TEST(Serial, TheLastWordArrives) {
  Ends ends = serial_ends();
  ASSERT_TRUE(write_all(*ends.a, as_bytes("stop"), soon()));
  ends.a.reset();
  Bytes into(10);
  const auto got = ends.b->read(into, soon());
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(as_text(ConstByteSpan(into).first(*got)), "stop");
}

TEST(Serial, OnePortIsForOneProgram) {
  auto terminal = open_pseudo_terminal(cancellation());
  ASSERT_TRUE(terminal);
  auto first = open_serial(terminal->path, cancellation());
  ASSERT_TRUE(first) << first.error().message;
  const auto second = open_serial(terminal->path, cancellation());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
  first->reset();
  EXPECT_TRUE(open_serial(terminal->path, cancellation())) << "and free again afterwards";
}

}  // namespace
}  // namespace omv::camera
