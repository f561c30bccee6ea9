// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv info --json`. The members are listed in docs/imageio.md.
#include <cstdio>

#include "info_output.h"
#include "runner/json.h"

namespace omv::tool {

namespace {

using json::null_node;
using json::Object;
using json::to_text;

void add_picture(Object& object, const FrameInfo& info) {
  object.add("format", std::string(to_string(info.format))).add("width", info.width).add("height", info.height);
}

JsonNode* pictures_node(const RecordingSummary& summary) {
  json::Array pictures;
  for (const PictureCount& picture : summary.pictures) {
    Object object;
    add_picture(object, picture.info);
    object.add("frames", picture.frames).add("payload_bytes", picture.bytes);
    pictures.add(object.take());
  }
  return pictures.take();
}

JsonNode* intervals_node(const RecordingSummary& summary) {
  if (!summary.intervals) return null_node();
  const IntervalSummary& intervals = *summary.intervals;
  return Object()
      .add("min_us", intervals.min)
      .add("median_us", intervals.median)
      .add("mean_us", intervals.mean_us)
      .add("max_us", intervals.max)
      .add("absurd", summary.absurd_intervals)
      .take();
}

JsonNode* gaps_node(const RecordingSummary& summary) {
  const GapSummary& gaps = summary.gaps;
  Object object;
  object.add("count", gaps.count).add("longer_than_us", gaps.threshold);
  if (gaps.count > 0) object.add("longest_us", gaps.longest).add("before_frame", gaps.frame_behind_longest);
  return object.take();
}

JsonNode* damage_node(const RecordingSummary& summary) {
  if (!summary.damage) return null_node();
  const imageio::Damage& damage = *summary.damage;
  return Object()
      .add("code", std::string(to_string(damage.code)))
      .add("frame", damage.frame)
      .add("offset", damage.offset)
      .add("bytes_behind", damage.bytes_behind)
      .add("message", damage.message)
      .take();
}

JsonNode* avi_node(const AviFacts& facts) {
  json::Array faults;
  for (const std::string& fault : facts.header_faults) faults.add(json::text_node(fault));
  Object tags;
  for (const avi::Tag& tag : facts.tags) tags.add(tag.id.c_str(), tag.text);
  Object object;
  object.add("rate_numerator", facts.rate.numerator)
      .add("rate_denominator", facts.rate.denominator)
      .add("slots", facts.slots)
      .add("exact_times", facts.exact_times);
  if (facts.captured)
    object.add("captured_us", std::chrono::floor<imageio::Microseconds>(*facts.captured));
  else
    object.add("captured_us", null_node());
  return object.add("tags", tags.take()).add("header_faults", faults.take()).take();
}

JsonNode* gif_node(const GifFacts& facts) {
  return Object()
      .add("plays", facts.plays)
      .add("own_palettes", facts.own_palettes)
      .add("closed", facts.is_closed)
      .take();
}

JsonNode* summary_node(const std::string& path, const RecordingSummary& summary) {
  const auto rate = summary.mean_rate();
  Object object;
  object.add("file", path)
      .add("file_bytes", summary.file_bytes)
      .add("version", summary.version)
      .add("frame_count", summary.frames)
      .add("duration_us", summary.duration);
  if (rate)
    object.add("mean_rate", *rate);
  else
    object.add("mean_rate", null_node());
  object.add("pictures", pictures_node(summary))
      .add("intervals", intervals_node(summary))
      .add("gaps", gaps_node(summary))
      .add("payload_bytes", summary.payload_bytes)
      .add("damage", damage_node(summary));
  if (summary.avi) object.add("avi", avi_node(*summary.avi));
  if (summary.gif) object.add("gif", gif_node(*summary.gif));
  return object.take();
}

JsonNode* texts_node(const formats::Metadata& metadata) {
  json::Array texts;
  for (const auto& [keyword, text] : metadata.texts)
    texts.add(Object().add("keyword", keyword).add("text", text).take());
  return texts.take();
}

JsonNode* comments_node(const formats::Metadata& metadata) {
  json::Array comments;
  for (const std::string& comment : metadata.comments) comments.add(json::text_node(comment));
  return comments.take();
}

JsonNode* metadata_node(const formats::Metadata& metadata) {
  return Object()
      .add("exif_bytes", metadata.exif.size())
      .add("xmp_bytes", metadata.xmp.size())
      .add("icc_bytes", metadata.icc.size())
      .add("dots_per_metre", metadata.dots_per_metre)
      .add("comments", comments_node(metadata))
      .add("texts", texts_node(metadata))
      .take();
}

JsonNode* still_damage_node(const StillSummary& still) {
  if (!still.damage) return null_node();
  const Error& damage = *still.damage;
  return Object().add("code", std::string(to_string(damage.code))).add("message", damage.message).take();
}

JsonNode* still_node(const std::string& path, const StillSummary& still) {
  Object object;
  object.add("file", path)
      .add("file_bytes", still.file_bytes)
      .add("still", std::string(still.format->name))
      .add("media_type", std::string(still.format->media_type));
  add_picture(object, still.info);
  return object.add("metadata", metadata_node(still.metadata)).add("damage", still_damage_node(still)).take();
}

JsonNode* frame_node(const FrameLine& frame) {
  Object object;
  object.add("index", frame.timing.index)
      .add("offset", frame.chunk.offset)
      .add("time_us", frame.timing.time)
      .add("interval_us", frame.timing.interval);
  add_picture(object, frame.chunk.info);
  return object.add("bytes", frame.bytes)
      .add("stored_bytes", frame.chunk.payload_bytes)
      .add("sha256", frame.sha256)
      .take();
}

}  // namespace

void JsonOutput::begin(std::size_t files) {
  is_array_ = files > 1;
  if (is_array_) std::printf("[\n");
}

void JsonOutput::separate_files() {
  if (!first_file_) std::printf(",\n");
  first_file_ = false;
}

// With frames the object stays open behind its last member, for the array that follows.
void JsonOutput::summary(const std::string& path, const RecordingSummary& summary) {
  separate_files();
  std::string text = to_text(summary_node(path, summary), true);
  if (with_frames_) text.erase(text.rfind("\n}"));
  std::printf("%s", text.c_str());
  if (with_frames_) std::printf(",\n  \"frames\" : [");
  first_frame_ = true;
  in_frames_ = with_frames_;
}

void JsonOutput::still(const std::string& path, const StillSummary& still) {
  separate_files();
  std::printf("%s", to_text(still_node(path, still), true).c_str());
}

void JsonOutput::frame(const FrameLine& frame) {
  std::printf("%s\n    %s", first_frame_ ? "" : ",", to_text(frame_node(frame), false).c_str());
  first_frame_ = false;
}

void JsonOutput::close_frames() {
  if (in_frames_) std::printf("%s]", first_frame_ ? "" : "\n  ");
  in_frames_ = false;
}

void JsonOutput::end_file() {
  const bool open = in_frames_;
  close_frames();
  if (open) std::printf("\n}");
}

// Between two frames the object is open and gets the error as one more member.
void JsonOutput::fail(const std::string& path, const Error& error) {
  Object object;
  if (!in_frames_) object.add("file", path);
  const std::string text =
      to_text(object.add("error", std::string(to_string(error.code))).add("message", error.message).take(), true);
  if (in_frames_) {
    close_frames();
    std::printf(",%s", text.substr(text.find('\n')).c_str());
    return;
  }
  separate_files();
  std::printf("%s", text.c_str());
}

void JsonOutput::end() { std::printf(is_array_ ? "\n]\n" : "\n"); }

}  // namespace omv::tool
