// SPDX-License-Identifier: LGPL-2.1-or-later
// Values of options that several commands take.
#pragma once

#include <string>

#include "omv/base/result.h"
#include "omv/recording/avi/rate.h"

namespace omv::tool {

/// "25" or "30000/1001". Errc::invalid names the option and the value.
Result<avi::Rate> parse_rate(const char* option, const std::string& text);

}  // namespace omv::tool
