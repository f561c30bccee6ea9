// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv rig`: checks a rig file, tells what would come of it, and runs it.
#include "rig.h"

#include <glib.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "commands.h"
#include "rig/reader.h"
#include "runner/rig_runner.h"

namespace omv::tool {

namespace {

struct StrvDeleter {
  void operator()(gchar** strings) const { g_strfreev(strings); }
};
struct ContextDeleter {
  void operator()(GOptionContext* context) const { g_option_context_free(context); }
};

constexpr const char* kSummary =
    "  check FILE      tells all that is wrong with a rig file\n"
    "  plan FILE       shows the rig with every default, what it needs, and launch lines\n"
    "  run FILE        runs the rig until it is told to stop\n"
    "  schema          prints the JSON Schema of rig files, for editors\n"
    "  reference       prints the reference of all options, docs/rig.md";
constexpr const char* kDescription =
    "FILE is TOML, - standard input.\n\n"
    "Examples:\n\n"
    "  omv rig check bench.toml && omv rig plan bench.toml\n"
    "  omv rig run bench.toml\n\n"
    "A rig that runs ends with SIGINT or SIGTERM, once its files are finished, and with a second one at\n"
    "once; SIGHUP has FILE read again.\n\n"
    "Exit status: 0 the file is fine (warnings may be printed), or the rig has run; 1 it can't be read or\n"
    "started, 2 wrong usage, 3 the rig has run and something was lost, 78 there are errors in FILE.\n";

struct Options {
  std::string action;
  std::string file;
  bool json = false;
};

Error usage_error(const std::string& message) { return {Errc::invalid, message}; }

Result<Options> options_of(const std::vector<std::string>& words, bool json) {
  if (words.empty()) return usage_error("check, plan, run, schema or reference is missing");
  const bool has_file = words[0] == "check" || words[0] == "plan" || words[0] == "run";
  if (!has_file && words[0] != "schema" && words[0] != "reference")
    return usage_error("there is no '" + words[0] + "'; there are check, plan, run, schema and reference");
  if (words.size() != (has_file ? 2U : 1U))
    return usage_error("'" + words[0] + "' takes " + (has_file ? "one FILE" : "nothing else"));
  if (json && words[0] != "plan") return usage_error("--json goes with plan only");
  return Options{words[0], has_file ? words[1] : "", json};
}

Result<Options> parse_options(int argc, char** argv) {
  gboolean json = FALSE;
  gchar** raw_words = nullptr;
  const GOptionEntry entries[] = {
      {"json", 'j', 0, G_OPTION_ARG_NONE, &json, "The plan as JSON", nullptr},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw_words, nullptr,
       "check|plan|run|schema|reference [FILE]"},
      {},
  };
  const std::unique_ptr<GOptionContext, ContextDeleter> context(g_option_context_new(nullptr));
  g_option_context_set_summary(context.get(), kSummary);
  g_option_context_set_description(context.get(), kDescription);
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  g_set_prgname("omv rig");
  g_autoptr(GError) error = nullptr;
  const bool parsed = g_option_context_parse(context.get(), &argc, &argv, &error) != 0;
  const std::unique_ptr<gchar*, StrvDeleter> owner(raw_words);
  if (!parsed) return usage_error(error->message);
  std::vector<std::string> words;
  for (gchar** word = raw_words; word != nullptr && *word != nullptr; ++word) words.emplace_back(*word);
  return options_of(words, json != 0);
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::string count_text(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void print_diagnostics(const std::string& file, const rig::Report& report) {
  for (const rig::Diagnostic& diagnostic : report.diagnostics())
    std::fprintf(stderr, "%s\n", rig::to_text(file, diagnostic).c_str());
  if (report.errors() + report.warnings() > rig::Report::kMaxDiagnostics)
    std::fprintf(stderr, "%s: there is more; only the first %zu are told\n", file.c_str(),
                 rig::Report::kMaxDiagnostics);
}

void print_verdict(const std::string& file, const rig::Checked& checked) {
  const rig::Rig& rig = checked.rig;
  std::printf("%s: fine: %s, %s, %s", file.c_str(), count_text(rig.cameras.size(), "camera").c_str(),
              count_text(rig.triggers.size(), "trigger").c_str(), count_text(rig.records.size(), "record").c_str());
  if (checked.report.warnings() > 0) std::printf("; %s", count_text(checked.report.warnings(), "warning").c_str());
  std::printf("\n");
}

int run(const std::string& file) {
  switch (runner::run_rig(file)) {
    case runner::Outcome::finished: return kExitOk;
    case runner::Outcome::lossy: return kExitLossy;
    case runner::Outcome::failed: return kExitFailure;
    case runner::Outcome::wrong_rig: return kExitConfig;
  }
  return kExitFailure;
}

int run_on_file(const Options& options) {
  const auto text = rig::read_text_file(options.file);
  if (!text) {
    std::fprintf(stderr, "omv rig: %s\n", text.error().message.c_str());
    return kExitFailure;
  }
  const rig::Checked checked = rig::read_rig(*text, rig::this_machine());
  print_diagnostics(options.file, checked.report);
  if (!checked.ok()) return kExitConfig;
  if (options.action == "check")
    print_verdict(options.file, checked);
  else
    print(options.json ? rig_plan_json(checked.rig) : rig_plan_text(checked.rig));
  return kExitOk;
}

}  // namespace

int run_rig(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) {
    std::fprintf(stderr, "omv rig: %s\nTry 'omv rig --help'.\n", options.error().message.c_str());
    return kExitUsage;
  }
  if (options->action == "run") return run(options->file);
  if (!options->file.empty()) return run_on_file(*options);
  print(options->action == "schema" ? rig_schema() : rig_reference());
  return kExitOk;
}

}  // namespace omv::tool
