// SPDX-License-Identifier: LGPL-2.1-or-later
// One table of names; one order of clocks.
#include "common/avi_tags.h"

#include <array>
#include <string>

namespace omv::gst {

namespace {

using avi::Nanoseconds;

struct Row {
  const char* tag;
  const char* id;
};

constexpr std::array kRows = {
    Row{GST_TAG_TITLE, "INAM"},    Row{GST_TAG_ARTIST, "IART"},       Row{GST_TAG_COMMENT, "ICMT"},
    Row{GST_TAG_GENRE, "IGNR"},    Row{GST_TAG_COPYRIGHT, "ICOP"},    Row{GST_TAG_DESCRIPTION, "ISBJ"},
    Row{GST_TAG_KEYWORDS, "IKEY"}, Row{GST_TAG_DEVICE_MODEL, "ISRC"},
};

constexpr const char* kSoftware = PACKAGE " " PACKAGE_VERSION;

std::optional<std::string> text_of(const GstTagList* tags, const char* name) {
  gchar* text = nullptr;
  if (tags == nullptr || !gst_tag_list_get_string(tags, name, &text)) return std::nullopt;
  std::string copy = text;
  g_free(text);
  return copy;
}

std::string date_of(Nanoseconds captured) {
  GDateTime* time = g_date_time_new_from_unix_utc(std::chrono::floor<std::chrono::seconds>(captured).count());
  if (time == nullptr) return {};
  gchar* text = g_date_time_format(time, "%Y-%m-%d");
  std::string date = text != nullptr ? text : "";
  g_free(text);
  g_date_time_unref(time);
  return date;
}

std::optional<Nanoseconds> reference_time(GstBuffer* buffer) {
  GstCaps* unix_time = gst_caps_new_empty_simple("timestamp/x-unix");
  const GstReferenceTimestampMeta* meta = gst_buffer_get_reference_timestamp_meta(buffer, unix_time);
  gst_caps_unref(unix_time);
  if (meta == nullptr) return std::nullopt;
  return Nanoseconds(static_cast<std::int64_t>(meta->timestamp));
}

std::optional<Nanoseconds> tagged_time(const GstTagList* tags) {
  GstDateTime* tag = nullptr;
  if (tags == nullptr || !gst_tag_list_get_date_time(tags, GST_TAG_DATE_TIME, &tag)) return std::nullopt;
  GDateTime* time = gst_date_time_has_time(tag) ? gst_date_time_to_g_date_time(tag) : nullptr;
  gst_date_time_unref(tag);
  if (time == nullptr) return std::nullopt;
  const Nanoseconds since =
      std::chrono::seconds(g_date_time_to_unix(time)) + std::chrono::microseconds(g_date_time_get_microsecond(time));
  g_date_time_unref(time);
  return since;
}

// How long ago a frame was captured by the clock of the pipeline; 0 for frames from the future, as files have them.
Nanoseconds age(GstElement* element, std::optional<GstClockTimeDiff> running_time) {
  const GstClockTime now = gst_element_get_current_running_time(element);
  if (!running_time || !GST_CLOCK_TIME_IS_VALID(now)) return Nanoseconds(0);
  return Nanoseconds(std::max<GstClockTimeDiff>(0, static_cast<GstClockTimeDiff>(now) - *running_time));
}

}  // namespace

avi::Tags avi_tags(const GstTagList* tags, std::optional<Nanoseconds> captured) {
  avi::Tags result;
  result.captured = captured;
  for (const Row& row : kRows)
    if (auto text = text_of(tags, row.tag)) result.info.push_back({row.id, *std::move(text)});
  if (captured) result.info.push_back({"ICRD", date_of(*captured)});
  result.info.push_back({"ISFT", kSoftware});
  return result;
}

Nanoseconds capture_time(GstElement* element, GstBuffer* buffer, std::optional<GstClockTimeDiff> running_time,
                         const GstTagList* tags) {
  if (const auto time = reference_time(buffer)) return *time;
  if (const auto time = tagged_time(tags)) return *time;
  return std::chrono::microseconds(g_get_real_time()) - age(element, running_time);
}

}  // namespace omv::gst
