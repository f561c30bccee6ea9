// SPDX-License-Identifier: LGPL-2.1-or-later
// What a rig needs and does, for people and for programs.
#include <cmath>
#include <sstream>
#include <string>

#include "rig.h"
#include "rig/estimate.h"
#include "rig/launch.h"
#include "rig/options.h"
#include "rig/resolved_text.h"
#include "runner/json.h"

namespace omv::tool {

namespace {

using rig::Camera;
using rig::CameraEstimate;
using rig::Record;
using rig::RecordEstimate;
using rig::Rig;

// Every line with "# " in front of it.
std::string commented(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out += line.empty() ? "#\n" : "# " + line + "\n";
  return out;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text + "  ";
}

std::size_t longest_name(const Rig& rig) {
  std::size_t longest = 0;
  for (const Camera& camera : rig.cameras) longest = std::max(longest, camera.name.size());
  for (const Record& record : rig.records) longest = std::max(longest, record.name.size());
  return longest;
}

std::string cameras_text(const Rig& rig, std::size_t width) {
  std::string text = "Cameras (assumed)\n";
  for (const Camera& camera : rig.cameras) {
    const CameraEstimate estimate = rig::estimate_camera(camera);
    text += "  " + padded(camera.name, width) + rig::rounded_size(estimate.bytes_per_second()) +
            "/s: " + estimate.assumption + "\n";
  }
  return text;
}

std::string memory_text(const Rig& rig, std::size_t width) {
  std::string text = "Memory at most\n";
  for (const Record& record : rig.records) {
    const RecordEstimate estimate = rig::estimate_record(rig, record);
    text += "  " + padded(record.name, width);
    if (estimate.ring_bytes > 0) text += "ring " + rig::rounded_size(static_cast<double>(estimate.ring_bytes)) + ", ";
    text += "queue " + rig::rounded_size(static_cast<double>(estimate.queue_bytes));
    for (const std::string& name : record.cameras)
      if (record.type == rig::RecordType::clip)
        text += "; holds " +
                rig::plain_number(std::round(rig::ring_seconds(record, *rig::find_camera(rig, name)) * 10) / 10) +
                " s of " + name;
    text += "\n";
  }
  return text + "  " + padded("in all", width) + rig::rounded_size(static_cast<double>(rig::memory_of(rig))) + "\n";
}

std::string disk_text(const Rig& rig, std::size_t width) {
  std::string text = "A day (estimated)\n";
  double sum = 0;
  for (const Record& record : rig.records) {
    const RecordEstimate estimate = rig::estimate_record(rig, record);
    const bool is_stream = record.type == rig::RecordType::stream;
    if (!is_stream) sum += estimate.bytes_per_day;
    text += "  " + padded(record.name, width) + rig::rounded_size(estimate.bytes_per_day) +
            (is_stream ? " over the network: " : ": ") + estimate.assumption + "\n";
  }
  return text + "  " + padded("to disk", width) + rig::rounded_size(sum) + "\n";
}

std::string launch_text(const Rig& rig) {
  std::string text =
      "Launch lines. The rig runs one pipeline for each camera, so that one can fail and return alone.\n";
  for (const rig::LaunchLine& line : rig::launch_lines(rig)) {
    text += "\n" + line.command + "\n";
    for (const std::string& note : line.runner_adds) text += "only the runner adds: " + note + "\n";
  }
  return text;
}

JsonNode* texts_node(const std::vector<std::string>& texts) {
  json::Array array;
  for (const std::string& text : texts) array.add(json::text_node(text));
  return array.take();
}

// What there is of a value in JSON; units as they stand in the file.
JsonNode* value_node(const rig::Option& option, const rig::Value& value) {
  if (const auto* on = std::get_if<bool>(&value)) return json_node_init_boolean(json_node_alloc(), *on ? TRUE : FALSE);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return json_node_init_int(json_node_alloc(), *whole);
  if (const auto* text = std::get_if<std::string>(&value)) return json::text_node(*text);
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) return texts_node(*texts);
  const auto* number = std::get_if<double>(&value);
  if (number != nullptr && option.kind == rig::Kind::number) return json_node_init_double(json_node_alloc(), *number);
  if (std::holds_alternative<rig::Schedule>(value) || std::holds_alternative<std::vector<rig::Area>>(value))
    return json_from_string(rig::value_text(option, value).c_str(), nullptr);
  const std::string quoted = rig::value_text(option, value);
  return json::text_node(quoted.substr(1, quoted.size() - 2));
}

JsonNode* section_node(const rig::SectionInfo& info, const rig::Section& section) {
  json::Object object;
  if (info.form == rig::Form::named) object.add("name", section.name);
  std::size_t type = 0;
  if (!info.types.empty()) type = std::get<rig::Choice>(info.options.front().bind.load(section)).index;
  for (const rig::Option& option : info.options) {
    if ((!info.types.empty() && !rig::applies(option, type)) || !rig::is_active(option, section)) continue;
    const rig::Value value = option.bind.load(section);
    if (rig::value_text(option, value).empty()) continue;
    object.add(std::string(option.key).c_str(), value_node(option, value));
  }
  return object.take();
}

JsonNode* rig_node(const Rig& rig) {
  json::Object object;
  for (const rig::SectionInfo& info : rig::sections()) {
    json::Array several;
    JsonNode* single = nullptr;
    rig::for_each_section(rig, [&](const rig::SectionInfo& kind, const rig::Section& section) {
      if (&kind != &info) return;
      if (info.form == rig::Form::single)
        single = section_node(info, section);
      else
        several.add(section_node(info, section));
    });
    JsonNode* all = several.take();
    object.add(std::string(info.name).c_str(), single != nullptr ? single : json_node_copy(all));
    json_node_unref(all);
  }
  return object.take();
}

JsonNode* cameras_node(const Rig& rig) {
  json::Array array;
  for (const Camera& camera : rig.cameras) {
    const CameraEstimate estimate = rig::estimate_camera(camera);
    json::Object object;
    object.add("camera", camera.name).add("bytes_per_second", std::llround(estimate.bytes_per_second()));
    array.add(object.add("assumption", estimate.assumption).take());
  }
  return array.take();
}

JsonNode* records_node(const Rig& rig) {
  json::Array array;
  for (const Record& record : rig.records) {
    const RecordEstimate estimate = rig::estimate_record(rig, record);
    json::Object object;
    object.add("record", record.name).add("ring_bytes", estimate.ring_bytes).add("queue_bytes", estimate.queue_bytes);
    object.add("bytes_per_day", std::llround(estimate.bytes_per_day));
    array.add(object.add("assumption", estimate.assumption).take());
  }
  return array.take();
}

JsonNode* lines_node(const Rig& rig) {
  json::Array array;
  for (const rig::LaunchLine& line : rig::launch_lines(rig)) {
    json::Object object;
    object.add("camera", line.camera).add("command", line.command);
    array.add(object.add("runner_adds", texts_node(line.runner_adds)).take());
  }
  return array.take();
}

}  // namespace

std::string rig_plan_text(const Rig& rig) {
  const std::size_t width = std::max<std::size_t>(longest_name(rig), 7);
  return rig::resolved_text(rig) + "\n" +
         commented(cameras_text(rig, width) + "\n" + memory_text(rig, width) + "\n" + disk_text(rig, width) + "\n" +
                   launch_text(rig));
}

std::string rig_plan_json(const Rig& rig) {
  json::Object plan;
  plan.add("rig", rig_node(rig)).add("cameras", cameras_node(rig)).add("records", records_node(rig));
  plan.add("memory_bytes", rig::memory_of(rig)).add("launch", lines_node(rig));
  return json::to_text(plan.take(), true) + "\n";
}

}  // namespace omv::tool
