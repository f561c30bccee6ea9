// SPDX-License-Identifier: LGPL-2.1-or-later
#include "commands.h"

namespace omv::tool {

int run_emulate(int, char**) { return kExitFailure; }

}  // namespace omv::tool
