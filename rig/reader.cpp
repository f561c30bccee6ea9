// SPDX-License-Identifier: LGPL-2.1-or-later
// Sections and keys by the tables of options.
#include "rig/reader.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "omv/base/file.h"
#include "rig/checks.h"
#include "rig/document.h"
#include "rig/option_tables.h"
#include "rig/options.h"
#include "rig/presets.h"
#include "rig/resolve.h"
#include "rig/suggest.h"

namespace omv::rig {

namespace {

constexpr std::size_t kMaxSections = 256;  // of one kind

std::string title_of(const SectionInfo& info, std::string_view name) {
  return info.form == Form::named ? "[" + std::string(info.name) + "." + std::string(name) + "] "
                                  : "[" + std::string(info.name) + "] ";
}

std::string_view shown(std::string_view text) { return text.substr(0, 64); }

// Reads the keys of one section into its struct.
class SectionReader {
 public:
  SectionReader(const SectionInfo& info, Section& section, Report& report)
      : info_(info), section_(section), report_(report), title_(title_of(info, section.name)) {}

  void read(const Table& table, bool whole) {
    const bool typed = read_type(table);
    if (!typed) section_.wrong.emplace("type");
    for (const Entry& entry : table)
      if (!report_.is_full()) read_entry(entry, typed);
    if (typed && whole) require_keys();
  }

 private:
  // False when there is no knowing which options the section has.
  bool read_type(const Table& table) {
    if (info_.types.empty()) return true;
    const Option& option = info_.options.front();
    for (const Entry& entry : table) {
      if (entry.key != option.key) continue;
      const auto value = read_value(option, entry.value);
      if (value) type_ = std::get<Choice>(*value).index;
      return value.has_value();
    }
    report_.error(section_.at, title_ + "'type' is missing; it is " + wanted_text(option) +
                                   ", as in type = " + std::string(option.example));
    return false;
  }

  bool applies_here(const Option& option) const { return info_.types.empty() || applies(option, type_); }

  void read_entry(const Entry& entry, bool typed) {
    const auto option = std::find_if(info_.options.begin(), info_.options.end(),
                                     [&](const Option& row) { return row.key == entry.key; });
    if (option == info_.options.end()) return unknown_key(entry, typed);
    if (typed && !applies_here(*option)) return misplaced_key(*option, entry);
    section_.places.emplace(entry.key, entry.value.at);
    auto value = read_value(*option, entry.value);
    if (value) return option->bind.store(section_, *std::move(value));
    section_.wrong.insert(entry.key);
    report_.error(entry.value.at, title_ + "'" + entry.key + "' " + value.error().message);
  }

  std::vector<std::string_view> keys(bool typed) const {
    std::vector<std::string_view> names;
    for (const Option& option : info_.options)
      if (!typed || applies_here(option)) names.push_back(option.key);
    return names;
  }

  std::string of_type() const { return info_.types.empty() ? "" : " of type " + std::string(info_.types[type_]); }

  void unknown_key(const Entry& entry, bool typed) {
    const auto names = keys(typed);
    std::string cure = did_you_mean(entry.key, names);
    if (const auto meant = nearest(entry.key, names)) section_.wrong.emplace(*meant);
    if (cure.empty())
      cure = "; a " + std::string(info_.name) + " section" + (typed ? of_type() : "") + " has " +
             list_text(names, " and ");
    report_.error(entry.at, title_ + "unknown key '" + std::string(shown(entry.key)) + "'" + cure);
  }

  void misplaced_key(const Option& option, const Entry& entry) {
    std::vector<std::string_view> types;
    for (std::size_t type = 0; type < info_.types.size(); ++type)
      if (applies(option, type)) types.push_back(info_.types[type]);
    report_.error(entry.at, title_ + "'" + entry.key + "' belongs to type " + list_text(types) + ", not to " +
                                std::string(info_.types[type_]) + "; leave it out");
  }

  void require_keys() {
    for (const Option& option : info_.options)
      if (option.required && applies_here(option) && !section_.has(option.key) && section_.is_sound({option.key}))
        report_.error(section_.at, title_ + "'" + std::string(option.key) + "' is missing; it is " +
                                       wanted_text(option) + ", as in " + std::string(option.key) + " = " +
                                       std::string(option.example));
  }

  const SectionInfo& info_;
  Section& section_;
  Report& report_;
  std::string title_;
  std::size_t type_ = 0;
};

class RigReader {
 public:
  RigReader(const Document& document, Checked& checked) : document_(document), report_(checked.report) {
    read_all(checked.rig);
  }

 private:
  void read_all(Rig& rig) {
    rig.general = single<General>(SectionKind::general);
    rig.storage = single<Storage>(SectionKind::storage);
    rig.cameras = named<Camera>(SectionKind::camera);
    rig.triggers = named<Trigger>(SectionKind::trigger);
    rig.records = named<Record>(SectionKind::record);
    rig.retains = repeated<Retain>(SectionKind::retain);
    rig.notify = single<Notify>(SectionKind::notify);
    for (const Entry& entry : document_.root) check_root(entry);
    if (document_.whole && sections_understood_) require_sections(rig);
  }

  void require_sections(const Rig& rig) {
    if (rig.cameras.empty()) report_.error({}, "there is no camera; add a section [camera.NAME]");
    if (rig.records.empty()) report_.error({}, "nothing is recorded; add a section [record.NAME]");
  }

  const Entry* find(const SectionInfo& info) const {
    for (const Entry& entry : document_.root)
      if (entry.key == info.name) return &entry;
    return nullptr;
  }

  void check_root(const Entry& entry) {
    std::vector<std::string_view> names;
    for (const SectionInfo& info : sections()) names.push_back(info.name);
    if (std::find(names.begin(), names.end(), entry.key) != names.end()) return;
    sections_understood_ = false;
    const std::string name = "'" + std::string(shown(entry.key)) + "'";
    if (!std::holds_alternative<Table>(entry.value.value))
      return report_.error(entry.at, name + " stands in no section; put it behind a header like [camera.NAME]");
    const std::string cure = did_you_mean(entry.key, names);
    report_.error(entry.at, "unknown section " + name +
                                (cure.empty() ? "; a rig file has the sections " + list_text(names, " and ") : cure));
  }

  template <typename S>
  S read_one(const SectionInfo& info, std::string_view name, const Node& node) {
    S section = preset_of<S>(info.kind);
    section.name = name;
    section.at = node.at;
    if (const auto* table = std::get_if<Table>(&node.value))
      SectionReader(info, section, report_).read(*table, document_.whole);
    return section;
  }

  void wrong_form(const SectionInfo& info, const Node& node) {
    sections_understood_ = false;
    const std::string name(info.name);
    const std::string form = info.form == Form::named      ? "[" + name + ".NAME]"
                             : info.form == Form::repeated ? "[[" + name + "]]"
                                                           : "[" + name + "]";
    report_.error(node.at, "'" + name + "' is " + describe(node) + "; it is a section that begins with " + form);
  }

  template <typename S>
  S single(SectionKind kind) {
    const SectionInfo& info = section_info(kind);
    const Entry* entry = find(info);
    if (entry == nullptr) return preset_of<S>(kind);
    if (!std::holds_alternative<Table>(entry->value.value)) wrong_form(info, entry->value);
    return read_one<S>(info, "", entry->value);
  }

  bool is_section(const SectionInfo& info, const Entry& entry) {
    const std::string where = "[" + std::string(info.name) + "] ";
    const auto valid = detail::valid_name(entry.key);
    sections_understood_ = sections_understood_ && valid && std::holds_alternative<Table>(entry.value.value);
    if (!std::holds_alternative<Table>(entry.value.value)) {
      report_.error(entry.at, where + "'" + std::string(shown(entry.key)) + "' stands in no " + std::string(info.name) +
                                  "; each has a name, as in [" + std::string(info.name) + ".NAME]");
      return false;
    }
    if (!valid) {
      report_.error(entry.at, where + "'" + std::string(shown(entry.key)) + "' is no name: " + valid.error().message +
                                  ", because files and addresses are called so");
      return false;
    }
    return true;
  }

  template <typename S>
  std::vector<S> named(SectionKind kind) {
    const SectionInfo& info = section_info(kind);
    const Entry* entry = find(info);
    std::vector<S> all;
    if (entry == nullptr) return all;
    const auto* table = std::get_if<Table>(&entry->value.value);
    if (table == nullptr) {
      wrong_form(info, entry->value);
      return all;
    }
    for (const Entry& section : *table) {
      if (too_many(info, all.size(), section.at)) break;
      if (is_section(info, section)) all.push_back(read_one<S>(info, section.key, section.value));
    }
    return all;
  }

  template <typename S>
  std::vector<S> repeated(SectionKind kind) {
    const SectionInfo& info = section_info(kind);
    const Entry* entry = find(info);
    std::vector<S> all;
    if (entry == nullptr) return all;
    const auto* list = std::get_if<List>(&entry->value.value);
    const bool tables = list != nullptr && std::all_of(list->begin(), list->end(), [](const Node& node) {
                          return std::holds_alternative<Table>(node.value);
                        });
    if (!tables) {
      wrong_form(info, entry->value);
      return all;
    }
    for (const Node& node : *list) {
      if (too_many(info, all.size(), node.at)) break;
      all.push_back(read_one<S>(info, "", node));
    }
    return all;
  }

  bool too_many(const SectionInfo& info, std::size_t count, Position at) {
    if (count < kMaxSections) return false;
    report_.error(at, "more than " + std::to_string(kMaxSections) + " sections '" + std::string(info.name) + "'");
    return true;
  }

  const Document& document_;
  Report& report_;
  bool sections_understood_ = true;  // else a section that is missing may be one that is only called wrongly
};

}  // namespace

Machine this_machine() {
  Machine machine{0, OMV_MQTT != 0, OMV_GPIO != 0};
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page = ::sysconf(_SC_PAGESIZE);
  if (pages > 0 && page > 0) machine.memory = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page);
  return machine;
}

Checked read_rig(std::string_view text, const Machine& machine) {
  Checked checked;
  const Document document = parse_document(text, checked.report);
  RigReader(document, checked);
  resolve(checked.rig);
  // What a section that could not be read would have said is not known.
  if (document.whole) check_rig(checked.rig, machine, checked.report);
  return checked;
}

Result<std::string> read_text_file(const std::string& path) {
  OMV_TRY(const File file, File::open(path == "-" ? "/dev/stdin" : path, File::Mode::read));
  std::string text;
  char buffer[16384];
  for (;;) {
    const ssize_t count = ::read(file.fd(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error(path, errno);
    if (count == 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > kMaxFileBytes)
      return Error{Errc::limit, path + ": more than " + std::to_string(kMaxFileBytes) + " bytes; that is no rig file"};
  }
}

}  // namespace omv::rig
