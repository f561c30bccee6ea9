// SPDX-License-Identifier: LGPL-2.1-or-later
// Structures become triggers.
#include "common/trigger.h"

#include <algorithm>
#include <string>

namespace omv::gst {

namespace {

constexpr const char* kSource = "source";
constexpr const char* kRunningTime = "running-time";

std::optional<Time> time_in(const GstStructure* structure) {
  const GValue* value = gst_structure_get_value(structure, kRunningTime);
  if (value == nullptr) return std::nullopt;
  if (G_VALUE_HOLDS_UINT64(value)) {
    const guint64 time = g_value_get_uint64(value);
    if (!GST_CLOCK_TIME_IS_VALID(time)) return std::nullopt;
    return Time(static_cast<gint64>(std::min<guint64>(time, G_MAXINT64)));
  }
  GValue number = G_VALUE_INIT;
  g_value_init(&number, G_TYPE_INT64);
  const bool is_number = !G_VALUE_HOLDS_STRING(value) && g_value_transform(value, &number) != FALSE;
  return is_number ? std::optional(Time(g_value_get_int64(&number))) : std::nullopt;
}

std::string details_in(const GstStructure* structure) {
  const StructurePtr rest(gst_structure_copy(structure));
  gst_structure_remove_fields(rest.get(), kSource, kRunningTime, nullptr);
  if (gst_structure_n_fields(rest.get()) == 0) return "";
  gchar* text = gst_structure_to_string(rest.get());
  std::string details = text;
  g_free(text);
  return details.size() <= kMaxTriggerDetails ? details : "";
}

bool is_live(GstPad* sink_pad) {
  GstQuery* query = gst_query_new_latency();
  gboolean live = FALSE;
  if (gst_pad_peer_query(sink_pad, query)) gst_query_parse_latency(query, &live, nullptr, nullptr);
  gst_query_unref(query);
  return live != FALSE;
}

}  // namespace

clips::Trigger to_trigger(const GstStructure* structure) {
  clips::Trigger trigger;
  if (structure == nullptr) return trigger;
  const gchar* source = gst_structure_get_string(structure, kSource);
  if (source == nullptr && !gst_structure_has_name(structure, kTriggerName)) source = gst_structure_get_name(structure);
  if (source != nullptr) trigger.source = source;
  trigger.time = time_in(structure);
  trigger.details = details_in(structure);
  return trigger;
}

StructurePtr trigger_from_text(const gchar* text) {
  if (text != nullptr && g_str_has_prefix(text, kTriggerName) && std::string_view(text) != kTriggerName)
    return StructurePtr(gst_structure_from_string(text, nullptr));
  StructurePtr trigger(gst_structure_new_empty(kTriggerName));
  if (text != nullptr) gst_structure_set(trigger.get(), kSource, G_TYPE_STRING, text, nullptr);
  return trigger;
}

StructurePtr trigger_from_property(GstElement* element, const gchar* text) {
  StructurePtr trigger = trigger_from_text(text);
  if (!trigger) GST_ELEMENT_WARNING(element, LIBRARY, SETTINGS, ("trigger: no structure: %s", text), (nullptr));
  return trigger;
}

std::optional<Time> time_of_clock(GstPad* sink_pad) {
  auto* element = GST_ELEMENT(GST_OBJECT_PARENT(sink_pad));
  if (GST_STATE(element) != GST_STATE_PLAYING || !is_live(sink_pad)) return std::nullopt;
  const GstClockTime now = gst_element_get_current_running_time(element);
  return GST_CLOCK_TIME_IS_VALID(now) ? std::optional(Time(static_cast<gint64>(now))) : std::nullopt;
}

const GstStructure* trigger_of(GstEvent* event) {
  const GstStructure* structure = gst_event_get_structure(event);
  const bool is_trigger = structure != nullptr && gst_structure_has_name(structure, kTriggerName);
  return is_trigger ? structure : nullptr;
}

}  // namespace omv::gst
