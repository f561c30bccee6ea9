// SPDX-License-Identifier: LGPL-2.1-or-later
// The signal of sinks that write many files: one is whole, and about to get its name.
#pragma once

#include <gst/gst.h>

#include "omv/storage/file_store.h"

namespace omv::gst {

/// Adds "file-ready" (location: string, bytes: guint64, wall-clock: gint64, of the first frame, nanoseconds since
/// 1970). It is emitted on the thread that gives names, before the file has its own, and also for what is finished
/// after the element was stopped: who writes files down there knows of each that there ever is. Now and then one does
/// not get its name.
void install_file_ready_signal(GObjectClass* klass);

/// What emits it; empty when nobody listens now. Holds the element.
storage::BeforeName file_ready_of(GstElement* element);

}  // namespace omv::gst
