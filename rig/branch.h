// SPDX-License-Identifier: LGPL-2.1-or-later
// What a record is to one camera's launch line: everything behind the tee.
#pragma once

#include <string>
#include <vector>

#include "rig/model.h"

namespace omv::rig {

/// What takes the frames, for a shell: "omvclipsink …", or elements up to the one that sends.
std::string sink_text(const Rig& rig, const Record& record, const Camera& camera);

/// "queue … ! omvclipsink …". What a launch line can't do of it is added to `runner_adds`.
std::string branch_text(const Rig& rig, const Record& record, const Camera& camera,
                        std::vector<std::string>& runner_adds);

}  // namespace omv::rig
