// SPDX-License-Identifier: LGPL-2.1-or-later
// From the text of a rig file to a rig that can be run, or to a list of all that is wrong with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "omv/base/result.h"
#include "rig/model.h"
#include "rig/report.h"

namespace omv::rig {

/// What a rig is checked against.
struct Machine {
  std::uint64_t memory = 0;  ///< bytes of RAM; 0: unknown
  bool mqtt = true;          ///< this build has libmosquitto; likewise below
  bool gpio = true;          ///< libgpiod
};

/// This machine, and this build.
Machine this_machine();

/// What was read. `rig` is as complete as the file allows, with defaults for what is wrong; it may be run only
/// without errors.
struct Checked {
  Rig rig;
  Report report;

  bool ok() const { return report.errors() == 0; }
};

/// Reads and checks. Any bytes will do; looks at no file, camera or network.
Checked read_rig(std::string_view text, const Machine& machine);

/// The text of a file, "-" of standard input. Errc::io, with the path, when it can't be read; Errc::limit when it is
/// longer than kMaxFileBytes.
Result<std::string> read_text_file(const std::string& path);

}  // namespace omv::rig
