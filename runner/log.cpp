// SPDX-License-Identifier: LGPL-2.1-or-later
// Lines of the log as text and as JSON.
#include "runner/log.h"

#include <json-glib/json-glib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>

#include "runner/gst_ptr.h"

namespace omv::runner {

namespace {

const char* name_of(rig::LogLevel level) {
  constexpr std::array<const char*, 4> kNames = {"error", "warning", "info", "debug"};
  return kNames[static_cast<std::size_t>(level)];
}

void add_member(JsonObject* object, const std::string& name, const std::string& value) {
  const TextPtr valid(g_utf8_make_valid(value.c_str(), static_cast<gssize>(value.size())));
  json_object_set_string_member(object, name.c_str(), valid.get());
}

constexpr const char* kWipe = "\r\033[K";

// Columns of the terminal, less one for the cursor.
std::size_t screen_width() {
  constexpr std::size_t kUsual = 79;
  winsize size = {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2) return kUsual;
  return size.ws_col - 1U;
}

}  // namespace

std::string time_text_now() {
  GDateTime* now = g_date_time_new_now_utc();
  const TextPtr seconds(g_date_time_format(now, "%Y-%m-%dT%H:%M:%S"));
  std::array<char, 16> rest{};
  std::snprintf(rest.data(), rest.size(), ".%03dZ", g_date_time_get_microsecond(now) / 1000);
  g_date_time_unref(now);
  return seconds.get() + std::string(rest.data());
}

std::string log_text(const LogLine& line, const std::string& time) {
  std::string text = time + " " + name_of(line.level) + " " + line.event + ": " + line.text;
  for (std::size_t i = 0; i < line.fields.size(); ++i)
    text += (i == 0 ? " (" : " ") + line.fields[i].first + "=" + line.fields[i].second;
  return text + (line.fields.empty() ? "\n" : ")\n");
}

std::string log_json(const LogLine& line, const std::string& time) {
  JsonNode* node = json_node_new(JSON_NODE_OBJECT);
  JsonObject* object = json_object_new();
  json_node_take_object(node, object);
  add_member(object, "time", time);
  add_member(object, "level", name_of(line.level));
  add_member(object, "event", line.event);
  add_member(object, "text", line.text);
  for (const auto& [name, value] : line.fields) add_member(object, name, value);
  const TextPtr text(json_to_string(node, FALSE));
  json_node_unref(node);
  return text.get() + std::string("\n");
}

Log::Log() : is_terminal_(::isatty(STDERR_FILENO) != 0) {}

Log::~Log() { show_status(""); }

void Log::configure(rig::LogLevel level, rig::LogFormat format) {
  show_status("");
  const std::lock_guard hold(mutex_);
  level_ = level;
  format_ = format;
}

void Log::set_listener(Listener listener) {
  const std::lock_guard hold(mutex_);
  listener_ = std::move(listener);
}

void Log::error(std::string event, std::string text, LogFields fields) {
  write({rig::LogLevel::error, std::move(event), std::move(text), std::move(fields)});
}

void Log::warning(std::string event, std::string text, LogFields fields) {
  write({rig::LogLevel::warning, std::move(event), std::move(text), std::move(fields)});
}

void Log::info(std::string event, std::string text, LogFields fields) {
  write({rig::LogLevel::info, std::move(event), std::move(text), std::move(fields)});
}

void Log::debug(std::string event, std::string text, LogFields fields) {
  write({rig::LogLevel::debug, std::move(event), std::move(text), std::move(fields)});
}

void Log::show_status(const std::string& text) {
  const std::lock_guard hold(mutex_);
  if (!is_terminal_ || format_ == rig::LogFormat::json || (text.empty() && status_.empty())) return;
  status_ = text.substr(0, screen_width());
  put(kWipe + status_);
}

void Log::put(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void Log::write(const LogLine& line) {
  Listener listener;
  {
    const std::lock_guard hold(mutex_);
    if (line.level <= level_) {
      const std::string time = time_text_now();
      const std::string text = format_ == rig::LogFormat::json ? log_json(line, time) : log_text(line, time);
      put(status_.empty() ? text : kWipe + text + status_);
    }
    if (line.level <= rig::LogLevel::info) listener = listener_;
  }
  if (listener) listener(line);
}

}  // namespace omv::runner
