// SPDX-License-Identifier: LGPL-2.1-or-later
// How a JPEG is coded (spec: media, section 3.1).
#pragma once

namespace omv::formats {

/// Named by the samples of a row of luma that share a chroma sample; 440 shares between two rows, 411 between four
/// columns.
enum class Subsampling { automatic, s444, s422, s420, s440, s411 };

/// What `automatic` stands for at a quality: up to 35 4:2:0, up to 59 4:2:2, else 4:4:4. A source that has less chroma
/// than that keeps what it has.
Subsampling subsampling_for(int quality);

struct JpegSettings {
  int quality = 90;  ///< 1..100
  Subsampling subsampling = Subsampling::automatic;
  bool optimize = false;       ///< Huffman tables made for the picture: smaller and slower
  bool progressive = false;    ///< implies optimize
  bool limited_range = false;  ///< Y Cb Cr and grey pictures are 16..235 and 16..240: stretched on their way in
  int restart_rows = 0;        ///< a restart marker after so many rows of blocks; 0 = none, at most 65535
};

}  // namespace omv::formats
