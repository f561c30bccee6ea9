// SPDX-License-Identifier: LGPL-2.1-or-later
// A rig in one line, for a terminal.
#pragma once

#include <string>

#include "runner/control.h"

namespace omv::runner {

/// "left 30.0/s, right lost | 1.6 MB/s | 3 lost | ring 100 % | 2 recording | 41.2 GB free".
std::string status_line(const Status& status);

}  // namespace omv::runner
