// SPDX-License-Identifier: LGPL-2.1-or-later
// Presets as the tables write them, read once.
#include "rig/presets.h"

#include <string>
#include <utility>

#include "rig/document.h"

namespace omv::rig {

namespace {

template <typename S>
S make_preset(const SectionInfo& info) {
  S section;
  for (const Option& option : info.options) {
    if (option.preset.empty()) continue;
    Report ignored;
    const Document document = parse_document("v = " + std::string(option.preset), ignored);
    if (document.root.empty()) continue;
    if (auto value = read_value(option, document.root.front().value)) option.bind.store(section, *std::move(value));
  }
  return section;
}

}  // namespace

template <typename S>
const S& preset_of(SectionKind kind) {
  static const S kPreset = make_preset<S>(section_info(kind));
  return kPreset;
}

template const General& preset_of<General>(SectionKind kind);
template const Storage& preset_of<Storage>(SectionKind kind);
template const Camera& preset_of<Camera>(SectionKind kind);
template const Trigger& preset_of<Trigger>(SectionKind kind);
template const Record& preset_of<Record>(SectionKind kind);
template const Retain& preset_of<Retain>(SectionKind kind);
template const Notify& preset_of<Notify>(SectionKind kind);

}  // namespace omv::rig
