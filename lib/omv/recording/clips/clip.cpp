// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of reasons.
#include "omv/recording/clips/clip.h"

namespace omv::clips {

const char* to_string(EndReason reason) {
  switch (reason) {
    case EndReason::complete: return "complete";
    case EndReason::max_time: return "max-time";
    case EndReason::new_trigger: return "new-trigger";
    case EndReason::new_format: return "new-format";
    case EndReason::end_of_stream: return "end-of-stream";
    case EndReason::flush: return "flush";
    case EndReason::stopped: return "stopped";
  }
  return "unknown";
}

}  // namespace omv::clips
