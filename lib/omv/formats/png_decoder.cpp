// SPDX-License-Identifier: LGPL-2.1-or-later
// decode_png: header, limits, allocation, rows; libpng's error exits stay within two functions.
#include <png.h>

#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <string>

#include "omv/formats/png.h"
#include "omv/formats/still_checks.h"
#include "omv/image/coded_header.h"

namespace omv::formats {

namespace {

constexpr std::uint64_t kMostInflated = 1032;  // bytes that one byte of deflate can become

// One decoding run. The functions that call libpng have no locals with destructors.
class Decoder {
 public:
  explicit Decoder(ConstByteSpan file) : rest_(file) {}
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { png_destroy_read_struct(&png_, &info_, nullptr); }

  /// Reads what is in front of the pixels.
  Result<FrameInfo> open();
  /// Into the bytes of a frame of that geometry.
  Result<void> read(Bytes& into, std::size_t stride);

 private:
  [[noreturn]] static void on_error(png_structp png, png_const_charp message);
  static void on_warning(png_structp, png_const_charp) {}
  static void on_read(png_structp png, png_bytep out, std::size_t count);

  bool read_header();
  bool read_rows(std::uint8_t* out, std::size_t stride);
  PixelFormat choose_output();
  PixelFormat choose_grey(int depth);
  void choose_colours(int depth, bool alpha);
  Error error() const;

  ConstByteSpan rest_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  FrameInfo frame_;
  int passes_ = 1;
  std::jmp_buf jump_ = {};
  bool truncated_ = false;
  std::array<char, 128> message_ = {};
};

void Decoder::on_error(png_structp png, png_const_charp message) {
  auto* decoder = static_cast<Decoder*>(png_get_error_ptr(png));
  std::snprintf(decoder->message_.data(), decoder->message_.size(), "%s", message);
  std::longjmp(decoder->jump_, 1);
}

void Decoder::on_read(png_structp png, png_bytep out, std::size_t count) {
  auto* decoder = static_cast<Decoder*>(png_get_io_ptr(png));
  if (decoder->rest_.size() < count) {
    decoder->truncated_ = true;
    png_error(png, "the file ends before its IEND");
  }
  std::memcpy(out, decoder->rest_.data(), count);
  decoder->rest_ = decoder->rest_.subspan(count);
}

Error Decoder::error() const {
  return {truncated_ ? Errc::truncated : Errc::invalid, std::string("PNG decoder: ") + message_.data()};
}

PixelFormat Decoder::choose_grey(int depth) {
  if (depth == 16) {
    png_set_swap(png_);
    return PixelFormat::gray16;
  }
  if (depth == 1) {
    png_set_packswap(png_);
    return PixelFormat::binary;
  }
  png_set_expand_gray_1_2_4_to_8(png_);
  return PixelFormat::grayscale;
}

void Decoder::choose_colours(int depth, bool alpha) {
  if (depth == 16) png_set_scale_16(png_);
  png_set_expand(png_);  // palettes, and a transparent colour to alpha
  png_set_gray_to_rgb(png_);
  if (!alpha) png_set_strip_alpha(png_);
}

PixelFormat Decoder::choose_output() {
  const int depth = png_get_bit_depth(png_, info_);
  const int type = png_get_color_type(png_, info_);
  const bool alpha = (type & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(png_, info_, PNG_INFO_tRNS) != 0;
  if (type == PNG_COLOR_TYPE_GRAY && !alpha) return choose_grey(depth);
  choose_colours(depth, alpha);
  return alpha ? PixelFormat::rgba8888 : PixelFormat::rgb888;
}

bool Decoder::read_header() {
  if (setjmp(jump_) != 0) return false;
  png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
  if (png_ != nullptr) info_ = png_create_info_struct(png_);
  if (info_ == nullptr) return false;
  png_set_read_fn(png_, this, on_read);
  png_set_user_limits(png_, kMaxDimension, kMaxDimension);
  png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);  // all that say nothing about pixels
  png_read_info(png_, info_);
  frame_ = {choose_output(), png_get_image_width(png_, info_), png_get_image_height(png_, info_)};
  passes_ = png_set_interlace_handling(png_);
  png_read_update_info(png_, info_);
  return true;
}

bool Decoder::read_rows(std::uint8_t* out, std::size_t stride) {
  if (setjmp(jump_) != 0) return false;
  for (int pass = 0; pass < passes_; ++pass)
    for (std::size_t y = 0; y < frame_.height; ++y) png_read_row(png_, out + y * stride, nullptr);
  png_read_end(png_, nullptr);
  return true;
}

Result<FrameInfo> Decoder::open() {
  if (read_header()) return frame_;
  if (info_ == nullptr) return Error{Errc::limit, "no memory for the PNG decoder"};
  return error();
}

Result<void> Decoder::read(Bytes& into, std::size_t stride) {
  if (png_get_rowbytes(png_, info_) > stride) return Error{Errc::invalid, "PNG rows are longer than its header says"};
  if (!read_rows(into.data(), stride)) return error();
  return {};
}

// A few bytes can't hold the pixels that a large header claims.
Result<void> check_claim(const CodedSize& size, std::uint64_t bits, std::uint64_t bytes) {
  const std::uint64_t least = (std::uint64_t{size.width} * bits + 7) / 8 * size.height;
  if (least / kMostInflated <= bytes) return {};
  return Error{Errc::truncated, "PNG of " + std::to_string(size.width) + "x" + std::to_string(size.height) +
                                    " pixels can't be in " + std::to_string(bytes) + " bytes"};
}

// What is behind the last pixel of a row of bits is 0 in a frame.
void clear_spare_bits(Frame& frame) {
  const std::uint32_t width = frame.info.width;
  if (frame.info.format != PixelFormat::binary || width % 8 == 0) return;
  const auto view = packed_view(frame.info, ByteSpan(frame.data));
  for (std::uint32_t y = 0; y < frame.info.height; ++y) {
    std::uint8_t& last = view.row(y)[width / 8];
    last = static_cast<std::uint8_t>(last & ((1U << width % 8) - 1));
  }
}

}  // namespace

Result<Frame> decode_png(ConstByteSpan bytes, std::uint64_t max_pixels) {
  OMV_TRY(const CodedSize size, read_png_size(bytes));
  OMV_CHECK(detail::check_readable_size("PNG", size.width, size.height, max_pixels));
  const std::uint64_t channels = size.components == 0 || bytes[25] == PNG_COLOR_TYPE_PALETTE ? 1 : size.components;
  OMV_CHECK(check_claim(size, bytes[24] * channels, bytes.size()));
  Decoder decoder(bytes);
  OMV_TRY(const FrameInfo info, decoder.open());
  Frame frame = detail::make_frame(info);
  OMV_CHECK(decoder.read(frame.data, static_cast<std::size_t>(row_bytes(info.format, info.width))));
  clear_spare_bits(frame);
  return frame;
}

}  // namespace omv::formats
