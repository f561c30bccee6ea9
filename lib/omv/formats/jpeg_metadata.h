// SPDX-License-Identifier: LGPL-2.1-or-later
// EXIF, XMP, ICC, comments and resolution in JPEG: read, written, and added to a stream whose scans stay as they are.
#pragma once

#include <cstdint>
#include <vector>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/formats/metadata.h"

namespace omv::formats {

/// What the segments before the first scan say: EXIF and XMP (APP1), an ICC profile (APP2, any number of segments in
/// any order), comments (COM), and the resolution of JFIF if it is the same in both directions. The first EXIF and the
/// first XMP count; an ICC profile with a missing segment is left out. Errc::truncated or Errc::invalid for what is
/// not a JPEG stream up to its first scan.
Result<Metadata> read_jpeg_metadata(ConstByteSpan jpeg);

/// Replaces `into` by `jpeg` with `metadata` in front of its tables. EXIF, XMP and ICC that are there win, as does a
/// resolution; comments that are there are not said twice. A resolution needs a JFIF segment, else it is left out, as
/// are texts. Errors as read_jpeg_metadata() and jpeg_segments(); `into` is empty then.
Result<void> add_jpeg_metadata(ConstByteSpan jpeg, const Metadata& metadata, Bytes& into);

/// One marker segment without its marker and length.
struct JpegSegment {
  std::uint8_t marker = 0;
  Bytes body;
};

/// What a segment holds at most.
inline constexpr std::size_t kMaxJpegSegment = 65533;

/// The segments that say `metadata`, in the order in which they are written; resolution is JFIF's business.
/// Errc::limit for EXIF or XMP that no segment can hold, a comment longer than 65533 bytes, or an ICC profile of more
/// than 255 segments.
Result<std::vector<JpegSegment>> jpeg_segments(const Metadata& metadata);

/// A resolution as JFIF says it.
struct JfifDensity {
  std::uint8_t unit = 0;  ///< 0: not said, 1: dots per inch, 2: dots per centimetre
  std::uint16_t dots = 1;
};

/// In the unit that says it more exactly; not said where neither can (0, or beyond 16 bit).
JfifDensity jfif_density(std::uint32_t dots_per_metre);

}  // namespace omv::formats
