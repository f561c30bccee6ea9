// SPDX-License-Identifier: LGPL-2.1-or-later
// Times and numbers as they are typed.
#include "selection_options.h"

#include <string>

namespace omv::tool {

Error option_error(const char* option, const Error& error) {
  return {error.code, std::string(option) + ": " + error.message};
}

void SelectionOptions::add_to(std::vector<GOptionEntry>& entries) {
  entries.insert(
      entries.end(),
      {
          {"start", 's', 0, G_OPTION_ARG_STRING, start_.target(),
           "Leave out frames before this time: 2.5, 1:30, 1500ms", "TIME"},
          {"from", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, start_.target(), nullptr, "TIME"},
          {"end", 'e', 0, G_OPTION_ARG_STRING, end_.target(), "Leave out frames at this time and behind it", "TIME"},
          {"to", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, end_.target(), nullptr, "TIME"},
          {"frames", 'n', 0, G_OPTION_ARG_STRING, frames_.target(),
           "Frames A to B - 1, counted from 0; A.. and ..B too", "A..B"},
      });
}

Result<convert::Selection> SelectionOptions::parse() const {
  convert::Selection selection;
  if (start_) {
    auto time = convert::parse_time(start_.str());
    if (!time) return option_error("--start", time.error());
    selection.start = *time;
  }
  if (end_) {
    auto time = convert::parse_time(end_.str());
    if (!time) return option_error("--end", time.error());
    if (*time <= selection.start) return Error{Errc::invalid, "--end is not behind --start"};
    selection.stop = *time;
  }
  if (!frames_) return selection;
  const auto range = convert::parse_frames(frames_.str(), selection);
  if (!range) return option_error("--frames", range.error());
  return selection;
}

}  // namespace omv::tool
