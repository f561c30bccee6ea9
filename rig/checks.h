// SPDX-License-Identifier: LGPL-2.1-or-later
// What one option can't tell: whether the parts of a rig fit together.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rig/model.h"
#include "rig/reader.h"
#include "rig/report.h"

namespace omv::rig {

/// All of the checks below. The rig is resolved.
void check_rig(const Rig& rig, const Machine& machine, Report& report);

void check_general(const Rig& rig, const Machine& machine, Report& report);
void check_storage(const Rig& rig, Report& report);
void check_cameras(const Rig& rig, Report& report);
void check_triggers(const Rig& rig, const Machine& machine, Report& report);
void check_records(const Rig& rig, Report& report);
void check_locations(const Rig& rig, Report& report);
void check_notify(const Rig& rig, const Machine& machine, Report& report);

/// "[camera.left] ".
std::string title(const Camera& camera);
std::string title(const Trigger& trigger);
std::string title(const Record& record);

/// Words in braces that `command` has and that are none of `words` are errors.
void check_placeholders(const std::string& title, const Section& section, std::string_view key,
                        std::span<const std::string> command, std::span<const std::string_view> words, Report& report);

}  // namespace omv::rig
