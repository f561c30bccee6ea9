// SPDX-License-Identifier: LGPL-2.1-or-later
// Sections of which a file says nothing.
#pragma once

#include "rig/model.h"
#include "rig/options.h"

namespace omv::rig {

/// The presets of the section's table; what depends on other options is left to resolve(). For General, Storage,
/// Camera, Trigger, Record, Retain and Notify, each with its own kind.
template <typename S>
const S& preset_of(SectionKind kind);

}  // namespace omv::rig
