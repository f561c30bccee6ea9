// SPDX-License-Identifier: LGPL-2.1-or-later
// Channels of scripts and of the profiler, request by request.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulated_device.h"

namespace omv::camera {
namespace {

using namespace std::chrono_literals;
using test::append_text;
using test::u16;
using test::u32;
namespace flag = packet_flag;

/// Remembers what it is told and hands out `text`.
class Notebook final : public DynamicChannel {
 public:
  std::string title = "notebook";
  std::uint8_t methods = channel_flag::kRead | channel_flag::kWrite | channel_flag::kLock;
  std::string text;
  std::string written;
  std::vector<std::size_t> asked_for;
  std::uint32_t request = 0;
  bool accepts = true;
  bool is_locked = false;
  bool has_news = false;

  std::string_view name() const override { return title; }
  std::uint8_t flags() const override { return methods; }
  std::uint32_t size() override { return static_cast<std::uint32_t>(text.size()); }
  std::vector<std::uint32_t> shape() override { return {2, size()}; }
  Bytes read(std::uint32_t offset, std::size_t count) override {
    asked_for.push_back(count);
    const ConstByteSpan all = as_bytes(text);
    const std::size_t from = std::min<std::size_t>(offset, all.size());
    const ConstByteSpan some = all.subspan(from, std::min(count, all.size() - from));
    return {some.begin(), some.end()};
  }
  bool write(std::uint32_t, ConstByteSpan data) override {
    written += as_text(data);
    return accepts;
  }
  bool lock() override { return is_locked = true; }
  void unlock() override { is_locked = false; }
  bool ioctl(std::uint32_t code, ConstByteSpan) override {
    request = code;
    return accepts;
  }
  bool take_notification() override { return std::exchange(has_news, false); }
};

class Channels : public test::EmulatedDevice {
 protected:
  explicit Channels(DeviceOptions options = {}) : EmulatedDevice(std::move(options)) {
    provider.script_channels = {&notebook};
  }
  std::vector<ChannelEntry> list() { return *decode_channels(ask(Opcode::list).payload); }

  Notebook notebook;
};

TEST_F(Channels, AreRegisteredWithTheScriptAndVanishWithIt) {
  connect();
  EXPECT_EQ(list().size(), 4u);
  notebook.title = "a name that is too long";
  const auto events = run_script();
  ASSERT_EQ(events.size(), 3u) << "the acknowledgement, the script's start, the registration";
  EXPECT_TRUE(events[2].header.is(Opcode::sys_event));
  EXPECT_EQ(events[2].header.channel, 0);
  EXPECT_EQ(events[2].payload, u16(0));
  ASSERT_EQ(list().size(), 5u);
  EXPECT_EQ(list()[4], (ChannelEntry{4, 0x2B, "a name that i"}));
  const auto end = send(Opcode::ioctl, 1, u32({1}));
  EXPECT_EQ(end.size(), 3u) << "acknowledgement, script ended, soft reboot: nothing about channels";
  connect();
  EXPECT_EQ(list().size(), 4u);
}

TEST_F(Channels, SurviveASyncButNotTheirLocks) {
  connect();
  run_script();
  expect_ok(Opcode::lock, 4);
  EXPECT_TRUE(notebook.is_locked);
  wait(10ms);
  expect_refused(Status::busy, Opcode::lock, 4);
  connect();
  EXPECT_FALSE(notebook.is_locked);
  EXPECT_EQ(list().size(), 5u);
  expect_ok(Opcode::lock, 4);
  expect_ok(Opcode::unlock, 4);
  expect_ok(Opcode::unlock, 4);
}

TEST_F(Channels, AreReadInPieces) {
  connect();
  run_script();
  notebook.text = std::string(1200, 'a');
  EXPECT_EQ(ask(Opcode::poll).payload, u32({2 | 16}));
  EXPECT_EQ(ask(Opcode::size, 4).payload, u32({1200}));
  EXPECT_EQ(ask(Opcode::shape, 4).payload, u32({2, 1200}));
  const auto got = send(Opcode::read, 4, u32({0, 1200}));
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[0].header.length, 512);
  EXPECT_EQ(got[0].header.flags, flag::kFragment);
  EXPECT_EQ(got[2].header.length, 1200 - 1024);
  EXPECT_EQ(got[2].header.flags, 0);
  EXPECT_THAT(notebook.asked_for, testing::ElementsAre(512, 512, 176));
}

TEST_F(Channels, PiecesAreNoLargerThanThePayload) {
  connect();
  set_caps(0x0B, 100);
  run_script();
  notebook.text = std::string(150, 'a');
  EXPECT_EQ(send(Opcode::read, 4, u32({0, 150})).size(), 2u);
  EXPECT_THAT(notebook.asked_for, testing::ElementsAre(100, 50));
}

TEST_F(Channels, ThatRunDryEndInFailed) {
  connect();
  run_script();
  expect_refused(Status::failed, Opcode::read, 4, u32({0, 10}));
  expect_refused(Status::invalid, Opcode::read, 4, u32({0, 0}));
  notebook.text = "abc";
  const auto got = send(Opcode::read, 4, u32({0, 10}));
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].header.flags, flag::kFragment);
  EXPECT_EQ(got[1].header.flags, flag::kNak);
}

TEST_F(Channels, TakeWritesAndRequests) {
  connect();
  run_script();
  expect_ok(Opcode::write, 4, append_text(u32({0, 5}), "hello"));
  EXPECT_EQ(notebook.written, "hello");
  expect_ok(Opcode::ioctl, 4, append_text(u32({77}), "x"));
  EXPECT_EQ(notebook.request, 77u);
  expect_refused(Status::failed, Opcode::ioctl, 4, u32({77}));
  notebook.accepts = false;
  expect_refused(Status::failed, Opcode::write, 4, append_text(u32({0, 5}), "hello"));
  expect_refused(Status::failed, Opcode::ioctl, 4, append_text(u32({77}), "x"));
}

TEST_F(Channels, RefuseWhatTheyHaveNoMethodFor) {
  connect();
  notebook.methods = 0;
  run_script();
  expect_refused(Status::invalid, Opcode::read, 4, u32({0, 1}));
  expect_refused(Status::invalid, Opcode::size, 4);
  expect_refused(Status::invalid, Opcode::shape, 4);
  expect_refused(Status::invalid, Opcode::write, 4, append_text(u32({0, 1}), "x"));
  expect_refused(Status::busy, Opcode::lock, 4);
  expect_refused(Status::busy, Opcode::unlock, 4);
}

TEST_F(Channels, LocksOfAllChannelsKeepTheirDistance) {
  connect();
  run_script();
  wait(25ms);
  expect_ok(Opcode::lock, 4);
  expect_refused(Status::busy, Opcode::lock, 3);
  wait(10ms);
  expect_ok(Opcode::lock, 3);
}

TEST_F(Channels, TellWhenTheyHaveNews) {
  connect();
  run_script();
  notebook.has_news = true;
  const auto events = wait(25ms);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events[0].header.channel, 4);
  EXPECT_TRUE(events[0].header.is(Opcode::channel_event));
  EXPECT_EQ(events[0].header.length, 0);
}

TEST_F(Channels, NewsForAHostThatWantsNoEventsEndTheScript) {
  connect();
  set_caps(0x03);
  run_script();
  notebook.has_news = true;
  wait(25ms);
  EXPECT_FALSE(session.script_running());
  connect();
  const auto text = ask(Opcode::read, 2, u32({0, 60}));
  EXPECT_THAT(std::string(as_text(text.payload)), testing::StartsWith("Traceback (most recent call last):\r\n"));
}

TEST_F(Channels, OneTooManyHangsTheCamera) {
  connect();
  provider.script_channels.assign(29, &notebook);
  run_script();
  EXPECT_TRUE(send(Opcode::sync).empty());
}

// --- The profiler ---

DeviceOptions with_profiler() {
  DeviceOptions options;
  options.profiler = true;
  return options;
}

class Profile : public Channels {
 protected:
  Profile() : Channels(with_profiler()) {}
};

TEST_F(Profile, HasAFixedPlaceInFrontOfTheScriptsChannels) {
  connect();
  EXPECT_EQ(list()[4], (ChannelEntry{4, 0x09, "profile"}));
  run_script();
  EXPECT_EQ(list()[5].id, 5);
}

TEST_F(Profile, ShowsRecordsOfAScriptThatHasRun) {
  connect();
  expect_ok(Opcode::lock, 4);
  EXPECT_EQ(ask(Opcode::shape, 4).payload, u32({0, 40})) << "nothing has run";
  expect_ok(Opcode::unlock, 4);
  run_script();
  wait(1s);
  expect_ok(Opcode::lock, 4);
  const Bytes shape = ask(Opcode::shape, 4).payload;
  ASSERT_EQ(shape.size(), 8u);
  const std::uint32_t size = load_le<std::uint32_t>(shape.data()) * 40;
  ASSERT_GT(size, 0u);
  EXPECT_EQ(ask(Opcode::size, 4).payload, u32({size}));
  const Bytes records = ask(Opcode::read, 4, u32({0, size})).payload;
  ASSERT_EQ(records.size(), size);
  EXPECT_GE(load_le<std::uint32_t>(records.data() + 8), 30u) << "calls";
  expect_refused(Status::failed, Opcode::read, 4, u32({1, size}));
}

TEST_F(Profile, RequestsHaveExactSizes) {
  connect();
  expect_ok(Opcode::ioctl, 4, u32({0, 1}));
  expect_ok(Opcode::ioctl, 4, u32({2}));
  expect_ok(Opcode::ioctl, 4, u32({3}));
  expect_refused(Status::invalid, Opcode::ioctl, 4, u32({0}));
  expect_refused(Status::invalid, Opcode::ioctl, 4, u32({1, 0}));
  expect_refused(Status::invalid, Opcode::ioctl, 4, u32({2, 0}));
  expect_refused(Status::invalid, Opcode::ioctl, 4, u32({9}));
  expect_refused(Status::invalid, Opcode::ioctl, 4, u16(0));
}

}  // namespace
}  // namespace omv::camera
