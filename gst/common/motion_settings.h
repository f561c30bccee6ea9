// SPDX-License-Identifier: LGPL-2.1-or-later
// What omvmotion is asked for, as GObject properties.
#pragma once

#include <gst/gst.h>

#include <string>

#include "omv/analysis/motion_detector.h"
#include "omv/base/result.h"

namespace omv::gst {

struct MotionProperties {
  analysis::MotionSettings motion;
  double rate = 5;  ///< analyses per second of running time; 0: every frame
  bool post_messages = true;
};

/// Ids of properties of the element itself begin here.
inline constexpr guint kFirstOtherMotionProperty = 100;

void install_motion_properties(GObjectClass* klass);

/// Takes a property over. Errc::invalid for zones that are none: everything stays as it was then. False in the result:
/// no property of that id.
Result<bool> set_motion_property(MotionProperties& properties, guint id, const GValue* value);
bool get_motion_property(const MotionProperties& properties, guint id, GValue* value);

}  // namespace omv::gst
