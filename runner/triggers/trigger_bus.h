// SPDX-License-Identifier: LGPL-2.1-or-later
// All triggers of a rig on their way to its records: hold-off, counting, one path for whoever raises them.
#pragma once

#include <gst/gst.h>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "omv/base/result.h"
#include "rig/model.h"
#include "runner/control.h"
#include "runner/gst_ptr.h"
#include "runner/services.h"

namespace omv::runner {

/// raise() and status() are for any thread, everything else for the loop's.
class TriggerBus {
 public:
  /// Called on the loop's thread with a structure omv-trigger: `source` is the trigger's name, `running-time` when it
  /// was, and whatever came with it.
  using Deliver = std::function<void(const std::string& trigger, const GstStructure* facts)>;

  TriggerBus(const Services& services, Deliver deliver);

  /// What there is from now on; counts of those that stay go on.
  void set_triggers(const std::vector<rig::Trigger>& triggers);

  /// `facts` may have any name and fields; its `running-time` counts, else it is now. NULL: there are none.
  /// Errc::invalid: there is no such trigger.
  Result<Raised> raise(std::string_view name, const GstStructure* facts);

  std::vector<TriggerStatus> status() const;

 private:
  struct Entry {
    rig::Trigger trigger;
    TriggerStatus status;
    std::optional<Time> last;  // running time
  };

  bool count(Entry& entry, Time when);

  Services services_;
  Deliver deliver_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;  // in the order of the file
};

}  // namespace omv::runner
