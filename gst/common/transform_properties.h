// SPDX-License-Identifier: LGPL-2.1-or-later
// The properties of omvtransform: their types, and their way to TransformSettings and back.
#pragma once

#include <gst/gst.h>

#include "common/transform_plan.h"

namespace omv::gst {

/// Installs them all, from id 1 on.
void install_transform_properties(GObjectClass* klass);

/// False for an id that is none of them. The caller holds the lock of the settings.
bool set_transform_property(TransformSettings& settings, guint id, const GValue* value);
bool get_transform_property(const TransformSettings& settings, guint id, GValue* value);

}  // namespace omv::gst
