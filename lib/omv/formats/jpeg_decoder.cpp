// SPDX-License-Identifier: LGPL-2.1-or-later
// decode_jpeg and the scaled luma: header, limits, allocation, rows; libjpeg's error exits stay within two functions.
#include "omv/formats/jpeg.h"
#include "omv/formats/jpeg_error.h"
#include "omv/formats/jpeg_scaled.h"
#include "omv/image/convert.h"

namespace omv::formats {

namespace {

void pack_565(const std::uint8_t* rgb, std::size_t width, std::uint8_t* out) {
  for (std::size_t x = 0; x < width; ++x)
    store_le<std::uint16_t>(out + 2 * x, reduce_to_565({rgb[3 * x], rgb[3 * x + 1], rgb[3 * x + 2]}));
}

// libjpeg's own memory source makes up an end of image; this one says that the stream ends early.
void on_open(j_decompress_ptr) {}

boolean on_empty(j_decompress_ptr object) {
  ERREXIT(object, JERR_INPUT_EOF);
  return FALSE;
}

void on_skip(j_decompress_ptr object, long count) {
  if (count <= 0) return;
  if (static_cast<std::size_t>(count) > object->src->bytes_in_buffer) ERREXIT(object, JERR_INPUT_EOF);
  object->src->next_input_byte += count;
  object->src->bytes_in_buffer -= static_cast<std::size_t>(count);
}

jpeg_source_mgr source_of(ConstByteSpan bytes) {
  return {bytes.data(), bytes.size(), on_open, on_empty, on_skip, jpeg_resync_to_restart, on_open};
}

// One decoding run. The functions that call libjpeg have no locals with destructors.
class Decoder {
 public:
  explicit Decoder(const JpegDecodeLimits& limits) : limits_(limits) { codec_.err = errors_.install(); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { jpeg_destroy_decompress(&codec_); }

  /// The rows will be smaller by `divisor`: 1, 2, 4 or 8.
  Result<void> open(ConstByteSpan bytes, J_COLOR_SPACE space, unsigned divisor = 1);
  /// `into` has the size that the rows will have. `row` holds one row of samples when rows are packed to 565 on the
  /// way, else it is empty.
  Result<void> read(Frame& into, Bytes& row);

  std::uint32_t width() const { return codec_.image_width; }
  std::uint32_t height() const { return codec_.image_height; }

 private:
  static void on_progress(j_common_ptr object);
  bool read_header(ConstByteSpan bytes, J_COLOR_SPACE space, unsigned divisor);
  bool read_rows(std::uint8_t* out, std::size_t stride, std::uint8_t* row);
  void copy_rows(std::uint8_t* out, std::size_t stride, std::uint8_t* row);

  JpegDecodeLimits limits_;
  jpeg_decompress_struct codec_ = {};
  detail::JpegErrors errors_ = {};
  jpeg_source_mgr source_ = {};
  struct {
    jpeg_progress_mgr base;
    int max_scans;
  } progress_ = {};
};

void Decoder::on_progress(j_common_ptr object) {
  const auto* codec = reinterpret_cast<jpeg_decompress_struct*>(object);
  const int max_scans = reinterpret_cast<decltype(progress_)*>(object->progress)->max_scans;
  if (codec->input_scan_number > max_scans)
    reinterpret_cast<detail::JpegErrors*>(object->err)->exceed("more scans than allowed");
}

bool Decoder::read_header(ConstByteSpan bytes, J_COLOR_SPACE space, unsigned divisor) {
  if (setjmp(errors_.jump) != 0) return false;
  jpeg_create_decompress(&codec_);
  progress_.base.progress_monitor = on_progress;
  progress_.max_scans = limits_.max_scans;
  codec_.progress = &progress_.base;
  source_ = source_of(bytes);
  codec_.src = &source_;
  jpeg_read_header(&codec_, TRUE);
  codec_.out_color_space = space;
  codec_.scale_denom = divisor;
  return true;
}

bool Decoder::read_rows(std::uint8_t* out, std::size_t stride, std::uint8_t* row) {
  if (setjmp(errors_.jump) != 0) return false;
  jpeg_start_decompress(&codec_);
  copy_rows(out, stride, row);
  if (errors_.code == 0) jpeg_finish_decompress(&codec_);
  return errors_.code == 0;
}

void Decoder::copy_rows(std::uint8_t* out, std::size_t stride, std::uint8_t* row) {
  for (; codec_.output_scanline < codec_.output_height && errors_.code == 0; out += stride) {
    JSAMPROW target = row != nullptr ? row : out;
    jpeg_read_scanlines(&codec_, &target, 1);
    if (row != nullptr) pack_565(row, codec_.output_width, out);
  }
}

Result<void> Decoder::open(ConstByteSpan bytes, J_COLOR_SPACE space, unsigned divisor) {
  if (!read_header(bytes, space, divisor)) return errors_.to_error("JPEG header");
  return detail::check_jpeg_size({width(), height()}, limits_);
}

Result<void> Decoder::read(Frame& into, Bytes& row) {
  const auto stride = static_cast<std::size_t>(row_bytes(into.info.format, into.info.width));
  if (read_rows(into.data.data(), stride, row.empty() ? nullptr : row.data())) return {};
  return errors_.to_error("JPEG decoder");
}

constexpr unsigned kEighth = 8;

}  // namespace

namespace detail {

Result<void> check_jpeg_size(Size size, const JpegDecodeLimits& limits) {
  if (std::uint64_t{size.width} * size.height <= limits.max_pixels) return {};
  return Error{Errc::limit, "JPEG of " + std::to_string(size.width) + "x" + std::to_string(size.height) +
                                " pixels is beyond the limit of " + std::to_string(limits.max_pixels)};
}

Result<Size> decode_scaled_luma(ConstByteSpan bytes, Frame& into, const JpegDecodeLimits& limits) {
  Decoder decoder(limits);
  OMV_CHECK(decoder.open(bytes, JCS_GRAYSCALE, kEighth));
  into.info = {PixelFormat::grayscale, (decoder.width() + kEighth - 1) / kEighth,
               (decoder.height() + kEighth - 1) / kEighth};
  into.data.resize(static_cast<std::size_t>(payload_bytes(into.info)));
  Bytes no_row;
  OMV_CHECK(decoder.read(into, no_row));
  return Size{decoder.width(), decoder.height()};
}

}  // namespace detail

Result<Frame> decode_jpeg(ConstByteSpan bytes, PixelFormat format, const JpegDecodeLimits& limits) {
  const bool grey = format == PixelFormat::grayscale;
  const bool packs = format == PixelFormat::rgb565;
  if (!grey && !packs && format != PixelFormat::rgb888)
    return Error{Errc::unsupported, "cannot decode JPEG to " + std::string(to_string(format))};
  Decoder decoder(limits);
  OMV_CHECK(decoder.open(bytes, grey ? JCS_GRAYSCALE : JCS_RGB));
  Frame frame = {{format, decoder.width(), decoder.height()}, {}};
  frame.data.resize(static_cast<std::size_t>(payload_bytes(frame.info)));
  Bytes row(packs ? std::size_t{3} * decoder.width() : 0);
  OMV_CHECK(decoder.read(frame, row));
  return frame;
}

}  // namespace omv::formats
