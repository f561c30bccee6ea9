// SPDX-License-Identifier: LGPL-2.1-or-later
// --start, --end, --frames: which part of a recording a command takes.
#pragma once

#include <vector>

#include "command_line.h"
#include "omv/base/result.h"
#include "omv/convert/selection.h"

namespace omv::tool {

/// Entries for a command line, and what was given there.
class SelectionOptions {
 public:
  /// Also --from and --to, which --help does not list. They write into this.
  void add_to(std::vector<GOptionEntry>& entries);

  /// Errc::invalid names the option.
  Result<convert::Selection> parse() const;

 private:
  OptionText start_;
  OptionText end_;
  OptionText frames_;
};

/// A value's error with the option in front of it.
Error option_error(const char* option, const Error& error);

}  // namespace omv::tool
