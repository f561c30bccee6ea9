// SPDX-License-Identifier: LGPL-2.1-or-later
// A report as JSON.
#include "common/clip_report.h"

#include <json-glib/json-glib.h>

#include <filesystem>
#include <memory>

namespace omv::gst {

namespace {

struct UnrefObject {
  void operator()(gpointer object) const { g_object_unref(object); }
};
using BuilderPtr = std::unique_ptr<JsonBuilder, UnrefObject>;
using GeneratorPtr = std::unique_ptr<JsonGenerator, UnrefObject>;

// Members of the object that a builder is in.
class Members {
 public:
  explicit Members(JsonBuilder* builder) : builder_(builder) {}

  // Names are bytes, JSON is UTF-8.
  void add(const char* name, const std::string& value) const {
    gchar* text = g_utf8_make_valid(value.c_str(), static_cast<gssize>(value.size()));
    json_builder_add_string_value(member(name), text);
    g_free(text);
  }
  void add(const char* name, const char* value) const { add(name, std::string(value)); }
  void add(const char* name, bool value) const { json_builder_add_boolean_value(member(name), value ? TRUE : FALSE); }
  void add(const char* name, std::uint64_t value) const {
    json_builder_add_int_value(member(name), static_cast<gint64>(value));
  }
  void add(const char* name, std::chrono::nanoseconds value) const {
    json_builder_add_int_value(member(name), value.count());
  }
  void add_null(const char* name) const { json_builder_add_null_value(member(name)); }

 private:
  JsonBuilder* member(const char* name) const { return json_builder_set_member_name(builder_, name); }

  JsonBuilder* builder_;
};

// Microseconds and UTC; what readers of a log can compare as text.
std::string date_of(std::chrono::nanoseconds wall_clock) {
  GDateTime* second = g_date_time_new_from_unix_utc(std::chrono::floor<std::chrono::seconds>(wall_clock).count());
  if (second == nullptr) return "";
  GDateTime* exact = g_date_time_add(second, (wall_clock % std::chrono::seconds(1)).count() / 1000);
  gchar* text = g_date_time_format(exact, "%Y-%m-%dT%H:%M:%S.%fZ");
  const std::string date = text != nullptr ? text : "";
  g_free(text);
  g_date_time_unref(exact);
  g_date_time_unref(second);
  return date;
}

void add_file(const Members& root, const ClipReport& report) {
  root.add("file", std::filesystem::path(report.location).filename().string());
  root.add("complete", report.complete);
  if (report.error)
    root.add("error", report.error->message);
  else
    root.add_null("error");
  root.add("muxer", report.muxer);
  root.add("caps", report.caps);
  root.add("file_bytes", report.file_bytes);
  root.add("frames", report.frames);
  root.add("file_start_ns", report.file_start);
}

void add_clip(const Members& root, const ClipReport& report) {
  const clips::Clip& clip = report.clip;
  root.add("clip", clip.number);
  root.add("end_reason", clips::to_string(clip.end_reason));
  root.add("continues", clip.continues);
  root.add("missing_before", clip.missing_before);
  root.add("frames_delivered", clip.frames);
  root.add("first_sequence", clip.first_sequence);
  root.add("last_sequence", clip.last_sequence);
  root.add("wall_clock", date_of(report.wall_clock));
  root.add("wall_clock_ns", report.wall_clock);
  root.add("running_time_ns", clip.start);
  root.add("duration_ns", clip.end - clip.start);
  root.add("pre_asked_ns", clip.pre_asked);
  root.add("pre_got_ns", clip.pre_got);
  root.add("preroll_short", clip.preroll_short);
  root.add("trigger_count", clip.trigger_count);
}

void add_triggers(JsonBuilder* builder, const ClipReport& report) {
  json_builder_begin_array(json_builder_set_member_name(builder, "triggers"));
  for (const clips::ClipTrigger& trigger : report.clip.triggers) {
    const Members members(json_builder_begin_object(builder));
    members.add("source", trigger.source);
    if (!trigger.details.empty()) members.add("details", trigger.details);
    members.add("running_time_ns", trigger.time);
    members.add("offset_ns", trigger.offset);
    if (trigger.frame)
      members.add("frame", *trigger.frame);
    else
      members.add_null("frame");
    json_builder_end_object(builder);
  }
  json_builder_end_array(builder);
}

void add_losses(JsonBuilder* builder, const ClipLosses& losses) {
  Members(builder).add("frames_lost", losses.frames());
  json_builder_begin_array(json_builder_set_member_name(builder, "lost"));
  for (const ClipLoss& loss : losses.listed()) {
    const Members members(json_builder_begin_object(builder));
    members.add("reason", omv::gst::to_string(loss.reason));
    members.add("first_sequence", loss.first_sequence);
    members.add("frames", loss.frames);
    json_builder_end_object(builder);
  }
  json_builder_end_array(builder);
}

std::string text_of(JsonBuilder* builder) {
  JsonNode* node = json_builder_get_root(builder);
  const GeneratorPtr generator(json_generator_new());
  json_generator_set_pretty(generator.get(), TRUE);
  json_generator_set_root(generator.get(), node);
  gchar* text = json_generator_to_data(generator.get(), nullptr);
  std::string result = std::string(text) + "\n";
  g_free(text);
  json_node_unref(node);
  return result;
}

}  // namespace

const char* to_string(LossReason reason) {
  switch (reason) {
    case LossReason::queue_full: return "queue-full";
    case LossReason::disk_full: return "disk-full";
    case LossReason::failed: return "failed";
  }
  return "unknown";
}

void ClipReport::as_in_file() {
  for (clips::ClipTrigger& trigger : clip.triggers) {
    trigger.offset -= file_start;
    if (!trigger.frame) continue;
    const std::uint64_t sequence = clip.first_sequence + *trigger.frame;
    if (losses.has(sequence))
      trigger.frame.reset();
    else
      *trigger.frame -= losses.before(sequence);
  }
}

std::string clip_json(const ClipReport& report) {
  const BuilderPtr builder(json_builder_new());
  const Members root(json_builder_begin_object(builder.get()));
  add_file(root, report);
  add_clip(root, report);
  add_triggers(builder.get(), report);
  add_losses(builder.get(), report.losses);
  json_builder_end_object(builder.get());
  return text_of(builder.get());
}

}  // namespace omv::gst
