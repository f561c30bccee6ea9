// SPDX-License-Identifier: LGPL-2.1-or-later
// Addresses that people may see.
#pragma once

#include <string>

namespace omv::runner {

/// The text with every address in it (SCHEME://USER:PASSWORD@HOST:PORT/PATH?QUERY) without user, password and query.
std::string without_secrets(const std::string& text);

}  // namespace omv::runner
