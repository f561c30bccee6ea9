// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv trigger`: raises a trigger of a rig that runs.
#include <glib.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "commands.h"
#include "rig/reader.h"
#include "runner/web/client.h"
#include "runner/web/control_socket.h"

namespace omv::tool {

namespace {

namespace web = runner::web;

struct StrvDeleter {
  void operator()(gchar** strings) const { g_strfreev(strings); }
};
struct ContextDeleter {
  void operator()(GOptionContext* context) const { g_option_context_free(context); }
};

constexpr const char* kDescription =
    "RIG is the name of a rig on this machine, its FILE.toml, the path of its socket, or http://host:port\n"
    "of its status page. Without it, the one rig that runs here. The pairs go into the facts of the clip.\n"
    "\nExamples:\n\n"
    "  omv trigger door\n"
    "  omv trigger door --rig bench reason=bell\n"
    "  omv trigger door --rig http://bench.local:8080 --token-file token\n\n"
    "Exit status: 0 raised, also when it came within hold_off of the one before; 1 no rig, no such trigger,\n"
    "or a wrong token; 2 wrong usage.\n";

struct Options {
  std::string trigger;
  std::string rig;
  std::string token_file;
  runner::TriggerDetails details;
};

Error usage_error(const std::string& message) { return {Errc::invalid, message}; }

Result<Options> options_of(const std::vector<std::string>& words) {
  if (words.empty()) return usage_error("the name of the trigger is missing");
  Options options{words[0], "", "", {}};
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    if (equals == std::string::npos || equals == 0) return usage_error("'" + words[i] + "' is not key=value");
    options.details.emplace_back(words[i].substr(0, equals), words[i].substr(equals + 1));
  }
  return options;
}

Result<Options> parse_options(int argc, char** argv) {
  g_autofree gchar* rig = nullptr;
  g_autofree gchar* token_file = nullptr;
  gchar** raw_words = nullptr;
  const GOptionEntry entries[] = {
      {"rig", 'r', 0, G_OPTION_ARG_STRING, &rig, "Which rig", "RIG"},
      {"token-file", 't', 0, G_OPTION_ARG_FILENAME, &token_file, "File whose first line is the token of its page",
       "FILE"},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw_words, nullptr, "NAME [KEY=VALUE…]"},
      {},
  };
  const std::unique_ptr<GOptionContext, ContextDeleter> context(g_option_context_new(nullptr));
  g_option_context_set_description(context.get(), kDescription);
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  g_set_prgname("omv trigger");
  g_autoptr(GError) error = nullptr;
  const bool parsed = g_option_context_parse(context.get(), &argc, &argv, &error) != 0;
  const std::unique_ptr<gchar*, StrvDeleter> owner(raw_words);
  if (!parsed) return usage_error(error->message);
  std::vector<std::string> words;
  for (gchar** word = raw_words; word != nullptr && *word != nullptr; ++word) words.emplace_back(*word);
  OMV_TRY(Options options, options_of(words));
  if (rig != nullptr) options.rig = rig;
  if (token_file != nullptr) options.token_file = token_file;
  return options;
}

Result<std::string> first_line(const std::string& path) {
  OMV_TRY(const std::string text, rig::read_text_file(path));
  return text.substr(0, text.find_first_of("\r\n"));
}

/// The one socket of this name; of any, when it is empty.
Result<web::RigAddress> running_rig(const std::string& name) {
  const auto sockets = web::find_sockets(name);
  if (sockets.size() == 1) return web::RigAddress{"", sockets.front(), ""};
  if (sockets.empty())
    return Error{Errc::closed, name.empty() ? "no rig runs here" : "no rig '" + name + "' runs here"};
  std::string all;
  for (const std::string& socket : sockets) all += "\n  --rig " + socket;
  return Error{Errc::invalid, "several rigs run here; say which:" + all};
}

Result<web::RigAddress> rig_of_file(const std::string& path) {
  OMV_TRY(const std::string text, rig::read_text_file(path));
  return running_rig(rig::read_rig(text, {}).rig.general.name_of_rig);
}

Result<web::RigAddress> address_of(const Options& options) {
  const std::string& rig = options.rig;
  if (rig.starts_with("http://") || rig.starts_with("https://")) {
    web::RigAddress address{rig, "", ""};
    if (!options.token_file.empty()) {
      OMV_TRY(address.token, first_line(options.token_file));
    }
    return address;
  }
  if (rig.ends_with(".toml")) return rig_of_file(rig);
  if (rig.find('/') != std::string::npos) return web::RigAddress{"", rig, ""};
  return running_rig(rig);
}

Result<runner::Raised> raise(const Options& options) {
  OMV_TRY(const web::RigAddress address, address_of(options));
  return web::post_trigger(address, options.trigger, options.details);
}

}  // namespace

int run_trigger(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) {
    std::fprintf(stderr, "omv trigger: %s\nTry 'omv trigger --help'.\n", options.error().message.c_str());
    return kExitUsage;
  }
  const auto raised = raise(*options);
  if (!raised) {
    std::fprintf(stderr, "omv trigger: %s\n", raised.error().message.c_str());
    return kExitFailure;
  }
  if (*raised == runner::Raised::held_off)
    std::printf("%s: ignored, too soon after the one before\n", options->trigger.c_str());
  return kExitOk;
}

}  // namespace omv::tool
