// SPDX-License-Identifier: LGPL-2.1-or-later
// Raises a trigger of a rig that runs in another process: what `omv trigger` does.
#pragma once

#include <string>
#include <string_view>

#include "omv/base/result.h"
#include "runner/control.h"

namespace omv::runner::web {

/// Where a rig is.
struct RigAddress {
  std::string url;     ///< "http://host:port", of its page
  std::string socket;  ///< path of its socket; when there is one, it is used
  std::string token;   ///< for the page; empty: none
};

/// Waits up to ten seconds. Errc::invalid: there is no such trigger, or what comes with it is refused. Errc::closed: no
/// rig answers there, or it is stopping. Errc::timeout. Errc::io: anything else, as a token that is wrong.
Result<Raised> post_trigger(const RigAddress& rig, std::string_view trigger, const TriggerDetails& details);

}  // namespace omv::runner::web
