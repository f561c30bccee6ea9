// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv recover`: what is in a recording that was not finished, as a whole file beside it.
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "command_line.h"
#include "commands.h"
#include "number_options.h"
#include "omv/storage/part_file.h"
#include "progress.h"
#include "recordings_saved.h"

namespace omv::tool {

namespace {

using storage::PartFile;

struct Options {
  std::string input;
  std::string output;
  std::optional<avi::Rate> rate;
  bool quiet = false;
};

constexpr CommandHelp kHelp = {
    "omv recover",
    "IN OUT",
    "Saves what is whole in recordings that were not finished: Motion JPEG AVIs (length, rate and index too), "
    "animated\n"
    "GIFs, ImageIO files. Frames stay as they are.",
    "IN, of whatever name, is only read. OUT must not exist; it appears when it is whole.\n\n"
    "Examples:\n\n"
    "  omv recover clip.avi.part clip.avi\n"
    "  omv recover --framerate 30 from-the-card.mjpeg whole.avi\n\n"
    "Exit status: 0 everything was saved, 1 nothing was, 2 wrong usage, 3 some of it was lost.\n",
};

Result<Options> parse_options(int argc, char** argv) {
  gboolean quiet = FALSE;
  OptionText rate;
  const std::vector<GOptionEntry> entries = {
      {"framerate", 'r', 0, G_OPTION_ARG_STRING, rate.target(),
       "AVI: frames a second, instead of what the header says (25 where it says nothing)", "N[/D]"},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, "Say nothing but errors", nullptr},
  };
  OMV_TRY(const std::vector<std::string> files, parse_command_line(kHelp, entries, argc, argv));
  if (files.size() != 2) return Error{Errc::invalid, "one IN and one OUT are needed"};
  Options options{files[0], files[1], std::nullopt, quiet != 0};
  if (rate) {
    OMV_TRY(options.rate, parse_rate("--framerate", rate.str()));
  }
  return options;
}

void report(const Options& options, const Saved& saved) {
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

Result<Saved> run(const Options& options) {
  OMV_TRY(PartFile output, begin_output(options.output));
  SaveOptions save_options{options.input, options.rate, {}};
  ProgressLine line(options.quiet);
  save_options.progress = [&line](std::uint64_t done, std::uint64_t bytes) { line.show(done, bytes); };
  auto saved = save_recording(save_options, output.file());
  if (saved) OMV_CHECK(output.commit(options.output, false));
  return saved;
}

}  // namespace

int run_recover(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) return refuse_usage(kHelp, options.error());
  const auto saved = run(*options);
  if (!saved) {
    std::fprintf(stderr, "omv recover: %s\n", saved.error().message.c_str());
    return kExitFailure;
  }
  report(*options, *saved);
  return saved->is_lossy ? kExitLossy : kExitOk;
}

}  // namespace omv::tool
