// SPDX-License-Identifier: LGPL-2.1-or-later
// Sections and values back to TOML.
#include "rig/resolved_text.h"

namespace omv::rig {

namespace {

std::string header(const SectionInfo& info, const Section& section) {
  const std::string name(info.name);
  if (info.form == Form::named) return "[" + name + "." + section.name + "]\n";
  return info.form == Form::repeated ? "[[" + name + "]]\n" : "[" + name + "]\n";
}

std::size_t type_of(const SectionInfo& info, const Section& section) {
  return info.types.empty() ? 0 : std::get<Choice>(info.options.front().bind.load(section)).index;
}

std::string keys_text(const SectionInfo& info, const Section& section) {
  std::string text;
  const std::size_t type = type_of(info, section);
  for (const Option& option : info.options) {
    if ((!info.types.empty() && !applies(option, type)) || !is_active(option, section)) continue;
    const std::string value = value_text(option, option.bind.load(section));
    if (value.empty()) continue;
    text += std::string(option.key) + " = " + value + (section.has(option.key) ? "\n" : "  # default\n");
  }
  return text;
}

}  // namespace

void for_each_section(const Rig& rig, const std::function<void(const SectionInfo&, const Section&)>& visit) {
  visit(section_info(SectionKind::general), rig.general);
  visit(section_info(SectionKind::storage), rig.storage);
  for (const Camera& camera : rig.cameras) visit(section_info(SectionKind::camera), camera);
  for (const Trigger& trigger : rig.triggers) visit(section_info(SectionKind::trigger), trigger);
  for (const Record& record : rig.records) visit(section_info(SectionKind::record), record);
  for (const Retain& retain : rig.retains) visit(section_info(SectionKind::retain), retain);
  visit(section_info(SectionKind::notify), rig.notify);
}

std::string section_text(const SectionInfo& info, const Section& section) {
  return header(info, section) + keys_text(info, section);
}

std::string resolved_text(const Rig& rig) {
  std::string text;
  for_each_section(rig, [&](const SectionInfo& info, const Section& section) {
    const std::string keys = keys_text(info, section);
    if (keys.empty() && info.form == Form::single) return;
    text += (text.empty() ? "" : "\n") + header(info, section) + keys;
  });
  return text;
}

}  // namespace omv::rig
