// SPDX-License-Identifier: LGPL-2.1-or-later
// The emulated camera as the specification describes each generation of firmware, its traps included.
#include "omv/camera/usbdbg/device_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "camera_wire.h"

namespace omv::camera {
namespace {

using namespace std::chrono_literals;
using test::jpeg_frame;
using test::ListProvider;
using test::raw_frame;
using testing::HasSubstr;
using usbdbg::Request;
using Version = usbdbg::FirmwareVersion;

DeviceOptions camera(Version firmware, std::string_view board = "h7plus") {
  DeviceOptions options;
  options.firmware = firmware;
  options.board = find_board(board);
  options.sensors = {0x77, 0, 0};
  return options;
}

class UsbdbgDevice : public ::testing::Test {
 protected:
  void power_up(DeviceOptions options) {
    device_.emplace(std::move(options), provider);
    device_->start(now);
  }

  void send(const Bytes& bytes) { EXPECT_EQ(device_->receive(bytes, now), bytes.size()); }

  Bytes read() {
    Bytes all;
    while (!device_->output().empty()) {
      const Bytes some(device_->output().begin(), device_->output().end());
      append(all, some);
      device_->sent(some.size(), now);
    }
    return all;
  }

  Bytes ask(Request request, std::uint32_t length) {
    const auto header = encode(usbdbg::Command{request, length});
    send(Bytes(header.begin(), header.end()));
    return read();
  }

  std::uint32_t word(Request request) {
    const Bytes bytes = ask(request, 4);
    EXPECT_EQ(bytes.size(), 4u);
    return bytes.size() == 4 ? load_le<std::uint32_t>(bytes.data()) : 0xFFFFFFFF;
  }

  void tell(Request request, std::string_view data) {
    const auto header = encode(usbdbg::Command{request, static_cast<std::uint32_t>(data.size())});
    send(Bytes(header.begin(), header.end()));
    if (!data.empty()) send(Bytes(data.begin(), data.end()));
  }
  void enable(bool on) { tell(Request::fb_enable, std::string_view(on ? "\1\0\0\0" : "\0\0\0\0", 4)); }
  void exec(std::string_view script) { tell(Request::script_exec, script); }
  usbdbg::FrameShape frame_size() { return usbdbg::decode_shape(ask(Request::frame_size, 12)); }

  void wait(Time time) {
    now += time;
    device_->poll(now);
  }

  ListProvider provider;
  Time now{0};
  std::optional<UsbdbgDeviceSession> device_;
};

TEST_F(UsbdbgDevice, AByteOrderMarkIsANameThatNobodyKnows) {
  power_up({});
  exec("\xEF\xBB\xBFprint(1)\n");
  EXPECT_FALSE(device_->script_running());
  const Bytes text = ask(Request::tx_buf, word(Request::tx_buf_len));
  EXPECT_THAT(std::string(as_text(text)), HasSubstr("NameError: name '\xEF\xBB\xBF' isn't defined"));
}

TEST_F(UsbdbgDevice, SaysWhoItIs) {
  power_up(camera({4, 5, 9}));
  EXPECT_EQ(ask(Request::fw_version, 12), (Bytes{4, 0, 0, 0, 5, 0, 0, 0, 9, 0, 0, 0}));
  const Bytes arch = ask(Request::arch_string, 64);
  ASSERT_EQ(arch.size(), 64u);
  EXPECT_EQ(std::string(as_text(arch).data()), "OMV4P H7 32768 SDRAM [H7 Plus:112233445566778899AABBCC]");
  EXPECT_EQ(word(Request::sensor_id), 0x77u);
  EXPECT_EQ(word(Request::script_running), 0u);
}

TEST_F(UsbdbgDevice, CommandsAppearedOverTheYears) {
  power_up(camera({3, 9, 2}));
  EXPECT_TRUE(ask(Request::sensor_id, 4).empty());
  EXPECT_EQ(ask(Request::learn_mtu, 4095).size(), 4095u);
  power_up(camera({4, 5, 9}));
  EXPECT_TRUE(ask(Request::learn_mtu, 4095).empty());
  EXPECT_TRUE(ask(Request::get_state, 63).empty());
  power_up(camera({4, 7, 0}));
  EXPECT_EQ(ask(Request::get_state, 63).size(), 63u);
  EXPECT_TRUE(ask(Request::profile_size, 12).empty());
  power_up(camera({4, 8, 0}));
  EXPECT_EQ(ask(Request::profile_size, 12), Bytes(12));
}

TEST_F(UsbdbgDevice, NoSensorIsFF) {
  DeviceOptions options = camera({4, 8, 1});
  options.sensors = {};
  power_up(options);
  EXPECT_EQ(word(Request::sensor_id), 0xFFu);
}

TEST_F(UsbdbgDevice, SwallowsTheDataOfOldCommands) {
  power_up(camera({4, 5, 9}));
  tell(Request::attr_write, std::string(8, '0'));
  tell(Request::template_save, std::string(100, '0'));
  tell(Request::set_time, std::string(32, '0'));
  tell(Request::script_save, "");
  EXPECT_EQ(word(Request::script_running), 0u) << "none of the data was taken for a command";
}

TEST_F(UsbdbgDevice, ResetsOnRequest) {
  power_up(camera({4, 5, 9}));
  tell(Request::sys_reset, "");
  EXPECT_EQ(device_->request(), DeviceRequest::reset);
  power_up(camera({4, 5, 9}));
  tell(Request::sys_reset_to_bootloader, "");
  EXPECT_EQ(device_->request(), DeviceRequest::bootloader);
  EXPECT_TRUE(device_->output().empty());
}

// --- Scripts ---

TEST_F(UsbdbgDevice, RunsWhatItIsSent) {
  provider.frames = {jpeg_frame(80, 60, 1000)};
  power_up(camera({4, 5, 9}));
  exec("print(1)\n");
  EXPECT_EQ(provider.script, "print(1)\n");
  EXPECT_EQ(word(Request::script_running), 1u);
  tell(Request::script_stop, "");
  EXPECT_EQ(word(Request::script_running), 0u);
}

TEST_F(UsbdbgDevice, StartsWithTheLastByte) {
  provider.frames = {jpeg_frame(80, 60, 1000)};
  power_up(camera({4, 5, 9}));
  send({0x30, 0x05, 4, 0, 0, 0});
  send({'p', 'a', 's'});
  EXPECT_EQ(provider.starts, 0);
  send({'s'});
  EXPECT_EQ(provider.script, "pass");
}

TEST_F(UsbdbgDevice, IgnoresExecWhileAScriptRuns) {
  provider.frames = {jpeg_frame(80, 60, 1000)};
  power_up(camera({4, 5, 9}));
  exec("first\n");
  exec("second\n");
  EXPECT_EQ(provider.starts, 1);
  EXPECT_EQ(word(Request::script_running), 1u) << "the data phase was swallowed";
}

TEST_F(UsbdbgDevice, AppendsUploadsFrom48On) {
  for (const auto& [firmware, expected] : {std::pair{Version{4, 7, 0}, "two\n"}, {Version{4, 8, 1}, "one\ntwo\n"}}) {
    provider.frames = {jpeg_frame(80, 60, 1000)};
    power_up(camera(firmware));
    exec("one\n");
    tell(Request::script_stop, "");
    exec("two\n");
    EXPECT_EQ(provider.script, expected);
    tell(Request::script_stop, "");
    EXPECT_EQ(word(Request::script_running), 0u);
    exec("three\n");
    EXPECT_EQ(provider.script, "three\n") << "SCRIPT_RUNNING has emptied the buffer";
  }
}

TEST_F(UsbdbgDevice, StopThrowsTextAwayAndInterrupts) {
  provider.frames = {jpeg_frame(80, 60, 1000)};
  provider.text_per_frame = "a line\n";
  power_up(camera({4, 5, 9}));
  exec("run\n");
  wait(100ms);
  EXPECT_GT(word(Request::tx_buf_len), 0u);
  tell(Request::script_stop, "");
  const std::uint32_t waiting = word(Request::tx_buf_len);
  const Bytes text = ask(Request::tx_buf, waiting);
  EXPECT_TRUE(as_text(text).starts_with("Traceback (most recent call last):\r\n")) << as_text(text);
  EXPECT_TRUE(as_text(text).ends_with(">>> "));
}

TEST_F(UsbdbgDevice, GivesNoMoreTextThanThereIs) {
  provider.frames = {jpeg_frame(80, 60, 1000)};
  provider.text_per_frame = "abc\n";
  power_up(camera({4, 5, 9}));
  exec("run\n");
  wait(20ms);
  EXPECT_EQ(word(Request::tx_buf_len), 5u);
  EXPECT_EQ(as_text(ask(Request::tx_buf, 2)), "ab");
  EXPECT_EQ(as_text(ask(Request::tx_buf, 100)), "c\r\n") << "nothing pads";
}

TEST_F(UsbdbgDevice, RingThatOverflowsBeginsAnew) {
  provider.frames = {jpeg_frame(80, 60, 1000)};
  provider.text_per_frame = std::string(400, 'x') + "\n";
  power_up(camera({4, 5, 9}));  // 1023 bytes
  exec("run\n");
  wait(60ms);
  EXPECT_EQ(word(Request::tx_buf_len), 402u);
}

// --- Frames ---

TEST_F(UsbdbgDevice, ShowsNothingUntilItIsEnabled) {
  provider.frames = {jpeg_frame(80, 60, 1000)};
  power_up(camera({4, 5, 9}));
  exec("run\n");
  wait(100ms);
  EXPECT_EQ(frame_size(), usbdbg::FrameShape{});
  enable(true);
  wait(40ms);
  EXPECT_EQ(frame_size().width, 80u);
}

TEST_F(UsbdbgDevice, KeepsAFrameLockedUntilItIsDumpedWhole) {
  const Frame picture = raw_frame(PixelFormat::grayscale, 10, 10);
  provider.frames = {picture};
  power_up(camera({4, 5, 9}));
  enable(true);
  exec("run\n");
  wait(40ms);
  EXPECT_EQ(frame_size(), (usbdbg::FrameShape{10, 10, 1}));
  EXPECT_EQ(frame_size(), usbdbg::FrameShape{}) << "the host holds it already";
  EXPECT_EQ(ask(Request::frame_dump, 99).size(), 99u);
  wait(100ms);
  EXPECT_EQ(frame_size(), usbdbg::FrameShape{}) << "a wrong count freezes the preview";
  EXPECT_EQ(ask(Request::frame_dump, 100), picture.data);
  wait(40ms);
  EXPECT_EQ(frame_size(), (usbdbg::FrameShape{10, 10, 1}));
  EXPECT_EQ(ask(Request::frame_dump, 102).size(), 102u);
  wait(40ms);
  EXPECT_EQ(frame_size(), usbdbg::FrameShape{});
  enable(false);
  enable(true);
  wait(40ms);
  EXPECT_EQ(frame_size(), (usbdbg::FrameShape{10, 10, 1})) << "FB_ENABLE 0 is the other way to release it";
}

TEST_F(UsbdbgDevice, DumpsOneByteMoreOfWholePackets) {
  const Frame picture = raw_frame(PixelFormat::grayscale, 8, 8);
  provider.frames = {picture};
  power_up(camera({4, 5, 9}));
  enable(true);
  exec("run\n");
  wait(40ms);
  frame_size();
  Bytes dump = ask(Request::frame_dump, 65);
  ASSERT_EQ(dump.size(), 65u);
  dump.pop_back();
  EXPECT_EQ(dump, picture.data);
  wait(40ms);
  EXPECT_EQ(frame_size().width, 8u) << "it was released";
}

TEST_F(UsbdbgDevice, SurplusByteKeepsTheLockUntilItIsRead) {
  provider.frames = {raw_frame(PixelFormat::grayscale, 8, 8)};
  power_up(camera({4, 7, 0}, "rt1062"));
  enable(true);
  exec("run\n");
  wait(40ms);
  frame_size();
  const auto header = encode(usbdbg::Command{Request::frame_dump, 65});
  send(Bytes(header.begin(), header.end()));
  device_->sent(64, now);
  wait(100ms);
  EXPECT_EQ(device_->output().size(), 1u);
  read();
  wait(40ms);
  EXPECT_EQ(frame_size().width, 8u);
}

TEST_F(UsbdbgDevice, DoesNotDumpWhatWasNotAnnounced) {
  provider.frames = {jpeg_frame(80, 60, 1000)};
  power_up(camera({4, 5, 9}));
  EXPECT_TRUE(ask(Request::frame_dump, 1000).empty());
  EXPECT_EQ(word(Request::script_running), 0u);
}

TEST_F(UsbdbgDevice, SurvivesAbsurdDumps) {
  provider.frames = {jpeg_frame(80, 60, 1000)};
  power_up(camera({4, 5, 9}));
  enable(true);
  exec("run\n");
  wait(40ms);
  frame_size();
  const auto header = encode(usbdbg::Command{Request::frame_dump, 0xFFFFFFFF});
  send(Bytes(header.begin(), header.end()));
  for (int i = 0; i < 100; ++i) {
    ASSERT_FALSE(device_->output().empty());
    ASSERT_LE(device_->output().size(), 4096u);
    device_->sent(device_->output().size(), now);
  }
}

TEST_F(UsbdbgDevice, SendsBigEndianUpTo391) {
  Frame picture{{PixelFormat::rgb565, 2, 1}, {0x11, 0x22, 0x33, 0x44}};
  for (const auto& [firmware, expected] :
       {std::pair{Version{3, 9, 1}, Bytes{0x22, 0x11, 0x44, 0x33}}, {Version{3, 9, 2}, picture.data}}) {
    provider.frames = {picture};
    power_up(camera(firmware));
    enable(true);
    exec("run\n");
    wait(40ms);
    EXPECT_EQ(frame_size(), (usbdbg::FrameShape{2, 1, 2}));
    EXPECT_EQ(ask(Request::frame_dump, 4), expected);
  }
}

TEST_F(UsbdbgDevice, AsksForJpegOfAllButSmallPictures) {
  provider.frames = {jpeg_frame(80, 60, 1000)};
  power_up(camera({4, 5, 9}));
  enable(true);
  exec("run\n");
  wait(40ms);
  ASSERT_FALSE(provider.requests.empty());
  EXPECT_TRUE(provider.requests[0].raw);
  EXPECT_FALSE(provider.requests[0].binary);
  EXPECT_LT(provider.requests[0].max_bytes, 320u * 240 * 2) << "QVGA in RGB565 is silently compressed";
}

TEST_F(UsbdbgDevice, HasNoWordForOtherFormats) {
  provider.frames = {raw_frame(PixelFormat::binary, 8, 8)};
  power_up(camera({4, 5, 9}));
  enable(true);
  exec("run\n");
  wait(100ms);
  EXPECT_EQ(frame_size(), usbdbg::FrameShape{});
}

TEST_F(UsbdbgDevice, PreviewSurvivesTheScript) {
  provider.frames = {jpeg_frame(80, 60, 1000)};
  power_up(camera({4, 5, 9}));
  enable(true);
  exec("run\n");
  wait(40ms);
  tell(Request::script_stop, "");
  EXPECT_EQ(frame_size(), usbdbg::FrameShape{}) << "frame buffers are initialised";
  exec("run\n");
  wait(40ms);
  EXPECT_EQ(frame_size().width, 80u);
}

// --- GET_STATE ---

TEST_F(UsbdbgDevice, StateSaysEverythingAtOnce) {
  provider.frames = {raw_frame(PixelFormat::grayscale, 10, 10)};
  provider.text_per_frame = "abc\n";
  power_up(camera({4, 8, 1}));
  enable(true);
  exec("run\n");
  wait(20ms);
  const Bytes bytes = ask(Request::get_state, 64);
  ASSERT_EQ(bytes.size(), 64u);
  const usbdbg::State state = usbdbg::decode_state(bytes);
  EXPECT_EQ(state.flags, 7u);
  EXPECT_EQ(state.shape, (usbdbg::FrameShape{10, 10, 1}));
  EXPECT_EQ(as_text(state.text), "abc\r\n");
  EXPECT_EQ(frame_size(), usbdbg::FrameShape{}) << "it is locked";
}

TEST_F(UsbdbgDevice, StateShows20FramesASecond) {
  provider.frames = {raw_frame(PixelFormat::grayscale, 10, 10)};
  provider.interval = 1ms;
  power_up(camera({4, 8, 1}));
  enable(true);
  exec("run\n");
  int frames = 0;
  for (int i = 0; i < 1000; ++i) {
    wait(1ms);
    if (!usbdbg::decode_state(ask(Request::get_state, 63)).has(usbdbg::state_flag::kFrame)) continue;
    EXPECT_EQ(ask(Request::frame_dump, 100).size(), 100u);
    ++frames;
  }
  EXPECT_EQ(frames, 20);
}

TEST_F(UsbdbgDevice, StateConsumesTextThatHasNoRoom) {
  provider.frames = {raw_frame(PixelFormat::grayscale, 10, 10)};
  provider.text_per_frame = std::string(60, 'x') + "\n";
  power_up(camera({4, 8, 1}));
  exec("run\n");
  wait(20ms);
  const Bytes bytes = ask(Request::get_state, 63);
  EXPECT_EQ(as_text(usbdbg::decode_state(bytes).text), std::string(46, 'x'));
  EXPECT_EQ(word(Request::tx_buf_len), 0u);
}

TEST_F(UsbdbgDevice, StateOfImpossibleLengthIsNotAnswered) {
  power_up(camera({4, 8, 1}));
  EXPECT_TRUE(ask(Request::get_state, 513).empty());
  EXPECT_TRUE(ask(Request::get_state, 16).empty());
  EXPECT_EQ(ask(Request::get_state, 512).size(), 512u);
}

// --- Stray bytes, and data phases that stall ---

const Bytes kV2Sync = {0xAA, 0xD5, 0, 0, 0, 0, 0, 0, 0x8A, 0x3B};

TEST_F(UsbdbgDevice, TinyUsbHaltsAtStrayBytesUpTo470) {
  for (const std::string_view board : {"rt1062", "ae3", "portenta", "giga", "nicla"})
    for (const Version& firmware : {Version{3, 9, 1}, Version{4, 5, 9}, Version{4, 7, 0}}) {
      power_up(camera(firmware, board));
      send(kV2Sync);
      EXPECT_TRUE(device_->halted()) << board;
      EXPECT_TRUE(ask(Request::fw_version, 12).empty());
      device_->forget_host(now);
      EXPECT_TRUE(ask(Request::fw_version, 12).empty()) << "only a reset helps";
    }
}

TEST_F(UsbdbgDevice, OthersIgnoreStrayBytes) {
  for (const auto& [firmware, board] :
       {std::pair{Version{4, 7, 0}, "h7"}, {Version{4, 5, 9}, "m7"}, {Version{4, 8, 0}, "rt1062"}}) {
    power_up(camera(firmware, board));
    send(kV2Sync);
    EXPECT_FALSE(device_->halted());
    EXPECT_EQ(ask(Request::fw_version, 12).size(), 12u) << board;
  }
}

TEST_F(UsbdbgDevice, CombinedProbeOfTheIdeHaltsTinyUsb) {
  Bytes probe = {0x30, 0x87, 4, 0, 0, 0, 0xAA, 0xD5, 0, 0, 0, 0, 4, 0, 4, 0xB5, 0, 0, 0, 0, 0x75, 0xCA, 0x70, 0xFF};
  power_up(camera({4, 7, 0}, "rt1062"));
  send(probe);
  read();
  EXPECT_TRUE(device_->halted());
  power_up(camera({4, 5, 9}, "h7"));
  send(probe);
  EXPECT_EQ(read(), Bytes(4)) << "the rest of the packet is ignored";
  EXPECT_EQ(ask(Request::fw_version, 12).size(), 12u);
}

TEST_F(UsbdbgDevice, OnlyTinyUsbFrom48OnGivesUpAStalledDataPhase) {
  for (const auto& [firmware, board, gives_up] : {std::tuple{Version{4, 8, 0}, "rt1062", true},
                                                  {Version{4, 8, 1}, "h7", false},
                                                  {Version{4, 7, 0}, "rt1062", false}}) {
    provider.frames = {jpeg_frame(80, 60, 1000)};
    power_up(camera(firmware, board));
    send({0x30, 0x05, 100, 0, 0, 0, 'x'});
    wait(999ms);
    send({'y'});
    wait(999ms);
    send({0x30, 0x80, 12, 0, 0, 0});
    EXPECT_TRUE(read().empty()) << "taken for script text";
    wait(1000ms);
    EXPECT_EQ(ask(Request::fw_version, 12).size(), gives_up ? 12u : 0u) << board;
  }
}

TEST_F(UsbdbgDevice, NewHostBeginsWithACommand) {
  power_up(camera({4, 7, 0}, "h7"));
  send({0x30, 0x05, 100, 0, 0, 0, 'x'});
  device_->forget_host(now);
  EXPECT_EQ(ask(Request::fw_version, 12).size(), 12u);
}

}  // namespace
}  // namespace omv::camera
