// SPDX-License-Identifier: LGPL-2.1-or-later
// One version of a captured picture: where it goes, in which format, how large and how good.
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "omv/base/result.h"
#include "omv/formats/format.h"
#include "omv/storage/name_pattern.h"

namespace omv::gst {

/// As given; may hang over the edges of the picture, whose size is not known yet.
struct RoiRequest {
  gint x = 0;
  gint y = 0;
  gint width = 0;
  gint height = 0;
};

/// 0: not asked for. Of width and height one may be left out.
struct Scaling {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  double factor = 0;

  bool any() const { return width > 0 || height > 0 || factor > 0; }
};

struct StillVersion {
  std::string name;  ///< empty: the still itself, not a variant
  storage::NamePattern pattern;
  const formats::Format* format = nullptr;
  formats::JpegSettings jpeg;
  std::optional<RoiRequest> roi;
  Scaling scaling;
};

/// What a version is made from, as properties say it.
struct VersionSettings {
  std::string location;
  gint quality = 50;
  formats::Subsampling subsampling = formats::Subsampling::automatic;
  std::optional<RoiRequest> roi;
};

/// Fields of patterns besides those that every pattern has: source, variant.
std::span<const storage::NameField> still_fields();

/// `location` has to be a pattern and to have a known extension; a roi has to have pixels. Errc::invalid names the
/// property, its value, and what it may be.
Result<StillVersion> make_version(const VersionSettings& settings);

/// The variants that a text of GstStructures separated by ';' asks for: the name of each, and its fields location (a
/// must), width, height, scale, quality, subsampling and roi, whose defaults are those of the still. Errors name the
/// variant and the field.
Result<std::vector<StillVersion>> parse_variants(const std::string& text, const VersionSettings& still);

/// <x,y,w,h> as a GstValueArray of integers; no value for an empty array. Errc::invalid for anything else.
Result<std::optional<RoiRequest>> roi_from_value(const GValue* value);
void roi_to_value(const std::optional<RoiRequest>& roi, GValue* value);

/// The part of a picture that is asked for. Errc::invalid when nothing of it is in the picture.
Result<Roi> clipped(const std::optional<RoiRequest>& roi, std::uint32_t width, std::uint32_t height);

/// The size that a part of this size gets, 1x1 at least. Errc::invalid: larger than any picture.
Result<FrameInfo> scaled(const FrameInfo& part, const Scaling& scaling);

}  // namespace omv::gst
