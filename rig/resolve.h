// SPDX-License-Identifier: LGPL-2.1-or-later
// Defaults that depend on other options.
#pragma once

#include "rig/model.h"

namespace omv::rig {

/// Fills in what the tables call "unset means": cameras, formats, names, gaps, segments, what limits are for.
void resolve(Rig& rig);

/// Time without a frame after which a camera of this kind counts as lost when its section does not say it.
Duration default_timeout(const Camera& camera);

/// Records of this type write files.
bool writes_files(const Record& record);

}  // namespace omv::rig
