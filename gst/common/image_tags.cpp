// SPDX-License-Identifier: LGPL-2.1-or-later
// One function per member of Metadata.
#include "common/image_tags.h"

#include <gst/tag/tag.h>

#include <array>
#include <cmath>
#include <string>

namespace omv::gst {

namespace {

constexpr double kInchesPerMetre = 1 / 0.0254;
constexpr const char* kIccMediaType = "application/vnd.iccprofile";

// Consumes the buffer, which may be NULL.
Bytes take_bytes(GstBuffer* buffer) {
  Bytes bytes;
  GstMapInfo map;
  if (buffer == nullptr) return bytes;
  if (gst_buffer_map(buffer, &map, GST_MAP_READ)) {
    bytes.assign(map.data, map.data + map.size);
    gst_buffer_unmap(buffer, &map);
  }
  gst_buffer_unref(buffer);
  return bytes;
}

std::vector<std::string> texts_of(const GstTagList* tags, const gchar* tag) {
  std::vector<std::string> texts;
  for (guint i = 0; i < gst_tag_list_get_tag_size(tags, tag); ++i) {
    const gchar* text = nullptr;
    if (gst_tag_list_peek_string_index(tags, tag, i, &text)) texts.emplace_back(text);
  }
  return texts;
}

bool is_icc(GstSample* sample) {
  const GstCaps* caps = gst_sample_get_caps(sample);
  const bool by_caps = caps != nullptr && gst_caps_get_size(caps) > 0 &&
                       gst_structure_has_name(gst_caps_get_structure(caps, 0), kIccMediaType);
  const GstStructure* info = gst_sample_get_info(sample);
  return by_caps || (info != nullptr && gst_structure_has_name(info, kIccMediaType));
}

Bytes icc_of(const GstTagList* tags) {
  Bytes profile;
  for (guint i = 0; profile.empty() && i < gst_tag_list_get_tag_size(tags, GST_TAG_ATTACHMENT); ++i) {
    GstSample* sample = nullptr;
    if (!gst_tag_list_get_sample_index(tags, GST_TAG_ATTACHMENT, i, &sample)) continue;
    if (GstBuffer* buffer = gst_sample_get_buffer(sample); buffer != nullptr && is_icc(sample))
      profile = take_bytes(gst_buffer_ref(buffer));
    gst_sample_unref(sample);
  }
  return profile;
}

std::uint32_t dots_per_metre_of(const GstTagList* tags) {
  double across = 0;
  double down = 0;
  if (!gst_tag_list_get_double(tags, GST_TAG_IMAGE_HORIZONTAL_PPI, &across) ||
      !gst_tag_list_get_double(tags, GST_TAG_IMAGE_VERTICAL_PPI, &down))
    return 0;
  if (across != down || !(across > 0) || across > 1e6) return 0;
  return static_cast<std::uint32_t>(std::lround(across * kInchesPerMetre));
}

struct Keyword {
  const gchar* tag;
  const char* keyword;
};
constexpr std::array kKeywords = {Keyword{GST_TAG_TITLE, "Title"}, Keyword{GST_TAG_ARTIST, "Author"},
                                  Keyword{GST_TAG_DESCRIPTION, "Description"}, Keyword{GST_TAG_COPYRIGHT, "Copyright"}};

// What says something about the stream or its coding, not about the picture.
constexpr std::array kStreamTags = {
    GST_TAG_CODEC,           GST_TAG_VIDEO_CODEC,     GST_TAG_AUDIO_CODEC, GST_TAG_SUBTITLE_CODEC,
    GST_TAG_BITRATE,         GST_TAG_NOMINAL_BITRATE, GST_TAG_ENCODER,     GST_TAG_ENCODER_VERSION,
    GST_TAG_MINIMUM_BITRATE, GST_TAG_MAXIMUM_BITRATE, GST_TAG_ATTACHMENT,  GST_TAG_CONTAINER_FORMAT,
};

GstTagList* without_stream_tags(const GstTagList* tags) {
  GstTagList* copy = gst_tag_list_copy(tags);
  for (const gchar* tag : kStreamTags) gst_tag_list_remove_tag(copy, tag);
  return copy;
}

// gsttag writes a packet also when it has nothing to say; that is left out.
std::string xmp_of(const GstTagList* tags) {
  GstTagList* nothing = gst_tag_list_new_empty();
  const Bytes frame = take_bytes(gst_tag_list_to_xmp_buffer(nothing, TRUE, nullptr));
  const Bytes packet = take_bytes(gst_tag_list_to_xmp_buffer(tags, TRUE, nullptr));
  gst_tag_list_unref(nothing);
  return packet == frame ? std::string() : std::string(packet.begin(), packet.end());
}

}  // namespace

formats::Metadata metadata_from_tags(const GstTagList* tags) {
  formats::Metadata metadata;
  if (tags == nullptr) return metadata;
  GstTagList* own = without_stream_tags(tags);
  metadata.exif = take_bytes(gst_tag_list_to_exif_buffer_with_tiff_header(own));
  metadata.xmp = xmp_of(own);
  gst_tag_list_unref(own);
  metadata.icc = icc_of(tags);
  metadata.comments = texts_of(tags, GST_TAG_COMMENT);
  for (const Keyword& row : kKeywords)
    for (std::string& text : texts_of(tags, row.tag)) metadata.texts.emplace_back(row.keyword, std::move(text));
  metadata.dots_per_metre = dots_per_metre_of(tags);
  return metadata;
}

GstTagList* merged_tags(GstTagSetter* setter, const GstTagList* of_stream) {
  const GstTagList* of_element = gst_tag_setter_get_tag_list(setter);
  GstTagList* merged = gst_tag_list_merge(of_element, of_stream, gst_tag_setter_get_tag_merge_mode(setter));
  return merged != nullptr ? merged : gst_tag_list_new_empty();
}

}  // namespace omv::gst
