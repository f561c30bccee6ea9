// SPDX-License-Identifier: LGPL-2.1-or-later
// Y, Cb and Cr (or Y alone) of a picture as jpeg_write_raw_data() wants them: whole blocks, in the picture's own memory
// if it can be.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "omv/base/bytes.h"
#include "omv/formats/jpeg_input.h"
#include "omv/image/image.h"

namespace omv::formats::detail {

/// Reused from picture to picture; keeps no picture.
class JpegPlanes {
 public:
  /// A grayscale picture, one with planes, or 4:2:2 in one plane, which stays as long as rows_at() is called. `sharing`
  /// is that of its own chroma. Samples of limited range are stretched.
  void open(const ImageView& image, ChromaSharing sharing, bool limited_range);

  /// Luma rows that a call of rows_at() offers.
  std::uint32_t luma_rows() const { return all_[0].block_rows; }

  /// The blocks of which luma row `y`, a multiple of luma_rows(), is the first. Samples beyond the right and the lower
  /// edge repeat the last ones. Valid until the next call.
  JSAMPIMAGE rows_at(std::uint32_t y);

 private:
  // The samples of one component, wherever they are.
  struct Component {
    const std::uint8_t* data = nullptr;
    std::size_t stride = 0;
    unsigned step = 1;             // bytes from sample to sample
    std::uint32_t samples = 0;     // in a row; 0: none at all (4:2:2 that is one column wide)
    std::uint32_t rows = 0;        // in the picture
    std::size_t padded = 0;        // samples of whole blocks
    std::uint32_t block_rows = 0;  // rows of the blocks of one call
    void (*expand)(const std::uint8_t*, std::size_t, std::uint8_t*) = nullptr;  // nullptr: full range
    Bytes copies;  // of block_rows rows: blocks are read from the cache, which the picture itself does not fit
    std::vector<JSAMPROW> pointers;
  };

  void set_blocks(const FrameInfo& info, ChromaSharing sharing);
  static void copy_row(const Component& component, std::uint32_t y, std::uint8_t* out);

  std::span<Component> components() { return std::span(all_).first(count_); }

  std::array<Component, 3> all_;
  std::size_t count_ = 0;
  std::array<JSAMPARRAY, 3> image_ = {};
};

}  // namespace omv::formats::detail
