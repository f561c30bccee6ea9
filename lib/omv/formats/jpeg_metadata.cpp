// SPDX-License-Identifier: LGPL-2.1-or-later
// A walk over the segments in front of the first scan (ITU-T T.81 annex B, JFIF 1.02, EXIF 2.3, XMP part 3, ICC.1 B.4).
#include "omv/formats/jpeg_metadata.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "omv/image/jpeg_walk.h"

namespace omv::formats {

namespace {

using namespace std::string_view_literals;

constexpr std::uint8_t kApp0 = 0xE0;
constexpr std::uint8_t kApp1 = 0xE1;
constexpr std::uint8_t kApp2 = 0xE2;
constexpr std::uint8_t kCom = 0xFE;

constexpr std::string_view kJfif = "JFIF\0"sv;
constexpr std::string_view kJfxx = "JFXX\0"sv;
constexpr std::string_view kExif = "Exif\0\0"sv;
constexpr std::string_view kXmp = "http://ns.adobe.com/xap/1.0/\0"sv;
constexpr std::string_view kIcc = "ICC_PROFILE\0"sv;

constexpr std::size_t kJfifBytes = 14;
constexpr std::size_t kIccHead = kIcc.size() + 2;  // number of the segment, number of segments
constexpr std::size_t kIccBody = kMaxJpegSegment - kIccHead;
constexpr std::size_t kMaxIccSegments = 255;

bool begins_with(ConstByteSpan body, std::string_view name) { return as_text(body).starts_with(name); }

std::string_view text_behind(ConstByteSpan body, std::string_view name) { return as_text(body).substr(name.size()); }

// ---- resolution ----------------------------------------------------------------------------------------------------

struct Unit {
  std::uint8_t code;
  std::uint32_t per_ten_kilometres;  // units in 10 km, a whole number for both
};
constexpr std::array kUnits = {Unit{1, 393'701}, Unit{2, 1'000'000}};
constexpr std::uint64_t kTenKilometres = 10'000;

std::uint64_t rounded(std::uint64_t value, std::uint64_t by) { return (value + by / 2) / by; }

std::uint32_t metres_of(const JfifDensity& density) {
  for (const Unit& unit : kUnits)
    if (unit.code == density.unit)
      return static_cast<std::uint32_t>(rounded(std::uint64_t{density.dots} * unit.per_ten_kilometres, kTenKilometres));
  return 0;
}

struct Density {
  std::uint8_t unit;
  std::uint16_t x, y;
};

// version u16, units u8, Xdensity u16, Ydensity u16, thumbnail's width u8 and height u8.
Density read_density(ConstByteSpan jfif) {
  const std::uint8_t* p = jfif.data() + kJfif.size() + 2;
  return {p[0], static_cast<std::uint16_t>(p[1] << 8 | p[2]), static_cast<std::uint16_t>(p[3] << 8 | p[4])};
}

void store_density(const JfifDensity& density, std::uint8_t* jfif) {
  std::uint8_t* p = jfif + kJfif.size() + 2;
  p[0] = density.unit;
  p[1] = p[3] = static_cast<std::uint8_t>(density.dots >> 8);
  p[2] = p[4] = static_cast<std::uint8_t>(density.dots);
}

// ---- reading -------------------------------------------------------------------------------------------------------

// The parts of an ICC profile until all are there.
class IccParts {
 public:
  void take(ConstByteSpan body) {
    if (body.size() < kIccHead) return;
    if (count_ == 0) count_ = body[kIccHead - 1];
    parts_.emplace(body[kIccHead - 2], body.subspan(kIccHead));  // of two with the same number the first
  }

  bool any() const { return !parts_.empty(); }

  Bytes whole() const {
    Bytes profile;
    for (std::size_t number = 1; number <= count_; ++number) {
      const auto part = parts_.find(static_cast<std::uint8_t>(number));
      if (part == parts_.end()) return {};
      append(profile, part->second);
    }
    return profile;
  }

 private:
  std::map<std::uint8_t, ConstByteSpan> parts_;
  std::size_t count_ = 0;
};

struct Found {
  Metadata metadata;
  bool has_icc = false;             // also parts of a profile
  std::size_t insert_at = 2;        // behind SOI, JFIF and its extensions
  std::optional<std::size_t> jfif;  // offset of the body of a JFIF segment that says no resolution
};

class Collector {
 public:
  void take(std::uint8_t marker, ConstByteSpan body, std::size_t offset) {
    if (marker == kApp0) take_app0(body, offset);
    if (marker == kApp1) take_app1(body);
    if (marker == kApp2 && begins_with(body, kIcc)) icc_.take(body);
    if (marker == kCom) found_.metadata.comments.emplace_back(as_text(body));
  }

  Found done() {
    found_.has_icc = icc_.any();
    found_.metadata.icc = icc_.whole();
    return std::move(found_);
  }

 private:
  void take_app0(ConstByteSpan body, std::size_t offset) {
    if (!begins_with(body, kJfif) && !begins_with(body, kJfxx)) return;
    found_.insert_at = offset + body.size();
    if (!begins_with(body, kJfif) || body.size() < kJfifBytes) return;
    const Density density = read_density(body);
    if (density.x == density.y) found_.metadata.dots_per_metre = metres_of({density.unit, density.x});
    if (density.x == density.y && density.unit == 0) found_.jfif = offset;
  }

  void take_app1(ConstByteSpan body) {
    Metadata& metadata = found_.metadata;
    if (begins_with(body, kExif) && metadata.exif.empty())
      append(metadata.exif, body.subspan(kExif.size()));
    else if (begins_with(body, kXmp) && metadata.xmp.empty())
      metadata.xmp = text_behind(body, kXmp);
  }

  Found found_;
  IccParts icc_;
};

Result<Found> find_metadata(ConstByteSpan jpeg) {
  Collector collector;
  OMV_TRY(std::size_t at, begin_jpeg(jpeg));
  while (true) {
    OMV_TRY(const JpegMarker marker, read_jpeg_marker(jpeg, at));
    if (marker.code == kJpegScan || marker.code == kJpegEnd) return collector.done();
    if (marker.end > jpeg.size()) return Error{Errc::truncated, "JPEG ends inside a segment"};
    collector.take(marker.code, jpeg.subspan(marker.body, marker.end - marker.body), marker.body);
    at = marker.end;
  }
}

// ---- writing -------------------------------------------------------------------------------------------------------

// A segment of which there is one: its name and what it says.
Result<void> add_named(std::vector<JpegSegment>& to, std::string_view name, ConstByteSpan content, const char* what) {
  if (content.empty()) return {};
  if (content.size() > kMaxJpegSegment - name.size())
    return Error{Errc::limit, std::string(what) + " of " + std::to_string(content.size()) +
                                  " bytes is too long for JPEG; at most " +
                                  std::to_string(kMaxJpegSegment - name.size()) + " fit"};
  JpegSegment segment = {kApp1, {}};
  append(segment.body, as_bytes(name));
  append(segment.body, content);
  to.push_back(std::move(segment));
  return {};
}

Result<void> add_icc(std::vector<JpegSegment>& to, ConstByteSpan profile) {
  const std::size_t count = (profile.size() + kIccBody - 1) / kIccBody;
  if (count > kMaxIccSegments)
    return Error{Errc::limit, "ICC profile of " + std::to_string(profile.size()) + " bytes is too long for JPEG"};
  for (std::size_t number = 1; number <= count; ++number) {
    JpegSegment segment = {kApp2, {}};
    append(segment.body, as_bytes(kIcc));
    segment.body.push_back(static_cast<std::uint8_t>(number));
    segment.body.push_back(static_cast<std::uint8_t>(count));
    const std::size_t size = std::min(profile.size(), kIccBody);
    append(segment.body, profile.first(size));
    profile = profile.subspan(size);
    to.push_back(std::move(segment));
  }
  return {};
}

Result<void> add_comments(std::vector<JpegSegment>& to, const std::vector<std::string>& comments) {
  for (const std::string& comment : comments) {
    if (comment.size() > kMaxJpegSegment)
      return Error{Errc::limit, "comment of " + std::to_string(comment.size()) +
                                    " bytes is too long for JPEG; at most " + std::to_string(kMaxJpegSegment) + " fit"};
    to.push_back({kCom, Bytes(comment.begin(), comment.end())});
  }
  return {};
}

void append_segment(Bytes& to, const JpegSegment& segment) {
  const std::size_t length = segment.body.size() + 2;
  to.insert(to.end(),
            {0xFF, segment.marker, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)});
  append(to, segment.body);
}

// What of `metadata` is not there yet and has a place.
Metadata missing(const Found& found, const Metadata& metadata) {
  const Metadata& there = found.metadata;
  Metadata rest;
  if (there.exif.empty()) rest.exif = metadata.exif;
  if (there.xmp.empty()) rest.xmp = metadata.xmp;
  if (!found.has_icc) rest.icc = metadata.icc;
  if (found.jfif) rest.dots_per_metre = metadata.dots_per_metre;
  for (const std::string& comment : metadata.comments)
    if (std::find(there.comments.begin(), there.comments.end(), comment) == there.comments.end())
      rest.comments.push_back(comment);
  return rest;
}

}  // namespace

JfifDensity jfif_density(std::uint32_t dots_per_metre) {
  JfifDensity best;
  std::uint32_t smallest = ~0U;
  for (const Unit& unit : kUnits) {
    const std::uint64_t dots = rounded(dots_per_metre * kTenKilometres, unit.per_ten_kilometres);
    if (dots == 0 || dots > 0xFFFF) continue;
    const JfifDensity density = {unit.code, static_cast<std::uint16_t>(dots)};
    const std::uint32_t said = metres_of(density);
    const std::uint32_t off = said > dots_per_metre ? said - dots_per_metre : dots_per_metre - said;
    if (off < smallest) {
      best = density;
      smallest = off;
    }
  }
  return best;
}

Result<std::vector<JpegSegment>> jpeg_segments(const Metadata& metadata) {
  std::vector<JpegSegment> segments;
  OMV_CHECK(add_named(segments, kExif, metadata.exif, "EXIF"));
  OMV_CHECK(add_named(segments, kXmp, as_bytes(metadata.xmp), "XMP"));
  OMV_CHECK(add_icc(segments, metadata.icc));
  OMV_CHECK(add_comments(segments, metadata.comments));
  return segments;
}

Result<Metadata> read_jpeg_metadata(ConstByteSpan jpeg) {
  OMV_TRY(Found found, find_metadata(jpeg));
  return std::move(found.metadata);
}

Result<void> add_jpeg_metadata(ConstByteSpan jpeg, const Metadata& metadata, Bytes& into) {
  into.clear();
  OMV_TRY(const Found found, find_metadata(jpeg));
  const Metadata rest = missing(found, metadata);
  OMV_TRY(const std::vector<JpegSegment> segments, jpeg_segments(rest));
  append(into, jpeg.first(found.insert_at));
  if (rest.dots_per_metre != 0) store_density(jfif_density(rest.dots_per_metre), into.data() + *found.jfif);
  for (const JpegSegment& segment : segments) append_segment(into, segment);
  append(into, jpeg.subspan(found.insert_at));
  return {};
}

}  // namespace omv::formats
