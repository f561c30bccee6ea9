// SPDX-License-Identifier: LGPL-2.1-or-later
// A rig as launch lines: what gst-launch-1.0 can do of it, and what only the runner adds.
#pragma once

#include <string>
#include <vector>

#include "rig/model.h"

namespace omv::rig {

struct LaunchLine {
  std::string camera;
  std::string command;                   ///< for a shell; lines end with " \"
  std::vector<std::string> runner_adds;  ///< a sentence each, without its full stop
};

/// What makes a camera's frames and looks for motion in them, for a shell: "omvsrc … ! omvmotion …".
std::string source_text(const Rig& rig, const Camera& camera);

/// One for each camera, in the rig's order.
std::vector<LaunchLine> launch_lines(const Rig& rig);

}  // namespace omv::rig
