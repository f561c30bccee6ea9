// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether a rig does what its file says, in words.
#pragma once

#include <string>
#include <vector>

#include "runner/control.h"

namespace omv::runner::web {

/// What is wrong now, a sentence each; empty: the rig is well. Losses that are over are no illness, but counted.
std::vector<std::string> problems_of(const Status& status);

/// The words of the JSON and of metrics' labels.
const char* to_string(CameraState state);
const char* to_string(RecordState state);
const char* to_string(EventLevel level);

}  // namespace omv::runner::web
