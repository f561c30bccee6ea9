// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixed structures, and the judgement of frame headers.
#include "omv/camera/v2/protocol_v2.h"

#include <gtest/gtest.h>

#include "omv/camera/board.h"

namespace omv::camera {
namespace {

TEST(ProtocolV2, CapsSurviveARoundTrip) {
  for (unsigned bits = 0; bits < 16; ++bits) {
    const Caps caps{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, 4082};
    const Bytes bytes = encode(caps);
    ASSERT_EQ(bytes.size(), 16u);
    EXPECT_EQ(bytes[0], bits);
    EXPECT_EQ(*decode_caps(bytes), caps);
  }
}

TEST(ProtocolV2, SysInfoHasItsFieldsWhereTheyBelong) {
  SysInfo info;
  info.cpu_id = 0x411FC271;
  info.unique_id = {1, 2, 3};
  info.usb_id = 0x37C51060;
  info.sensors = {0x56, 0, 0x54};
  info.hw_caps = {0x10, 0x20};
  info.ram_kb = 1024;
  info.stream_buffer_kb = 512;
  const Bytes bytes = encode(info);
  ASSERT_EQ(bytes.size(), 76u);
  EXPECT_EQ(load_le<std::uint32_t>(bytes.data() + 16), 0x37C51060u);
  EXPECT_EQ(load_le<std::uint32_t>(bytes.data() + 28), 0x54u);
  EXPECT_EQ(load_le<std::uint32_t>(bytes.data() + 44), 0x20u);
  EXPECT_EQ(load_le<std::uint32_t>(bytes.data() + 60), 512u);
  const SysInfo back = *decode_sys_info(bytes);
  EXPECT_EQ(encode(back), bytes);
}

TEST(ProtocolV2, ChannelsSurviveARoundTrip) {
  const std::vector<ChannelEntry> channels = {{1, 6, "stdin"}, {4, 0x23, "a name longer than that"}};
  const Bytes bytes = encode(channels);
  ASSERT_EQ(bytes.size(), 32u);
  const auto back = *decode_channels(bytes);
  EXPECT_EQ(back[0], channels[0]);
  EXPECT_EQ(back[1].name, "a name longer") << "13 characters and a NUL";
  EXPECT_FALSE(decode_channels(Bytes(17)));
}

TEST(ProtocolV2, EveryTruncationIsAnError) {
  for (std::size_t size = 0; size < 76; ++size) {
    EXPECT_FALSE(decode_sys_info(Bytes(size))) << size;
    EXPECT_EQ(decode_caps(Bytes(size)).has_value(), size >= 16) << size;
    EXPECT_EQ(decode_version(Bytes(size)).has_value(), size >= 16) << size;
    EXPECT_EQ(decode_stats(Bytes(size)).has_value(), size >= 32) << size;
  }
}

TEST(ProtocolV2, FrameHeaderSurvivesARoundTrip) {
  const FrameHeader header{640, 480, 0x06060000, 12345, 0, 29.5F};
  const auto bytes = encode(header);
  const FrameHeader back = *decode_frame_header(bytes);
  EXPECT_EQ(back.width, 640u);
  EXPECT_EQ(back.depth, 12345u);
  EXPECT_EQ(back.offset, 32u);
  EXPECT_EQ(back.fps, 29.5F);
}

TEST(ProtocolV2, ShortFrameHeadersHaveNoRate) {
  auto bytes = encode(FrameHeader{8, 8, 0x08020001, 1, 0, 29.5F});
  store_le(bytes.data() + 16, std::uint32_t{20});
  EXPECT_EQ(decode_frame_header(bytes)->fps, 0.0F) << "those bytes are pixels";
  EXPECT_EQ(decode_frame_header(ConstByteSpan(bytes).first(20))->offset, 20u);
  EXPECT_FALSE(decode_frame_header(ConstByteSpan(bytes).first(19)));
  store_le(bytes.data() + 16, std::uint32_t{19});
  EXPECT_FALSE(decode_frame_header(bytes));
}

TEST(ProtocolV2, RawFramesHaveExactlyTheirSize) {
  EXPECT_TRUE(check_frame_header({33, 17, 0x08010000, 0}, 17 * 8)) << "BINARY rows are whole words";
  EXPECT_FALSE(check_frame_header({33, 17, 0x08010000, 0}, 17 * 5));
  EXPECT_TRUE(check_frame_header({3, 2, 0x0C030002, 2}, 12));
  EXPECT_FALSE(check_frame_header({3, 2, 0x0C030002, 2}, 13));
  EXPECT_FALSE(check_frame_header({3, 2, 0x0C030002, 2}, 11));
}

TEST(ProtocolV2, CompressedFramesSayTheirSize) {
  EXPECT_TRUE(check_frame_header({8, 8, 0x06060000, 100}, 100));
  EXPECT_TRUE(check_frame_header({8, 8, 0x06060000, 100}, 103)) << "padding behind it";
  EXPECT_FALSE(check_frame_header({8, 8, 0x06060000, 100}, 99));
  EXPECT_FALSE(check_frame_header({8, 8, 0x06060000, 3}, 100)) << "too short to be a JPEG";
}

TEST(ProtocolV2, RefusesImplausibleFrames) {
  EXPECT_EQ(check_frame_header({8, 8, 0x12345678, 0}, 64).error().code, Errc::unsupported);
  EXPECT_FALSE(check_frame_header({0, 8, 0x08020001, 1}, 0));
  EXPECT_FALSE(check_frame_header({8, 40000, 0x08020001, 1}, 320000));
  EXPECT_FALSE(check_frame_header({0xFFFFFFFF, 0xFFFFFFFF, 0x0C030002, 2}, 2));
}

TEST(Boards, AreFoundByKeyAndByUsbId) {
  for (const Board& board : boards()) {
    EXPECT_EQ(find_board(board.key), &board);
    EXPECT_EQ(find_board(board.vid, board.pid), &board);
    EXPECT_TRUE(board.max_payload == 498 || board.max_payload == 4082 || board.max_payload == 8178) << board.name;
  }
  EXPECT_EQ(default_board().name, "OpenMV RT1062");
  EXPECT_EQ(find_board("none"), nullptr);
  EXPECT_EQ(find_board(1, 2), nullptr);
}

}  // namespace
}  // namespace omv::camera
