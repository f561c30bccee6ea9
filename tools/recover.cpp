// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv recover`: what is in a recording that was not finished, as a whole file beside it.
#include <glib.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "commands.h"
#include "number_options.h"
#include "omv/convert/recover.h"
#include "omv/storage/part_file.h"
#include "progress.h"

namespace omv::tool {

namespace {

using storage::PartFile;

struct StrvDeleter {
  void operator()(gchar** strings) const { g_strfreev(strings); }
};
struct ContextDeleter {
  void operator()(GOptionContext* context) const { g_option_context_free(context); }
};

struct Options {
  std::string input;
  std::string output;
  std::optional<avi::Rate> rate;
  bool quiet = false;
};

constexpr const char* kDescription =
    "IN, of whatever name, is only read. OUT must not exist; it appears when it is whole.\n\n"
    "Exit status: 0 everything was saved, 1 nothing was, 2 wrong usage, 3 some of it was lost.\n";

Error usage_error(const std::string& message) { return {Errc::invalid, message}; }

Result<Options> parse_options(int argc, char** argv) {
  gboolean quiet = FALSE;
  gchar* rate_text = nullptr;
  gchar** raw_files = nullptr;
  const GOptionEntry entries[] = {
      {"framerate", 'r', 0, G_OPTION_ARG_STRING, &rate_text,
       "AVI: frames a second, instead of what the header says (25 where it says nothing)", "N[/D]"},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, "Say nothing but errors", nullptr},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw_files, nullptr, "IN OUT"},
      {},
  };
  const std::unique_ptr<GOptionContext, ContextDeleter> context(g_option_context_new(nullptr));
  g_option_context_set_summary(
      context.get(),
      "Saves what is whole in recordings that were not finished: Motion JPEG AVIs (length, rate "
      "and index too), animated GIFs, ImageIO files. Frames stay as they are.");
  g_option_context_set_description(context.get(), kDescription);
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  g_set_prgname("omv recover");
  g_autoptr(GError) error = nullptr;
  const bool parsed = g_option_context_parse(context.get(), &argc, &argv, &error) != 0;
  const std::unique_ptr<gchar, decltype(&g_free)> rate(rate_text, g_free);
  const std::unique_ptr<gchar*, StrvDeleter> files(raw_files);
  if (!parsed) return usage_error(error->message);
  if (!files || g_strv_length(files.get()) != 2) return usage_error("one IN and one OUT are needed");
  Options options{files.get()[0], files.get()[1], std::nullopt, quiet != 0};
  if (rate) {
    OMV_TRY(options.rate, parse_rate("--framerate", rate.get()));
  }
  return options;
}

void report(const Options& options, const convert::Recovered& saved) {
  if (options.quiet) return;
  std::printf("%s: %s\n", options.output.c_str(), saved.what.c_str());
  for (const std::string& note : saved.notes) std::printf("%s\n", note.c_str());
}

// OUT.part may be what is to be recovered.
Result<PartFile> begin_output(const std::string& path) {
  auto output = PartFile::create(path, PartFile::WhenAbandoned::remove);
  if (output || output.error().code != Errc::exists) return output;
  return PartFile::create(path, PartFile::WhenAbandoned::remove, ".recovering.part");
}

Result<convert::Recovered> run(const Options& options) {
  OMV_TRY(PartFile output, begin_output(options.output));
  convert::RecoverOptions recover_options{options.input, options.rate, {}, nullptr};
  ProgressLine line(options.quiet);
  recover_options.progress = [&line](std::uint64_t done, std::uint64_t bytes) { line.show(done, bytes); };
  auto saved = convert::recover_recording(recover_options, output.file());
  if (saved) OMV_CHECK(output.commit(options.output, false));
  return saved;
}

}  // namespace

int run_recover(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) {
    std::fprintf(stderr, "omv recover: %s\nTry 'omv recover --help'.\n", options.error().message.c_str());
    return kExitUsage;
  }
  const auto saved = run(*options);
  if (!saved) {
    std::fprintf(stderr, "omv recover: %s\n", saved.error().message.c_str());
    return kExitFailure;
  }
  report(*options, *saved);
  return saved->is_lossy ? kExitLossy : kExitOk;
}

}  // namespace omv::tool
