// SPDX-License-Identifier: LGPL-2.1-or-later
// Events are lines of the log.
#include "runner/messages/notifier.h"

#include <algorithm>
#include <utility>

#include "runner/messages/broker.h"

namespace omv::runner {

namespace {

using namespace std::chrono_literals;

constexpr Time kLimit = 1min;
constexpr const char* kFields[] = {"record", "camera", "trigger", "path"};

// Fields that this event does not have are empty.
LogFields values_of(const LogLine& line) {
  LogFields values = {{"event", line.event}, {"text", line.text}};
  for (const char* name : kFields) {
    const auto field =
        std::find_if(line.fields.begin(), line.fields.end(), [name](const auto& pair) { return pair.first == name; });
    values.emplace_back(name, field != line.fields.end() ? field->second : "");
  }
  return values;
}

}  // namespace

void Notifier::tell(const LogLine& line) {
  const bool is_wanted = std::find(notify_.events.begin(), notify_.events.end(), line.event) != notify_.events.end();
  if (!is_wanted) return;
  const std::string json = log_json(line, time_text_now());
  if (services_.broker != nullptr) services_.broker->publish(line.event, json);
  if (!notify_.command.empty()) run_command(line, json);
}

void Notifier::run_command(const LogLine& line, const std::string& json) {
  if (children_.size() >= kAtOnce) {
    services_.log.debug("notify", "too many commands run already; not told: " + line.text);
    return;
  }
  auto& slot = children_.emplace_back();
  const auto words = expand_words(notify_.command, values_of(line));
  auto child = ChildProcess::start(services_.loop, words, json, kLimit, [this, &slot](const std::string& failure) {
    if (!failure.empty()) services_.log.debug("notify", "the command failed: " + failure);
    services_.loop.post([this, gone = slot.get()] { forget(gone); });
  });
  if (child) {
    slot = *std::move(child);
  } else {
    services_.log.debug("notify", "the command cannot be run: " + child.error().message);
    children_.pop_back();
  }
}

void Notifier::forget(const ChildProcess* child) {
  children_.remove_if([child](const auto& candidate) { return candidate.get() == child; });
  if (children_.empty()) end();
}

void Notifier::finish(std::function<void()> on_finished) {
  on_finished_ = std::move(on_finished);
  farewell_ = services_.loop.after(children_.empty() ? Time(0) : kFarewell, [this] { end(); });
}

void Notifier::end() {
  const auto call = std::exchange(on_finished_, nullptr);
  if (call) call();
}

}  // namespace omv::runner
