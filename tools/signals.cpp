// SPDX-License-Identifier: LGPL-2.1-or-later
// Waiting for signals without handlers.
#include "signals.h"

#include <ctime>

namespace omv::tool {

EndSignals::EndSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

bool EndSignals::wait(std::chrono::nanoseconds time) const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  const timespec limit = {static_cast<time_t>(seconds.count()), static_cast<long>((time - seconds).count())};
  if (!has_arrived_) has_arrived_ = sigtimedwait(&signals_, nullptr, &limit) >= 0;
  return has_arrived_;
}

}  // namespace omv::tool
