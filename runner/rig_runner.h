// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv rig run`: a rig from its file until it is told to stop.
#pragma once

#include <string>

namespace omv::runner {

enum class Outcome {
  finished,   ///< told to stop, and everything that should be in a file is
  lossy,      ///< likewise, but something is not; the log says what
  failed,     ///< could not start; the log says why
  wrong_rig,  ///< there are errors in the file, which are on standard error
};

/// Runs on this thread until SIGINT or SIGTERM; a second one ends it at once. SIGHUP has the file read again. The
/// working directory becomes that of the file, because paths in it are relative to it. Initialises GStreamer.
Outcome run_rig(const std::string& path);

}  // namespace omv::runner
