// SPDX-License-Identifier: LGPL-2.1-or-later
// Between libraries in C and what they call: nothing may unwind through them.
#pragma once

#include <glib.h>

#include <exception>
#include <utility>

namespace omv::runner {

/// Calls; what is thrown (for want of memory or of threads, or by the file system) is told on standard error, and the
/// rig goes on.
template <typename Call>
void guarded(Call&& call) noexcept {
  try {
    std::forward<Call>(call)();
  } catch (const std::exception& error) {
    g_printerr("omv: something that should have happened did not: %s\n", error.what());
  }
}

}  // namespace omv::runner
