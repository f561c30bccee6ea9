// SPDX-License-Identifier: LGPL-2.1-or-later
// The properties of an element that saves stills.
#pragma once

#include <gst/gst.h>

#include <string>
#include <vector>

#include "common/still_schedule.h"
#include "common/still_version.h"
#include "common/still_writer.h"
#include "omv/base/result.h"
#include "omv/storage/retention.h"

namespace omv::gst {

/// Ids of properties that are no settings, but what the element is about.
enum : guint { kStillIndex = 1, kStillStats = 2 };

enum class Overflow { block, drop };

struct StillSettings {
  VersionSettings still;
  std::string roi_error;  ///< what is wrong with the roi that was set; empty: nothing
  std::string variants;
  std::string source;
  ScheduleSettings schedule{.burst = 10};
  storage::Limits limits;
  bool overwrite = false;
  bool sync = false;
  guint64 queue_bytes = 64 * 1024 * 1024;
  Overflow overflow = Overflow::block;
  bool post_messages = false;
};

/// Installs all properties, index and stats too.
void install_still_settings(GObjectClass* klass);

/// False for an id that is none of a setting.
bool set_still_setting(StillSettings& settings, guint id, const GValue* value);
bool get_still_setting(const StillSettings& settings, guint id, GValue* value);

/// The still itself, and behind it its variants. Errc::invalid names the property that is wrong, and what it may be.
Result<std::vector<StillVersion>> still_versions(const StillSettings& settings);

WriterOptions writer_options(const StillSettings& settings);

}  // namespace omv::gst
