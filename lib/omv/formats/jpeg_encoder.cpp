// SPDX-License-Identifier: LGPL-2.1-or-later
// JpegEncoder: rows of any raw format into libjpeg, its output into a growing Bytes.
#include <algorithm>

#include "omv/formats/jpeg.h"
#include "omv/formats/jpeg_error.h"
#include "omv/image/unpack.h"

namespace omv::formats {

namespace {

constexpr std::size_t kFirstOutputBytes = 16384;

// Writes into a Bytes whose size is what may be filled; finish() cuts it to what was.
struct Destination {
  jpeg_destination_mgr base;
  Bytes* into;
};

bool resize_quietly(Bytes& bytes, std::size_t size) noexcept {
  try {
    bytes.resize(size);
    return true;
  } catch (...) {
    return false;
  }
}

void offer(Destination& destination, std::size_t used) {
  destination.base.next_output_byte = destination.into->data() + used;
  destination.base.free_in_buffer = destination.into->size() - used;
}

void on_begin(j_compress_ptr object) {
  auto& destination = *reinterpret_cast<Destination*>(object->dest);
  const std::size_t size = std::max(destination.into->capacity(), kFirstOutputBytes);
  if (!resize_quietly(*destination.into, size)) ERREXIT1(object, JERR_OUT_OF_MEMORY, 0);
  offer(destination, 0);
}

boolean on_full(j_compress_ptr object) {
  auto& destination = *reinterpret_cast<Destination*>(object->dest);
  const std::size_t used = destination.into->size();
  if (!resize_quietly(*destination.into, used * 2)) ERREXIT1(object, JERR_OUT_OF_MEMORY, 0);
  offer(destination, used);
  return TRUE;
}

// Only shrinks, so it does not throw.
void on_end(j_compress_ptr object) {
  auto& destination = *reinterpret_cast<Destination*>(object->dest);
  destination.into->resize(destination.into->size() - destination.base.free_in_buffer);
}

// How a pixel format goes into libjpeg.
struct Input {
  J_COLOR_SPACE space = JCS_GRAYSCALE;
  int components = 1;
  void (*unpack)(const ImageView&, std::uint32_t, std::uint8_t*) = nullptr;  // nullptr: the rows as they are
};

Input input_for(PixelFormat format) {
  if (format == PixelFormat::grayscale) return {};
  if (format == PixelFormat::binary) return {JCS_GRAYSCALE, 1, unpack_row_grey};
  if (is_packed_422(format)) return {JCS_YCbCr, 3, unpack_row_ycbcr};
  return {JCS_EXT_RGBX, 4, unpack_row_rgbx};
}

void set_sampling(jpeg_compress_struct& codec, Subsampling subsampling) {
  if (codec.num_components != 3) return;
  codec.comp_info[0].h_samp_factor = subsampling == Subsampling::s444 ? 1 : 2;
  codec.comp_info[0].v_samp_factor = subsampling == Subsampling::s420 ? 2 : 1;
}

Result<void> check(const ImageView& image, const JpegSettings& settings) {
  const auto& [format, width, height] = image.info;
  if (settings.quality < 1 || settings.quality > 100)
    return Error{Errc::invalid, "JPEG quality " + std::to_string(settings.quality) + " is not in 1..100"};
  if (info_of(format).compressed || format == PixelFormat::argb8)
    return Error{Errc::unsupported, "cannot encode " + std::string(to_string(format)) + " as JPEG"};
  if (width == 0 || height == 0 || width > kMaxDimension || height > kMaxDimension)
    return Error{Errc::invalid, "JPEG of " + std::to_string(width) + "x" + std::to_string(height) + " pixels"};
  return {};
}

}  // namespace

Subsampling subsampling_for(int quality) {
  if (quality <= 35) return Subsampling::s420;
  return quality < 60 ? Subsampling::s422 : Subsampling::s444;
}

struct JpegEncoder::State {
  State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { jpeg_destroy_compress(&codec); }

  bool create();
  bool encode(const ImageView& image, const JpegSettings& settings, const Input& input);
  void configure(const FrameInfo& info, const JpegSettings& settings, const Input& input);
  void write_rows(const ImageView& image, const Input& input);

  jpeg_compress_struct codec = {};
  detail::JpegErrors errors = {};
  Destination destination = {};
  Bytes row;
};

JpegEncoder::State::State() {
  codec.err = errors.install();
  destination.base.init_destination = on_begin;
  destination.base.empty_output_buffer = on_full;
  destination.base.term_destination = on_end;
}

// Everything that calls libjpeg stays within create() and encode(), whose locals have no destructors.
bool JpegEncoder::State::create() {
  if (setjmp(errors.jump) != 0) return false;
  if (codec.mem == nullptr) jpeg_create_compress(&codec);
  codec.dest = &destination.base;
  return true;
}

bool JpegEncoder::State::encode(const ImageView& image, const JpegSettings& settings, const Input& input) {
  if (setjmp(errors.jump) != 0) {
    jpeg_abort_compress(&codec);
    return false;
  }
  configure(image.info, settings, input);
  jpeg_start_compress(&codec, TRUE);
  write_rows(image, input);
  jpeg_finish_compress(&codec);
  return true;
}

void JpegEncoder::State::configure(const FrameInfo& info, const JpegSettings& settings, const Input& input) {
  codec.image_width = info.width;
  codec.image_height = info.height;
  codec.input_components = input.components;
  codec.in_color_space = input.space;
  jpeg_set_defaults(&codec);
  jpeg_set_quality(&codec, settings.quality, TRUE);
  const bool automatic = settings.subsampling == Subsampling::automatic;
  set_sampling(codec, automatic ? subsampling_for(settings.quality) : settings.subsampling);
}

void JpegEncoder::State::write_rows(const ImageView& image, const Input& input) {
  for (std::uint32_t y = 0; y < image.info.height; ++y) {
    // libjpeg wants a pointer to writable samples but only reads them.
    auto samples = const_cast<JSAMPROW>(image.row(y));
    if (input.unpack != nullptr) {
      input.unpack(image, y, row.data());
      samples = row.data();
    }
    jpeg_write_scanlines(&codec, &samples, 1);
  }
}

JpegEncoder::JpegEncoder() : state_(std::make_unique<State>()) {}
JpegEncoder::JpegEncoder(JpegEncoder&&) noexcept = default;
JpegEncoder& JpegEncoder::operator=(JpegEncoder&&) noexcept = default;
JpegEncoder::~JpegEncoder() = default;

Result<void> JpegEncoder::encode(const ImageView& image, const JpegSettings& settings, Bytes& into) {
  into.clear();
  OMV_CHECK(check(image, settings));
  const Input input = input_for(image.info.format);
  state_->row.resize(static_cast<std::size_t>(image.info.width) * static_cast<std::size_t>(input.components));
  state_->destination.into = &into;
  state_->errors.reset();
  if (state_->create() && state_->encode(image, settings, input)) return {};
  into.clear();
  return state_->errors.to_error("JPEG encoder");
}

}  // namespace omv::formats
