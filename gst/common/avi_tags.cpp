// SPDX-License-Identifier: LGPL-2.1-or-later
// One table of names; one order of clocks.
#include "common/avi_tags.h"

#include <array>
#include <string>

#include "common/capture_time.h"

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

std::optional<Nanoseconds> tagged_time(const GstTagList* tags) {
  GstDateTime* tag = nullptr;
  if (tags == nullptr || !gst_tag_list_get_date_time(tags, GST_TAG_DATE_TIME, &tag)) return std::nullopt;
  GDateTime* time = gst_date_time_has_time(tag) ? gst_date_time_to_g_date_time(tag) : nullptr;
  gst_date_time_unref(tag);
  if (time == nullptr) return std::nullopt;
  std::optional<Nanoseconds> since = avi::capture_seconds(g_date_time_to_unix(time));
  if (since) *since += std::chrono::microseconds(g_date_time_get_microsecond(time));
  g_date_time_unref(time);
  return since;
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

Nanoseconds capture_time(GstElement* element, GstBuffer* buffer, std::optional<Nanoseconds> running_time,
                         const GstTagList* tags) {
  if (const auto time = tagged_time(tags)) return *time;
  return CaptureTime().of(element, buffer, running_time);
}

}  // namespace omv::gst
