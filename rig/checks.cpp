// SPDX-License-Identifier: LGPL-2.1-or-later
// The rig as a whole: memory, page, storage, limits, messages.
#include "rig/checks.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "rig/estimate.h"
#include "rig/options.h"
#include "rig/resolve.h"
#include "rig/suggest.h"

namespace omv::rig {

namespace {

bool is_loopback(std::string_view listen) {
  const std::string_view host = listen.substr(0, listen.rfind(':'));
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

void check_memory(const Rig& rig, const Machine& machine, Report& report) {
  const std::uint64_t needed = memory_of(rig);
  const std::string sum = "rings and queues hold up to " + size_text(needed);
  if (rig.general.memory > 0 && needed > rig.general.memory && rig.general.is_sound({"memory"}))
    return report.error(rig.general.place("memory"), "[rig] 'memory' is " + size_text(rig.general.memory) + ", but " +
                                                         sum + "; make 'ring' or 'queue' of records smaller");
  if (machine.memory == 0 || rig.general.memory > 0 || needed <= machine.memory / 2) return;
  const std::string of = sum + ", and this machine has " + size_text(machine.memory);
  const Position at = rig.records.empty() ? Position{} : rig.records.front().at;
  if (needed > machine.memory)
    report.error(at, "[rig] " + of + " of memory; make 'ring' or 'queue' of records smaller");
  else
    report.error(at, "[rig] " + of +
                         " of memory, half of which is the limit; make 'ring' or 'queue' of records "
                         "smaller, or set 'memory'");
}

void check_page(const General& general, Report& report) {
  const bool has_token = !general.token.empty() || !general.token_file.empty();
  if (general.has("token") && general.has("token_file"))
    report.error(general.place("token"), "[rig] 'token' and 'token_file' are both there; leave one out");
  if (general.is_sound({"listen", "token", "token_file"}) && !general.listen.empty() && !has_token &&
      !is_loopback(general.listen))
    report.error(general.place("listen"),
                 "[rig] 'listen' is \"" + general.listen +
                     "\", which other hosts reach, but there is no token; set 'token_file', or "
                     "listen = \"127.0.0.1:8080\"");
}

void check_free_space(const Storage& storage, Report& report) {
  if (!storage.is_sound({"min_free", "stop_free"}) || storage.min_free == 0 || storage.stop_free < storage.min_free)
    return;
  const std::string_view key = storage.has("stop_free") ? "stop_free" : "min_free";
  report.error(storage.place(key), "[storage] 'stop_free' is " + size_text(storage.stop_free) +
                                       ", not less than 'min_free', which is " + size_text(storage.min_free) +
                                       ": writing would stop before old files go; make 'stop_free' smaller");
}

void check_limits(const Rig& rig, const Retain& retain, Report& report) {
  const bool any = retain.max_age.count() > 0 || retain.max_size > 0 || retain.max_files > 0 || retain.min_free > 0;
  if (!any && retain.is_sound({"max_age", "max_size", "max_files", "min_free"}))
    report.error(retain.at, "[retain] limits nothing; set 'max_age', 'max_size', 'max_files' or 'min_free'");
  if (retain.min_free > 0 && retain.min_free <= rig.storage.stop_free && rig.storage.is_sound({"stop_free"}))
    report.error(retain.place("min_free"), "[retain] 'min_free' is " + size_text(retain.min_free) +
                                               ", not more than 'stop_free' of [storage], which is " +
                                               size_text(rig.storage.stop_free) +
                                               ": writing would stop before files go; make it larger");
}

void check_retained(const Rig& rig, const Retain& retain, std::map<std::string, Position>& taken, Report& report) {
  std::vector<std::string_view> names;
  for (const Record& record : rig.records) names.push_back(record.name);
  for (const std::string& name : retain.records) {
    if (report.is_full()) return;
    const Record* record = find_record(rig, name);
    const Position at = retain.place("records");
    if (record == nullptr)
      report.error(at, "[retain] 'records' names '" + name + "', but there is no [record." + name + "]" +
                           did_you_mean(name, names));
    else if (!writes_files(*record))
      report.error(at, "[retain] 'records' names '" + name + "', which is a stream and keeps no files; leave it out");
    else if (const auto [place, is_new] = taken.emplace(name, retain.at); !is_new)
      report.error(at, "[retain] 'records' names '" + name + "', which has limits in line " +
                           std::to_string(place->second.line) + " already; put them into one section");
  }
  if (retain.records.empty() && retain.is_sound({"records"}))
    report.warning(retain.at, "[retain] there is no record left that it could be for; name 'records', or leave it out");
}

// Options that are there and mean nothing, as the tables tell.
void check_idle(const SectionInfo& info, const Section& section, const std::string& title, Report& report) {
  if (!section.wrong.empty()) return;
  for (const Option& option : info.options)
    if (section.has(option.key) && !option.needs.empty() && !is_active(option, section))
      report.warning(section.place(option.key), title + "'" + std::string(option.key) + "' does nothing without " +
                                                    std::string(option.needs) + "; set that, or leave it out");
}

void check_all_idle(const Rig& rig, Report& report) {
  check_idle(section_info(SectionKind::general), rig.general, "[rig] ", report);
  for (const Record& record : rig.records) check_idle(section_info(SectionKind::record), record, title(record), report);
  check_idle(section_info(SectionKind::notify), rig.notify, "[notify] ", report);
}

}  // namespace

void check_general(const Rig& rig, const Machine& machine, Report& report) {
  check_memory(rig, machine, report);
  check_page(rig.general, report);
}

void check_storage(const Rig& rig, Report& report) {
  check_free_space(rig.storage, report);
  std::map<std::string, Position> taken;
  for (const Retain& retain : rig.retains) {
    check_limits(rig, retain, report);
    check_retained(rig, retain, taken, report);
  }
}

void check_notify(const Rig& rig, const Machine& machine, Report& report) {
  constexpr std::array<std::string_view, 6> kWords = {"event", "text", "record", "camera", "trigger", "path"};
  const Notify& notify = rig.notify;
  check_placeholders("[notify] ", notify, "command", notify.command, kWords, report);
  if (notify.has("mqtt") && !machine.mqtt)
    report.error(notify.place("mqtt"),
                 "[notify] this build of omv knows no MQTT; build it with -Dmqtt=enabled and libmosquitto, or leave "
                 "'mqtt' out");
  if (notify.has("mqtt_password_file") && !notify.has("mqtt_user") && notify.is_sound({"mqtt_user"}))
    report.error(notify.place("mqtt_password_file"), "[notify] 'mqtt_password_file' needs a name; set 'mqtt_user'");
}

void check_placeholders(const std::string& title, const Section& section, std::string_view key,
                        std::span<const std::string> command, std::span<const std::string_view> words, Report& report) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  for (const std::string& argument : command) {
    if (report.is_full()) return;
    for (std::size_t at = argument.find('{'); at != std::string::npos; at = argument.find('{', at + 1)) {
      const std::size_t end = argument.find('}', at);
      if (end == std::string::npos) break;
      const std::string_view word = std::string_view(argument).substr(at + 1, end - at - 1);
      if (word.empty() || word.size() > 32 || !std::all_of(word.begin(), word.end(), is_letter)) continue;
      if (std::find(words.begin(), words.end(), word) != words.end()) continue;
      std::string cure = did_you_mean(word, words);
      if (cure.empty()) cure = "; there are " + list_text(words);
      report.error(section.place(key), title + "'" + std::string(key) + "' has {" + std::string(word) +
                                           "}, which stands for nothing" + cure);
    }
  }
}

void check_rig(const Rig& rig, const Machine& machine, Report& report) {
  check_general(rig, machine, report);
  check_storage(rig, report);
  check_cameras(rig, report);
  check_triggers(rig, machine, report);
  check_records(rig, report);
  check_locations(rig, report);
  check_notify(rig, machine, report);
  check_all_idle(rig, report);
}

std::string title(const Camera& camera) { return "[camera." + camera.name + "] "; }
std::string title(const Trigger& trigger) { return "[trigger." + trigger.name + "] "; }
std::string title(const Record& record) { return "[record." + record.name + "] "; }

}  // namespace omv::rig
