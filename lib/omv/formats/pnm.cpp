// SPDX-License-Identifier: LGPL-2.1-or-later
// Netpbm's greys and colours, text and binary.
#include "omv/formats/pnm.h"

#include <array>
#include <string>

#include "omv/formats/rgb_rows.h"
#include "omv/formats/still_checks.h"

namespace omv::formats {

namespace {

constexpr std::array<std::string_view, 1> kPgmExtensions = {"pgm"};
constexpr std::array<std::string_view, 1> kPpmExtensions = {"ppm"};
constexpr std::uint32_t kMaxMaxval = 65535;

bool is_space(std::uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(std::uint8_t c) { return c >= '0' && c <= '9'; }

bool looks_like(ConstByteSpan bytes, std::string_view text, std::string_view binary) {
  if (bytes.size() < 3 || !is_space(bytes[2])) return false;
  const std::string_view magic = as_text(bytes.first(2));
  return magic == text || magic == binary;
}

// Reads what lies between two samples or fields of the header, and decimal numbers.
class Reader {
 public:
  explicit Reader(ConstByteSpan bytes) : rest_(bytes) {}

  ConstByteSpan rest() const { return rest_; }
  void skip(std::size_t count) { rest_ = rest_.subspan(count); }

  /// The next number of at most `limit`; comments run from # to the end of their line.
  Result<std::uint32_t> number(const char* field, std::uint32_t limit) {
    skip_space();
    if (rest_.empty()) return truncated(field);
    if (!is_digit(rest_[0])) return Error{Errc::invalid, std::string("PNM ") + field + " is not a number"};
    std::uint32_t value = 0;
    for (; !rest_.empty() && is_digit(rest_[0]); skip(1)) {
      value = value * 10 + (rest_[0] - std::uint32_t{'0'});
      if (value > limit)
        return Error{Errc::invalid, std::string("PNM ") + field + " is above " + std::to_string(limit)};
    }
    return value;
  }

  /// The one white space behind the last field of the header.
  Result<void> separator() {
    if (rest_.empty()) return truncated("header");
    if (!is_space(rest_[0])) return Error{Errc::invalid, "PNM header does not end with white space"};
    skip(1);
    return {};
  }

  static Error truncated(const char* field) { return {Errc::truncated, std::string("PNM ends before its ") + field}; }

 private:
  void skip_space() {
    for (bool comment = false; !rest_.empty(); skip(1)) {
      if (rest_[0] == '#') comment = true;
      if (!comment && !is_space(rest_[0])) return;
      if (rest_[0] == '\n' || rest_[0] == '\r') comment = false;
    }
  }

  ConstByteSpan rest_;
};

bool looks_like_pgm(ConstByteSpan bytes) { return looks_like(bytes, "P2", "P5"); }
bool looks_like_ppm(ConstByteSpan bytes) { return looks_like(bytes, "P3", "P6"); }

struct Header {
  bool colour = false;
  bool text = false;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t maxval = 0;

  std::size_t samples() const { return std::size_t{width} * height * (colour ? 3 : 1); }
  PixelFormat format() const {
    if (colour) return PixelFormat::rgb888;
    return maxval > 255 ? PixelFormat::gray16 : PixelFormat::grayscale;
  }
};

// One more than may be, so that the error about the size says the size.
constexpr std::uint32_t kMaxSide = 999'999'999;

Result<Header> read_header(ConstByteSpan bytes, Reader& in, std::uint64_t max_pixels) {
  if (bytes.size() < 3) return Reader::truncated("header");
  if (!looks_like_pgm(bytes) && !looks_like_ppm(bytes))
    return Error{Errc::invalid, "PNM begins with P2, P3, P5 or P6 and white space"};
  Header header;
  header.colour = looks_like_ppm(bytes);
  header.text = bytes[1] == '2' || bytes[1] == '3';
  in.skip(2);
  OMV_TRY(header.width, in.number("width", kMaxSide));
  OMV_TRY(header.height, in.number("height", kMaxSide));
  OMV_TRY(header.maxval, in.number("maxval", kMaxMaxval));
  if (header.maxval == 0) return Error{Errc::invalid, "PNM maxval is 0"};
  OMV_CHECK(detail::check_readable_size("PNM", header.width, header.height, max_pixels));
  OMV_CHECK(in.separator());
  return header;
}

Result<void> check_length(const Header& header, ConstByteSpan rest) {
  // In text a sample takes a digit, and white space to the next one.
  const std::size_t binary = header.samples() * (header.maxval > 255 ? 2 : 1);
  const std::size_t least = header.text ? header.samples() * 2 - 1 : binary;
  if (rest.size() >= least) return {};
  return Error{Errc::truncated,
               "PNM has " + std::to_string(rest.size()) + " bytes of pixels, not " + std::to_string(least)};
}

Result<std::uint32_t> next_sample(const Header& header, Reader& in) {
  if (header.text) return in.number("sample", header.maxval);
  const std::uint8_t* at = in.rest().data();
  const std::uint32_t value = header.maxval > 255 ? std::uint32_t{at[0]} << 8 | at[1] : at[0];
  in.skip(header.maxval > 255 ? 2 : 1);
  if (value > header.maxval)
    return Error{Errc::invalid,
                 "PNM sample " + std::to_string(value) + " is above maxval " + std::to_string(header.maxval)};
  return value;
}

Result<void> read_samples(const Header& header, Reader& in, Bytes& into) {
  const bool wide = header.format() == PixelFormat::gray16;
  const std::uint64_t full = wide ? 65535 : 255;
  for (std::size_t i = 0; i < header.samples(); ++i) {
    OMV_TRY(const std::uint32_t value, next_sample(header, in));
    const std::uint64_t scaled = (value * full + header.maxval / 2) / header.maxval;
    if (wide)
      store_le(into.data() + 2 * i, static_cast<std::uint16_t>(scaled));
    else
      into[i] = static_cast<std::uint8_t>(scaled);
  }
  return {};
}

void start(const ImageView& image, const char* magic, unsigned maxval, std::size_t row, Bytes& into) {
  const std::string header = std::string(magic) + "\n" + std::to_string(image.info.width) + " " +
                             std::to_string(image.info.height) + "\n" + std::to_string(maxval) + "\n";
  into.reserve(header.size() + row * image.info.height);
  append(into, as_bytes(header));
}

void append_swapped(ConstByteSpan row, Bytes& into) {
  for (std::size_t i = 0; i + 1 < row.size(); i += 2) {
    into.push_back(row[i + 1]);
    into.push_back(row[i]);
  }
}

bool pgm_holds(PixelFormat format) { return format == PixelFormat::grayscale || format == PixelFormat::gray16; }
bool ppm_holds(PixelFormat format) { return format == PixelFormat::rgb565 || detail::is_opaque_rgb(format); }

Result<void> encode_pgm(const ImageView& image, const EncodeOptions&, Bytes& into) {
  into.clear();
  OMV_CHECK(detail::check_writable(kPgmFormat, image.info));
  const bool wide = image.info.format == PixelFormat::gray16;
  const auto row = static_cast<std::size_t>(row_bytes(image.info.format, image.info.width));
  start(image, "P5", wide ? kMaxMaxval : 255, row, into);
  for (std::uint32_t y = 0; y < image.info.height; ++y) {
    const ConstByteSpan samples(image.row(y), row);
    if (wide)
      append_swapped(samples, into);
    else
      append(into, samples);
  }
  return {};
}

Result<void> encode_ppm(const ImageView& image, const EncodeOptions&, Bytes& into) {
  into.clear();
  OMV_CHECK(detail::check_writable(kPpmFormat, image.info));
  const std::size_t row = std::size_t{3} * image.info.width;
  start(image, "P6", 255, row, into);
  Bytes buffer;
  for (std::uint32_t y = 0; y < image.info.height; ++y)
    append(into, ConstByteSpan(detail::rgb_row(image, y, buffer), row));
  return {};
}

Result<Frame> decode(ConstByteSpan bytes, const DecodeOptions& options) {
  Reader in(bytes);
  OMV_TRY(const Header header, read_header(bytes, in, options.max_pixels));
  OMV_CHECK(check_length(header, in.rest()));
  Frame frame = detail::make_frame({header.format(), header.width, header.height});
  OMV_CHECK(read_samples(header, in, frame.data));
  return frame;
}

}  // namespace

const Format kPgmFormat = {
    .name = "PGM",
    .extensions = kPgmExtensions,
    .media_type = "image/x-portable-graymap",
    .coded = std::nullopt,
    .sniff = looks_like_pgm,
    .holds = pgm_holds,
    .encode = encode_pgm,
    .decode = decode,
    .read_metadata = nullptr,
    .add_metadata = nullptr,
};

const Format kPpmFormat = {
    .name = "PPM",
    .extensions = kPpmExtensions,
    .media_type = "image/x-portable-pixmap",
    .coded = std::nullopt,
    .sniff = looks_like_ppm,
    .holds = ppm_holds,
    .encode = encode_ppm,
    .decode = decode,
    .read_metadata = nullptr,
    .add_metadata = nullptr,
};

}  // namespace omv::formats
