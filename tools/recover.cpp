// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv recover`: what is in a recording that was not finished, as a whole file beside it.
#include <glib.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "commands.h"
#include "omv/recording/avi/recover.h"
#include "omv/recording/imageio_recover.h"
#include "omv/storage/part_file.h"

namespace omv::tool {

namespace {

namespace fs = std::filesystem;
using storage::PartFile;
using Progress = std::function<void(std::uint64_t)>;

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
    "IN is only read. OUT must not exist; it appears when it is whole, and is OUT.part before that.\n\n"
    "Exit status: 0 everything was saved, 1 nothing was, 2 wrong usage, 3 some of it was lost.\n";

Error usage_error(const std::string& message) { return {Errc::invalid, message}; }

Result<avi::Rate> parse_rate(const std::string& text) {
  avi::Rate rate{0, 1};
  int used = 0;
  const int fields =
      std::sscanf(text.c_str(), "%9" SCNu32 "%n/%9" SCNu32 "%n", &rate.numerator, &used, &rate.denominator, &used);
  if (fields >= 1 && static_cast<std::size_t>(used) == text.size() && rate.is_valid()) return rate;
  return usage_error("--framerate is '" + text + "'; it is a number like 25 or 30000/1001");
}

Result<Options> parse_options(int argc, char** argv) {
  gboolean quiet = FALSE;
  gchar* rate_text = nullptr;
  gchar** raw_files = nullptr;
  const GOptionEntry entries[] = {
      {"framerate", 'r', 0, G_OPTION_ARG_STRING, &rate_text,
       "Of an AVI: frames a second, instead of what the header says (25 where it says nothing)", "N[/D]"},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, "Say nothing but errors", nullptr},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw_files, nullptr, "IN OUT"},
      {},
  };
  const std::unique_ptr<GOptionContext, ContextDeleter> context(g_option_context_new(nullptr));
  g_option_context_set_summary(context.get(),
                               "Saves what is whole of an ImageIO recording or a Motion JPEG AVI, whichever IN is; "
                               "frames stay as they are.");
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
    OMV_TRY(options.rate, parse_rate(rate.get()));
  }
  return options;
}

// OUT.part may be what is to be recovered.
Result<PartFile> begin_output(const Options& options) {
  std::error_code missing;
  const std::string part = options.output + std::string(PartFile::kSuffix);
  const bool is_input = fs::equivalent(part, options.input, missing);
  return PartFile::create(options.output, PartFile::WhenAbandoned::remove, is_input ? ".recovered.part" : ".part");
}

// At most once for each percent, and only for people who watch.
Progress progress_to(std::FILE* terminal, std::uint64_t bytes) {
  return [terminal, bytes, shown = std::uint64_t{0}](std::uint64_t done) mutable {
    const std::uint64_t percent = bytes > 0 ? done * 100 / bytes : 100;
    if (percent == shown) return;
    shown = percent;
    std::fprintf(terminal, "\r%3" PRIu64 " %%%s", percent, percent == 100 ? "\r     \r" : "");
    std::fflush(terminal);
  };
}

Progress progress_of(const Options& options, std::uint64_t bytes) {
  return !options.quiet && ::isatty(STDERR_FILENO) != 0 ? progress_to(stderr, bytes) : Progress();
}

const char* plural(std::uint64_t count) { return count == 1 ? "" : "s"; }

void report(const Options& options, const avi::Recovered& recovered) {
  std::printf("%s: %" PRIu64 " frame%s, %.3f s at %u/%u\n", options.output.c_str(), recovered.frames,
              plural(recovered.frames), static_cast<double>(recovered.length.count()) / 1e9, recovered.rate.numerator,
              recovered.rate.denominator);
  if (recovered.broken_frames > 0)
    std::printf("left out: %" PRIu64 " frames that are no whole JPEG; their time is kept\n", recovered.broken_frames);
  if (recovered.damaged_bytes > 0)
    std::printf("lost: %" PRIu64 " bytes that are no whole frame\n", recovered.damaged_bytes);
  if (recovered.other_sizes > 0)
    std::printf("note: %" PRIu64 " frames have another size than the first\n", recovered.other_sizes);
}

void report(const Options& options, const imageio::Recovered& recovered) {
  std::printf("%s: %" PRIu64 " frame%s, %.3f s\n", options.output.c_str(), recovered.frames, plural(recovered.frames),
              static_cast<double>(recovered.length.count()) / 1e6);
  if (recovered.lost_bytes > 0)
    std::printf("lost: %" PRIu64 " bytes behind the last whole frame\n", recovered.lost_bytes);
}

bool is_lossy(const avi::Recovered& recovered) { return recovered.is_lossy(); }
bool is_lossy(const imageio::Recovered& recovered) { return recovered.lost_bytes > 0; }

using Recovered = std::variant<avi::Recovered, imageio::Recovered>;

Result<Recovered> recover_avi(const Options& options, const avi::Reader& reader, File& output) {
  OMV_TRY(avi::Recovered recovered,
          avi::recover(reader, output, {options.rate, progress_of(options, reader.file_bytes())}));
  return Recovered(recovered);
}

Result<Recovered> recover_imageio(const Options& options, imageio::Reader& reader, const File& input, File& output) {
  OMV_TRY(const std::uint64_t size, input.size());
  OMV_TRY(imageio::Recovered recovered, imageio::recover(reader, input, output, progress_of(options, size)));
  return Recovered(recovered);
}

// Known by its contents: the name of what was not finished says little.
Result<Recovered> recover_any(const Options& options, const File& input, File& output) {
  auto imageio = imageio::Reader::open(input);
  if (imageio) return recover_imageio(options, *imageio, input, output);
  const auto avi = avi::Reader::open(input);
  if (avi) return recover_avi(options, *avi, output);
  return Error{avi.error().code, avi.error().message + "; and no ImageIO recording: " + imageio.error().message};
}

Result<Recovered> run(const Options& options) {
  OMV_TRY(const File input, File::open(options.input, File::Mode::read));
  OMV_TRY(PartFile output, begin_output(options));
  auto recovered = recover_any(options, input, output.file());
  if (!recovered) return Error{recovered.error().code, options.input + ": " + recovered.error().message};
  OMV_CHECK(output.commit(options.output, false));
  return recovered;
}

}  // namespace

int run_recover(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) {
    std::fprintf(stderr, "omv recover: %s\nTry 'omv recover --help'.\n", options.error().message.c_str());
    return kExitUsage;
  }
  const auto recovered = run(*options);
  if (!recovered) {
    std::fprintf(stderr, "omv recover: %s\n", recovered.error().message.c_str());
    return kExitFailure;
  }
  return std::visit(
      [&](const auto& done) {
        if (!options->quiet) report(*options, done);
        return is_lossy(done) ? kExitLossy : kExitOk;
      },
      *recovered);
}

}  // namespace omv::tool
