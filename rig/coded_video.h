// SPDX-License-Identifier: LGPL-2.1-or-later
// Sources that send video which is coded already, H.264 or H.265.
#pragma once

#include <string_view>

#include "rig/model.h"

namespace omv::rig {

/// The element that turns what a camera's `pipeline` sends into the form that others want, as its last elements tell;
/// empty: it sends no such video.
std::string_view parser_of(const Camera& camera);

}  // namespace omv::rig
