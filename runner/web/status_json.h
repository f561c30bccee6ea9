// SPDX-License-Identifier: LGPL-2.1-or-later
// What a rig is and keeps, as JSON. docs/page.md tells the members.
#pragma once

#include <json-glib/json-glib.h>

#include "runner/control.h"

namespace omv::runner::web {

/// For the caller; so are all of these. `token_needed`: there is something to sign out of.
JsonNode* to_json(const Status& status, bool token_needed);
JsonNode* to_json(const FilePage& page);
JsonNode* to_json(const FileEntry& file);  ///< without its paths

}  // namespace omv::runner::web
