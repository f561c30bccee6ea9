// SPDX-License-Identifier: LGPL-2.1-or-later
// Options of a command by GLib: how all of them parse, and what all of them say when it goes wrong.
#pragma once

#include <glib.h>

#include <string>
#include <vector>

#include "omv/base/result.h"

namespace omv::tool {

/// What --help says around the options.
struct CommandHelp {
  const char* name;         ///< "omv convert"
  const char* arguments;    ///< "IN… OUT"
  const char* summary;      ///< above the options
  const char* description;  ///< below them: examples, exit statuses
};

/// A string option's value, which is GLib's until it is read.
class OptionText {
 public:
  OptionText() = default;
  ~OptionText() { g_free(text_); }
  OptionText(const OptionText&) = delete;
  OptionText& operator=(const OptionText&) = delete;

  gchar** target() { return &text_; }  ///< for a GOptionEntry of G_OPTION_ARG_STRING or FILENAME
  explicit operator bool() const { return text_ != nullptr; }
  std::string str() const { return text_ == nullptr ? std::string() : text_; }

 private:
  gchar* text_ = nullptr;
};

/// Parses `entries`, without an end; what is no option is returned. Errc::invalid: a sentence.
Result<std::vector<std::string>> parse_command_line(const CommandHelp& help, const std::vector<GOptionEntry>& entries,
                                                    int argc, char** argv);

/// Says what is wrong with a command line; kExitUsage.
int refuse_usage(const CommandHelp& help, const Error& error);

}  // namespace omv::tool
