// SPDX-License-Identifier: LGPL-2.1-or-later
// What `omv rig` prints, made from the tables of options and from a rig.
#pragma once

#include <string>

#include "rig/reader.h"

namespace omv::tool {

/// JSON Schema (draft 2020-12) of rig files, for editors.
std::string rig_schema();

/// docs/rig.md.
std::string rig_reference();

/// The resolved rig as TOML, and as comments in it memory, disk and launch lines.
std::string rig_plan_text(const rig::Rig& rig);

/// The same as one JSON object.
std::string rig_plan_json(const rig::Rig& rig);

}  // namespace omv::tool
