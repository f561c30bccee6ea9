// SPDX-License-Identifier: LGPL-2.1-or-later
// Commands and structures, byte by byte.
#include "omv/camera/usbdbg/usbdbg.h"

#include <gtest/gtest.h>

#include "omv/camera/coded_frame.h"

namespace omv::camera::usbdbg {
namespace {

template <typename Array>
Bytes bytes_of(const Array& array) {
  return Bytes(array.begin(), array.end());
}

// The examples of section 2.
TEST(Usbdbg, EncodesCommandsAsTheSpecificationShows) {
  EXPECT_EQ(bytes_of(encode(Command{Request::fw_version, 12})), (Bytes{0x30, 0x80, 0x0C, 0, 0, 0}));
  EXPECT_EQ(bytes_of(encode(Command{Request::fb_enable, 4})), (Bytes{0x30, 0x0D, 0x04, 0, 0, 0}));
  EXPECT_EQ(bytes_of(encode(Command{Request::script_running, 4})), (Bytes{0x30, 0x87, 0x04, 0, 0, 0}));
  EXPECT_EQ(bytes_of(encode(Command{Request::frame_dump, 0x12345678})), (Bytes{0x30, 0x82, 0x78, 0x56, 0x34, 0x12}));
}

TEST(Usbdbg, DecodesCommands) {
  const Bytes bytes = {0x30, 0x93, 0x3F, 0, 0, 0, 0x77};
  EXPECT_EQ(*decode_command(bytes), (Command{Request::get_state, 63}));
  for (std::size_t size = 0; size < kCommandSize; ++size)
    EXPECT_EQ(decode_command(ConstByteSpan(bytes).first(size)).error().code, Errc::again) << size;
  EXPECT_EQ(decode_command(Bytes{0xAA, 0xD5}).error().code, Errc::invalid);
}

TEST(Usbdbg, KnowsWhichRequestsAreAnswered) {
  EXPECT_TRUE(is_answered(Request::tx_buf));
  EXPECT_FALSE(is_answered(Request::script_exec));
}

TEST(Usbdbg, NamesRequests) {
  EXPECT_EQ(to_string(Request::tx_buf_len), "TX_BUF_LEN");
  EXPECT_EQ(to_string(static_cast<Request>(0xA5)), "request A5");
}

TEST(Usbdbg, FirmwareVersionIsThreeWords) {
  const Bytes bytes = {4, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0};
  EXPECT_EQ(bytes_of(encode_firmware({4, 8, 1})), bytes);
  EXPECT_EQ(*decode_firmware(bytes), (FirmwareVersion{4, 8, 1}));
  EXPECT_EQ(decode_firmware(ConstByteSpan(bytes).first(11)).error().code, Errc::truncated);
  EXPECT_EQ(decode_firmware(Bytes{4, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0}).error().code, Errc::unsupported);
}

TEST(Usbdbg, ArchStringIsTerminatedAndHoldsTheId) {
  const auto bytes = encode_arch(*find_board("h7plus"), {0x11223344, 0x55667788, 0x99AABBCC});
  EXPECT_STREQ(reinterpret_cast<const char*>(bytes.data()), "OMV4P H7 32768 SDRAM [H7 Plus:112233445566778899AABBCC]");
  const auto arch = decode_arch(bytes);
  ASSERT_TRUE(arch);
  EXPECT_EQ(arch->arch, "OMV4P H7 32768 SDRAM");
  EXPECT_EQ(arch->serial, "112233445566778899AABBCC");
}

TEST(Usbdbg, EveryBoardsArchStringFits) {
  for (const Board& board : boards()) {
    const auto arch = decode_arch(encode_arch(board, {1, 2, 0xFFFFFFFF}));
    ASSERT_TRUE(arch) << board.key;
    EXPECT_EQ(arch->serial, "0000000100000002FFFFFFFF") << board.key;
    EXPECT_EQ(find_board_by_arch(arch->arch), &board) << arch->arch;
  }
}

TEST(Usbdbg, ArchStringOfOtherMakes) {
  EXPECT_EQ(decode_arch(as_bytes("OMV9 [X:00112233445566778899aabb]"))->serial, "00112233445566778899AABB");
  EXPECT_EQ(decode_arch(as_bytes("OMV9 [X:00112233445566778899aabg]"))->serial, "");
  EXPECT_EQ(decode_arch(as_bytes("OMV9 [X:0011223344]"))->arch, "OMV9");
  EXPECT_EQ(decode_arch(as_bytes("just text"))->arch, "just text");
  EXPECT_EQ(decode_arch(as_bytes("]"))->serial, "");
  EXPECT_EQ(decode_arch(Bytes(64)).error().code, Errc::unsupported);
  EXPECT_EQ(decode_arch(Bytes(64, 0xFF)).error().code, Errc::unsupported);
}

TEST(Usbdbg, BoardWithTheLongestBeginningWins) {
  EXPECT_EQ(find_board_by_arch("OMV4P H7 32768 SDRAM")->key, "h7plus");
  EXPECT_EQ(find_board_by_arch("OMV4 H7 1024")->key, "h7");
  EXPECT_EQ(find_board_by_arch("OMV4"), nullptr) << "the beginning of one";
  EXPECT_EQ(find_board_by_arch(""), nullptr);
}

// The table of section 3.
TEST(Usbdbg, ThirdWordSaysHowManyBytesToDump) {
  const auto gray = check_shape({320, 240, 1});
  EXPECT_EQ(gray->info, (FrameInfo{PixelFormat::grayscale, 320, 240}));
  EXPECT_EQ(gray->size, 320u * 240);
  EXPECT_EQ(check_shape({320, 240, 2})->info.format, PixelFormat::rgb565);
  EXPECT_EQ(check_shape({320, 240, 2})->size, 320u * 240 * 2);
  EXPECT_EQ(check_shape({320, 240, 3})->info.format, PixelFormat::jpeg);
  EXPECT_EQ(check_shape({320, 240, 5000})->size, 5000u);
}

TEST(Usbdbg, AbsurdShapesAreRefused) {
  constexpr std::uint32_t kHuge = 0xFFFFFFFF;
  for (const FrameShape& shape :
       {FrameShape{0, 240, 1}, FrameShape{320, 0, 1}, FrameShape{320, 240, 0}, FrameShape{kMaxDimension + 1, 1, 1},
        FrameShape{kHuge, kHuge, 2}, FrameShape{32768, 65536, 2}, FrameShape{1, kHuge, 9}})
    EXPECT_EQ(check_shape(shape).error().code, Errc::invalid);
  EXPECT_EQ(check_shape({kMaxDimension, kMaxDimension, 2}).error().code, Errc::limit);
  EXPECT_EQ(check_shape({320, 240, kHuge}).error().code, Errc::limit);
  EXPECT_TRUE(check_shape({320, 240, kMaxFrameBlob}));
}

TEST(Usbdbg, ShapesExistForThreeFormats) {
  EXPECT_EQ(*shape_of({PixelFormat::grayscale, 8, 4}, 32), (FrameShape{8, 4, 1}));
  EXPECT_EQ(*shape_of({PixelFormat::rgb565, 8, 4}, 64), (FrameShape{8, 4, 2}));
  EXPECT_EQ(*shape_of({PixelFormat::jpeg, 8, 4}, 700), (FrameShape{8, 4, 700}));
  EXPECT_FALSE(shape_of({PixelFormat::jpeg, 8, 4}, 2)) << "that would mean RGB565";
  EXPECT_FALSE(shape_of({PixelFormat::binary, 8, 4}, 16));
  EXPECT_FALSE(shape_of({PixelFormat::bayer_bggr, 8, 4}, 32));
}

TEST(Usbdbg, StateHasFlagsShapeAndText) {
  const State state{state_flag::kScript | state_flag::kFrame, {320, 240, 2}, as_bytes("hi")};
  const Bytes bytes = encode(state, 20);
  EXPECT_EQ(bytes, (Bytes{5, 0, 0, 0, 64, 1, 0, 0, 240, 0, 0, 0, 2, 0, 0, 0, 'h', 'i', 0, 0}));
  const State decoded = decode_state(bytes);
  EXPECT_EQ(decoded.flags, state.flags);
  EXPECT_EQ(decoded.shape, state.shape);
  EXPECT_EQ(as_text(decoded.text), "hi");
}

TEST(Usbdbg, TextOfStateIsCutAndTerminated) {
  const Bytes bytes = encode(State{0, {}, as_bytes("0123456789")}, kStateHead + 5);
  EXPECT_EQ(as_text(decode_state(bytes).text), "0123");
  EXPECT_EQ(bytes.back(), 0);
  EXPECT_TRUE(decode_state(ConstByteSpan(bytes).first(kStateHead)).text.empty());
  EXPECT_EQ(as_text(decode_state(Bytes(20, 'x')).text), "xxxx") << "a hostile one without an end";
}

}  // namespace
}  // namespace omv::camera::usbdbg
