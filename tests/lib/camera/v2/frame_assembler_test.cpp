// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames in pieces of any size, and frames that contradict themselves.
#include "omv/camera/v2/frame_assembler.h"

#include <gtest/gtest.h>

#include "camera_wire.h"

namespace omv::camera {
namespace {

Bytes blob_of(const Frame& frame, std::uint32_t offset = kFrameHeaderSize) {
  FrameHeader header{frame.info.width, frame.info.height, static_cast<std::uint32_t>(frame.info.format)};
  header.depth = is_compressed(frame.info.format) ? static_cast<std::uint32_t>(frame.data.size())
                                                  : info_of(frame.info.format).bytes_per_pixel;
  header.fps = 12.5F;
  const auto head = encode(header);
  Bytes blob(head.begin(), head.end());
  store_le(blob.data() + 16, offset);
  blob.resize(offset);
  append(blob, frame.data);
  return blob;
}

Result<FrameReceived> assemble(FrameAssembler& assembler, ConstByteSpan blob, std::size_t step) {
  assembler.begin(static_cast<std::uint32_t>(blob.size()));
  for (; !blob.empty(); blob = blob.subspan(std::min(step, blob.size())))
    assembler.feed(blob.first(std::min(step, blob.size())));
  return assembler.finish();
}

void expect_whole(const Frame& frame, std::uint32_t offset) {
  const Bytes blob = blob_of(frame, offset);
  for (std::size_t step = 1; step <= blob.size(); step = step < 70 ? step + 1 : step * 2) {
    FrameAssembler assembler(allocate_on_heap);
    const auto got = assemble(assembler, blob, step);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->info, frame.info);
    const ByteSpan bytes = got->memory->bytes().first(got->size);
    ASSERT_EQ(Bytes(bytes.begin(), bytes.end()), frame.data) << "step " << step << " offset " << offset;
    EXPECT_EQ(got->fps, offset >= 24 ? 12.5F : 0.0F);
  }
}

TEST(FrameAssembler, TakesPiecesOfAnySizeBehindHeadersOfAnySize) {
  for (const std::uint32_t offset : {20u, 24u, 32u, 64u}) {
    expect_whole(test::raw_frame(PixelFormat::rgb565, 13, 7), offset);
    expect_whole(test::raw_frame(PixelFormat::grayscale, 1, 1), offset);
    expect_whole(test::jpeg_frame(64, 48, 300), offset);
  }
}

TEST(FrameAssembler, RefusesEveryTruncation) {
  const Bytes blob = blob_of(test::raw_frame(PixelFormat::grayscale, 8, 8));
  FrameAssembler assembler(allocate_on_heap);
  for (std::size_t size = 0; size < blob.size(); ++size) {
    EXPECT_FALSE(assemble(assembler, ConstByteSpan(blob).first(size), 16)) << "announced as " << size;
    assembler.begin(static_cast<std::uint32_t>(blob.size()));
    assembler.feed(ConstByteSpan(blob).first(size));
    EXPECT_EQ(assembler.finish().error().code, Errc::truncated) << "announced whole, came " << size;
  }
}

TEST(FrameAssembler, SaysWhenMoreComesThanAnnounced) {
  const Bytes blob = blob_of(test::raw_frame(PixelFormat::grayscale, 8, 8));
  FrameAssembler assembler(allocate_on_heap);
  assembler.begin(static_cast<std::uint32_t>(blob.size()));
  assembler.feed(blob);
  EXPECT_FALSE(assembler.overrun());
  assembler.feed(Bytes(1));
  EXPECT_TRUE(assembler.overrun());
}

TEST(FrameAssembler, AsksForMemoryOnlyAfterTheHeaderIsJudged) {
  int asked = 0;
  FrameAssembler assembler([&](const FrameInfo& info, std::size_t size) {
    ++asked;
    return allocate_on_heap(info, size);
  });
  Bytes blob = blob_of(test::raw_frame(PixelFormat::grayscale, 8, 8));
  store_le(blob.data(), std::uint32_t{30000});
  EXPECT_EQ(assemble(assembler, blob, 1000).error().code, Errc::invalid);
  store_le(blob.data() + 8, std::uint32_t{0x12345678});
  EXPECT_EQ(assemble(assembler, blob, 1000).error().code, Errc::unsupported);
  EXPECT_EQ(asked, 0);
}

TEST(FrameAssembler, RefusedMemoryIsNoDamage) {
  FrameAssembler assembler([](const FrameInfo&, std::size_t) { return nullptr; });
  const Bytes blob = blob_of(test::raw_frame(PixelFormat::grayscale, 8, 8));
  EXPECT_EQ(assemble(assembler, blob, 10).error().code, Errc::cancelled);
}

TEST(FrameAssembler, JpegMustBeginAndEnd) {
  FrameAssembler assembler(allocate_on_heap);
  Frame frame = test::jpeg_frame(8, 8, 50);
  frame.data[1] = 0xD9;
  EXPECT_FALSE(assemble(assembler, blob_of(frame), 100));
  frame = test::jpeg_frame(8, 8, 50);
  frame.data.back() = 0;
  EXPECT_FALSE(assemble(assembler, blob_of(frame), 100));
}

TEST(FrameAssembler, PngMustBeginAsSuch) {
  Frame frame{{PixelFormat::png, 8, 8}, {0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3}};
  FrameAssembler assembler(allocate_on_heap);
  EXPECT_TRUE(assemble(assembler, blob_of(frame), 100));
  frame.data[3] = 'X';
  EXPECT_FALSE(assemble(assembler, blob_of(frame), 100));
}

}  // namespace
}  // namespace omv::camera
