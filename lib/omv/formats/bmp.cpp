// SPDX-License-Identifier: LGPL-2.1-or-later
// Headers, palettes and rows of BMP; functions are named after the parts of the file.
#include "omv/formats/bmp.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "omv/formats/rgb_rows.h"
#include "omv/formats/still_checks.h"
#include "omv/image/convert.h"

namespace omv::formats {

namespace {

constexpr std::array<std::string_view, 1> kExtensions = {"bmp"};
constexpr std::size_t kFileHeader = 14;
constexpr std::uint32_t kInfoHeader = 40;
constexpr std::size_t kPaletteEntry = 4;
constexpr std::uint32_t kRgb = 0;
constexpr std::uint32_t kBitFields = 3;
constexpr std::array<std::uint32_t, 3> kMasks565 = {0xF800, 0x07E0, 0x001F};
constexpr std::array<std::uint32_t, 5> kHeaderSizes = {40, 52, 56, 108, 124};

std::size_t padded_row(std::uint32_t width, unsigned bits) { return (std::size_t{width} * bits / 8 + 3) / 4 * 4; }

// Writing

bool holds(PixelFormat format) {
  return format == PixelFormat::grayscale || format == PixelFormat::rgb565 || detail::is_opaque_rgb(format);
}

unsigned bits_of(PixelFormat format) {
  if (format == PixelFormat::grayscale) return 8;
  return format == PixelFormat::rgb565 ? 16 : 24;
}

std::uint32_t bytes_before_pixels(PixelFormat format) {
  const std::size_t headers = kFileHeader + kInfoHeader;
  if (format == PixelFormat::grayscale) return static_cast<std::uint32_t>(headers + 256 * kPaletteEntry);
  if (format == PixelFormat::rgb565) return static_cast<std::uint32_t>(headers + sizeof(kMasks565));
  return static_cast<std::uint32_t>(headers);
}

void append_file_header(const FrameInfo& info, std::uint32_t data_bytes, Bytes& into) {
  const std::uint32_t offset = bytes_before_pixels(info.format);
  append(into, as_bytes("BM"));
  append_le<std::uint32_t>(into, offset + data_bytes);
  append_le<std::uint32_t>(into, 0);
  append_le<std::uint32_t>(into, offset);
}

void append_info_header(const FrameInfo& info, std::uint32_t data_bytes, Bytes& into) {
  append_le<std::uint32_t>(into, kInfoHeader);
  append_le<std::int32_t>(into, static_cast<std::int32_t>(info.width));
  append_le<std::int32_t>(into, -static_cast<std::int32_t>(info.height));  // rows from the top
  append_le<std::uint16_t>(into, 1);
  append_le<std::uint16_t>(into, static_cast<std::uint16_t>(bits_of(info.format)));
  append_le<std::uint32_t>(into, info.format == PixelFormat::rgb565 ? kBitFields : kRgb);
  append_le<std::uint32_t>(into, data_bytes);
  into.resize(into.size() + 16);  // resolution and counts of colours
}

void append_palette(Bytes& into) {
  for (unsigned i = 0; i < 256; ++i) {
    const auto grey = static_cast<std::uint8_t>(i);
    append(into, std::array<std::uint8_t, kPaletteEntry>{grey, grey, grey, 0});
  }
}

void swap_red_and_blue(ByteSpan pixels) {
  for (std::size_t i = 0; i + 2 < pixels.size(); i += 3) std::swap(pixels[i], pixels[i + 2]);
}

// One row behind the other; fill(y, row) writes what is not padding.
template <typename Fill>
void append_rows(const FrameInfo& info, Bytes& into, Fill fill) {
  const std::size_t padded = padded_row(info.width, bits_of(info.format));
  const std::size_t start = into.size();
  into.resize(start + padded * info.height);
  for (std::uint32_t y = 0; y < info.height; ++y) fill(y, into.data() + start + padded * y);
}

void append_as_they_are(const ImageView& image, Bytes& into) {
  const auto row = static_cast<std::size_t>(row_bytes(image.info.format, image.info.width));
  append_rows(image.info, into, [&](std::uint32_t y, std::uint8_t* out) { std::memcpy(out, image.row(y), row); });
}

void append_as_bgr(const ImageView& image, Bytes& into) {
  const std::size_t row = std::size_t{3} * image.info.width;
  Bytes buffer;
  append_rows(image.info, into, [&](std::uint32_t y, std::uint8_t* out) {
    std::memcpy(out, detail::rgb_row(image, y, buffer), row);
    swap_red_and_blue({out, row});
  });
}

void append_pixels(const ImageView& image, Bytes& into) {
  if (bits_of(image.info.format) == 24 && image.info.format != PixelFormat::bgr888) return append_as_bgr(image, into);
  append_as_they_are(image, into);
}

// Reading

struct Header {
  std::uint32_t data_offset = 0;
  std::uint32_t size = 0;  // of the info header
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  bool from_top = false;
  unsigned bits = 0;
  std::uint32_t compression = 0;
  std::uint32_t colours = 0;  // in the palette
};

Error truncated(const char* part) { return {Errc::truncated, std::string("BMP ends within its ") + part}; }

Error unsupported(const std::string& what) {
  return {Errc::unsupported, "BMP " + what + "; 8 bit, 16 bit with the masks of 565, and 24 bit are read"};
}

bool looks_like_bmp(ConstByteSpan bytes) { return bytes.size() >= 2 && bytes[0] == 'B' && bytes[1] == 'M'; }

Result<Header> read_header(ConstByteSpan bytes) {
  if (bytes.size() >= 2 && !looks_like_bmp(bytes)) return Error{Errc::invalid, "BMP begins with BM"};
  if (bytes.size() < kFileHeader + kInfoHeader) return truncated("header");
  const std::uint8_t* field = bytes.data();
  Header header;
  header.data_offset = load_le<std::uint32_t>(field + 10);
  header.size = load_le<std::uint32_t>(field + 14);
  header.width = load_le<std::uint32_t>(field + 18);
  const auto height = load_le<std::uint32_t>(field + 22);
  header.from_top = height >> 31 != 0;
  header.height = header.from_top ? 0 - height : height;
  header.bits = load_le<std::uint16_t>(field + 28);
  header.compression = load_le<std::uint32_t>(field + 30);
  header.colours = load_le<std::uint32_t>(field + 46);
  return header;
}

Result<void> check_masks(const Header& header, ConstByteSpan bytes) {
  if (header.compression != kBitFields) return unsupported("of 16 bit without bit fields");
  const std::size_t at = kFileHeader + kInfoHeader;
  if (bytes.size() < at + sizeof(kMasks565)) return truncated("masks");
  for (std::size_t i = 0; i < kMasks565.size(); ++i)
    if (load_le<std::uint32_t>(bytes.data() + at + 4 * i) != kMasks565[i]) return unsupported("of other masks");
  return {};
}

Result<void> check_layout(const Header& header, ConstByteSpan bytes) {
  if (std::find(kHeaderSizes.begin(), kHeaderSizes.end(), header.size) == kHeaderSizes.end())
    return unsupported("with a header of " + std::to_string(header.size) + " bytes");
  if (header.bits == 16) return check_masks(header, bytes);
  if (header.bits != 8 && header.bits != 24) return unsupported("of " + std::to_string(header.bits) + " bit");
  if (header.compression != kRgb) return unsupported("of compression " + std::to_string(header.compression));
  if (header.bits == 8 && header.colours > 256)
    return Error{Errc::invalid, "BMP palette of " + std::to_string(header.colours) + " colours"};
  return {};
}

Result<ConstByteSpan> find_pixels(const Header& header, ConstByteSpan bytes) {
  if (header.data_offset < kFileHeader + std::size_t{header.size})
    return Error{Errc::invalid, "BMP data offset " + std::to_string(header.data_offset) + " lies within its headers"};
  const std::size_t size = padded_row(header.width, header.bits) * header.height;
  // The padding of the last row is often missing.
  const std::size_t last = padded_row(header.width, header.bits) - std::size_t{header.width} * header.bits / 8;
  if (bytes.size() < header.data_offset || bytes.size() - header.data_offset < size - last) return truncated("pixels");
  return bytes.subspan(header.data_offset);
}

using Palette = std::array<Rgb888, 256>;

Result<Palette> read_palette(const Header& header, ConstByteSpan bytes) {
  const std::size_t at = kFileHeader + std::size_t{header.size};
  const std::size_t count = header.colours == 0 ? 256 : header.colours;
  if (header.data_offset < at + count * kPaletteEntry) return Error{Errc::invalid, "BMP pixels begin in the palette"};
  if (bytes.size() < at + count * kPaletteEntry) return truncated("palette");
  Palette palette = {};
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* entry = bytes.data() + at + i * kPaletteEntry;
    palette[i] = {entry[2], entry[1], entry[0]};
  }
  return palette;
}

bool all_grey(const Palette& palette) {
  return std::all_of(palette.begin(), palette.end(), [](const Rgb888& c) { return c.r == c.g && c.g == c.b; });
}

void look_up(const Palette& palette, const std::uint8_t* indices, const MutableImageView& to, std::uint32_t y) {
  const bool grey = to.info.format == PixelFormat::grayscale;
  std::uint8_t* out = to.row(y);
  for (std::uint32_t x = 0; x < to.info.width; ++x) {
    const Rgb888 c = palette[indices[x]];
    *out++ = c.r;
    if (grey) continue;
    *out++ = c.g;
    *out++ = c.b;
  }
}

// The rows of the picture from top to bottom.
template <typename Use>
void for_each_row(const Header& header, ConstByteSpan pixels, Use use) {
  const std::size_t stride = padded_row(header.width, header.bits);
  for (std::uint32_t y = 0; y < header.height; ++y)
    use(pixels.data() + stride * (header.from_top ? y : header.height - 1 - y), y);
}

Result<Frame> read_indexed(const Header& header, ConstByteSpan bytes, ConstByteSpan pixels) {
  OMV_TRY(const Palette palette, read_palette(header, bytes));
  const PixelFormat format = all_grey(palette) ? PixelFormat::grayscale : PixelFormat::rgb888;
  Frame frame = detail::make_frame({format, header.width, header.height});
  const auto to = packed_view(frame.info, ByteSpan(frame.data));
  for_each_row(header, pixels, [&](const std::uint8_t* row, std::uint32_t y) { look_up(palette, row, to, y); });
  return frame;
}

Frame read_direct(const Header& header, ConstByteSpan pixels) {
  const PixelFormat format = header.bits == 16 ? PixelFormat::rgb565 : PixelFormat::rgb888;
  Frame frame = detail::make_frame({format, header.width, header.height});
  const auto to = packed_view(frame.info, ByteSpan(frame.data));
  for_each_row(header, pixels, [&](const std::uint8_t* row, std::uint32_t y) {
    std::memcpy(to.row(y), row, to.stride);
    if (format == PixelFormat::rgb888) swap_red_and_blue(ByteSpan(to.row(y), to.stride));
  });
  return frame;
}

Result<void> encode(const ImageView& image, const EncodeOptions&, Bytes& into) {
  into.clear();
  const FrameInfo& info = image.info;
  OMV_CHECK(detail::check_writable(kBmpFormat, info));
  const std::size_t data_bytes = padded_row(info.width, bits_of(info.format)) * info.height;
  into.reserve(bytes_before_pixels(info.format) + data_bytes);
  append_file_header(info, static_cast<std::uint32_t>(data_bytes), into);
  append_info_header(info, static_cast<std::uint32_t>(data_bytes), into);
  if (info.format == PixelFormat::grayscale) append_palette(into);
  if (info.format == PixelFormat::rgb565)
    for (const std::uint32_t mask : kMasks565) append_le(into, mask);
  append_pixels(image, into);
  return {};
}

Result<Frame> decode(ConstByteSpan bytes, const DecodeOptions& options) {
  OMV_TRY(const Header header, read_header(bytes));
  OMV_CHECK(check_layout(header, bytes));
  OMV_CHECK(detail::check_readable_size("BMP", header.width, header.height, options.max_pixels));
  OMV_TRY(const ConstByteSpan pixels, find_pixels(header, bytes));
  if (header.bits == 8) return read_indexed(header, bytes, pixels);
  return read_direct(header, pixels);
}

}  // namespace

const Format kBmpFormat = {
    .name = "BMP",
    .extensions = kExtensions,
    .media_type = "image/bmp",
    .coded = std::nullopt,
    .sniff = looks_like_bmp,
    .holds = holds,
    .encode = encode,
    .decode = decode,
    .read_metadata = nullptr,
    .add_metadata = nullptr,
};

}  // namespace omv::formats
