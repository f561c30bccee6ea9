// SPDX-License-Identifier: LGPL-2.1-or-later
// A captured picture as files of any format and size: passed through, or decoded once, cropped, scaled and encoded.
#pragma once

#include <gst/gst.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/buffer_keeper.h"
#include "common/full_range.h"
#include "common/picture.h"
#include "common/still_version.h"
#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/formats/format.h"

namespace omv::gst {

/// What the caps of a stream say. Immutable; any thread.
struct StillInput {
  const formats::Format* coded = nullptr;     ///< frames are files of this format already
  std::shared_ptr<const FullRange> pictures;  ///< raw ones; null: coded
};

/// For what `versions` are made of it. Errc::unsupported: no pictures.
Result<std::shared_ptr<const StillInput>> still_input(const GstCaps* caps, const std::vector<StillVersion>& versions);

/// Whether a version can be made of a stream: Errc::unsupported for what its format can't hold, with the element that
/// helps, Errc::invalid for a roi outside of the picture.
Result<void> check_version(const StillVersion& version, const StillInput& input);

/// One capture. One thread at a time.
class StillPicture {
 public:
  /// `buffer` and what the others point to outlive it. `metadata` is added to what the picture says of itself.
  StillPicture(const StillInput& input, GstBuffer* buffer, const formats::Metadata& metadata)
      : input_(input), buffer_(buffer), metadata_(metadata) {}
  StillPicture(const StillPicture&) = delete;
  StillPicture& operator=(const StillPicture&) = delete;
  ~StillPicture();

  /// The whole file, which stays until the next call. A coded picture of the version's own format and size passes as it
  /// is, its roi ignored, once it was seen to have start, size and end. Errc::invalid, Errc::truncated: it is damaged;
  /// others as of the format.
  Result<ConstByteSpan> file(const StillVersion& version);

 private:
  struct Pixels {
    BufferPtr buffer;
    PictureLayout layout;
  };

  Result<ConstByteSpan> coded_bytes();
  Result<ConstByteSpan> passed_through();
  Result<void> load();
  Result<Pixels> decoded();
  Result<void> encode(const Pixels& pixels, const Roi& roi, const StillVersion& version);
  static Result<Pixels> wrapped(Frame frame);
  static Result<Pixels> resampled(const Pixels& from, const Roi& roi, const FrameInfo& size);
  static Result<Pixels> resampleable(const Pixels& pixels);

  const StillInput& input_;
  GstBuffer* buffer_;
  const formats::Metadata& metadata_;
  std::optional<GstMapInfo> map_;  // of a coded buffer
  std::optional<Pixels> pixels_;   // once they were wanted
  Bytes file_;
};

}  // namespace omv::gst
