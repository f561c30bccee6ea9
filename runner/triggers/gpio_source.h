// SPDX-License-Identifier: LGPL-2.1-or-later
// Pins of this machine that raise triggers.
#pragma once

#include <memory>

#include "omv/base/result.h"
#include "rig/model.h"
#include "runner/services.h"
#include "runner/triggers/trigger_sources.h"

namespace omv::runner {

/// Has the line to itself as long as it lives. Errc::io: there is no such chip or line, or somebody else has it;
/// Errc::unsupported: a build without libgpiod, where a rig with pins is wrong (rig::Machine).
Result<std::unique_ptr<TriggerSource>> open_gpio_source(const rig::Trigger& trigger, const Services& services,
                                                        RaiseTrigger raise);

}  // namespace omv::runner
