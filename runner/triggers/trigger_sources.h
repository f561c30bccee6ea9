// SPDX-License-Identifier: LGPL-2.1-or-later
// What raises triggers: signals, schedules and files by themselves, cameras by what their elements say.
#pragma once

#include <gst/gst.h>

#include <functional>
#include <memory>
#include <string>

#include "omv/base/result.h"
#include "rig/model.h"
#include "runner/services.h"

namespace omv::runner {

/// Raises a trigger as long as it lives. Of the loop's thread.
class TriggerSource {
 public:
  virtual ~TriggerSource() = default;
};

/// Facts may be NULL, and are the caller's.
using RaiseTrigger = std::function<void(const GstStructure* facts)>;

/// Null for a type that needs none (cameras, http). Errc::io: a FIFO can't be made or opened. Errc::unsupported: this
/// build lacks what the type needs.
Result<std::unique_ptr<TriggerSource>> make_trigger_source(const rig::Trigger& trigger, const Services& services,
                                                           RaiseTrigger raise);

/// True when this message of an element of the camera's pipeline raises the trigger.
bool is_raised_by(const rig::Trigger& trigger, const std::string& camera, GstMessage* message);

}  // namespace omv::runner
