// SPDX-License-Identifier: LGPL-2.1-or-later
// A context for each command, and everything freed that it hands out.
#include "command_line.h"

#include <cstdio>
#include <memory>

#include "commands.h"

namespace omv::tool {

namespace {

struct ContextDeleter {
  void operator()(GOptionContext* context) const { g_option_context_free(context); }
};
struct StrvDeleter {
  void operator()(gchar** strings) const { g_strfreev(strings); }
};

}  // namespace

Result<std::vector<std::string>> parse_command_line(const CommandHelp& help, const std::vector<GOptionEntry>& entries,
                                                    int argc, char** argv) {
  gchar** raw_words = nullptr;
  std::vector<GOptionEntry> all = entries;
  all.push_back({G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw_words, nullptr, help.arguments});
  all.push_back({});
  const std::unique_ptr<GOptionContext, ContextDeleter> context(g_option_context_new(nullptr));
  g_option_context_set_summary(context.get(), help.summary);
  g_option_context_set_description(context.get(), help.description);
  g_option_context_add_main_entries(context.get(), all.data(), nullptr);
  g_set_prgname(help.name);
  g_autoptr(GError) error = nullptr;
  const bool parsed = g_option_context_parse(context.get(), &argc, &argv, &error) != 0;
  const std::unique_ptr<gchar*, StrvDeleter> words(raw_words);
  if (!parsed) return Error{Errc::invalid, error->message};
  std::vector<std::string> result;
  for (gchar** word = words.get(); word != nullptr && *word != nullptr; ++word) result.emplace_back(*word);
  return result;
}

int refuse_usage(const CommandHelp& help, const Error& error) {
  std::fprintf(stderr, "%s: %s\nTry '%s --help'.\n", help.name, error.message.c_str(), help.name);
  return kExitUsage;
}

}  // namespace omv::tool
