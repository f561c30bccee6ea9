// SPDX-License-Identifier: LGPL-2.1-or-later
// A rig as a file that says everything: what was written, and every default.
#pragma once

#include <functional>
#include <string>

#include "rig/model.h"
#include "rig/options.h"

namespace omv::rig {

/// Calls back with every section of a rig in the order of sections().
void for_each_section(const Rig& rig, const std::function<void(const SectionInfo&, const Section&)>& visit);

/// A section with its header, as it stands in resolved_text().
std::string section_text(const SectionInfo& info, const Section& section);

/// Another rig file that means the same and is valid when this rig is. Defaults have "# default" behind them; what does
/// nothing is left out.
std::string resolved_text(const Rig& rig);

}  // namespace omv::rig
