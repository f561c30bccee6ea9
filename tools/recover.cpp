// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv recover`: what is in a recording that was not finished, as a whole file beside it.
#include <fcntl.h>
#include <glib.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "commands.h"
#include "omv/recording/avi/recover.h"

namespace omv::tool {

namespace {

namespace fs = std::filesystem;

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
       "Frames a second, instead of what the header says (25 where it says nothing)", "N[/D]"},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, "Say nothing but errors", nullptr},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw_files, nullptr, "IN OUT"},
      {},
  };
  const std::unique_ptr<GOptionContext, ContextDeleter> context(g_option_context_new(nullptr));
  g_option_context_set_summary(context.get(),
                               "Repairs Motion JPEG AVIs: length, rate, index; frames stay as they are.");
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

// The file in progress; gone unless it was published.
class PartFile {
 public:
  static Result<PartFile> create(const std::string& path) {
    std::error_code missing;
    if (fs::exists(fs::symlink_status(path, missing))) return Error{Errc::io, path + ": exists already"};
    OMV_TRY(File file, File::open(path + ".part", File::Mode::create_new));
    return PartFile(std::move(file), path);
  }
  PartFile(PartFile&&) = default;
  PartFile& operator=(PartFile&&) = delete;
  ~PartFile() {
    if (file_.is_open()) ::unlink(file_.path().c_str());
  }

  File& file() { return file_; }

  /// Gives it its name, unless somebody else has taken that meanwhile.
  Result<void> publish() {
    const std::string part = file_.path();
    int done = ::renameat2(AT_FDCWD, part.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE);
    if (done != 0 && errno == EINVAL) done = ::rename(part.c_str(), path_.c_str());  // a file system that can't check
    if (done != 0) return Error{Errc::io, path_ + ": " + g_strerror(errno)};
    return file_.close();
  }

 private:
  PartFile(File file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  File file_;
  std::string path_;
};

// At most once for each percent, and only for people who watch.
std::function<void(std::uint64_t)> progress_to(std::FILE* terminal, std::uint64_t bytes) {
  return [terminal, bytes, shown = std::uint64_t{0}](std::uint64_t done) mutable {
    const std::uint64_t percent = bytes > 0 ? done * 100 / bytes : 100;
    if (percent == shown) return;
    shown = percent;
    std::fprintf(terminal, "\r%3" PRIu64 " %%%s", percent, percent == 100 ? "\r     \r" : "");
    std::fflush(terminal);
  };
}

void report(const Options& options, const avi::Recovered& recovered) {
  if (options.quiet) return;
  std::printf("%s: %" PRIu64 " frame%s, %.3f s at %u/%u\n", options.output.c_str(), recovered.frames,
              recovered.frames == 1 ? "" : "s", static_cast<double>(recovered.length.count()) / 1e9,
              recovered.rate.numerator, recovered.rate.denominator);
  if (recovered.broken_frames > 0)
    std::printf("left out: %" PRIu64 " frames that are no whole JPEG; their time is kept\n", recovered.broken_frames);
  if (recovered.damaged_bytes > 0)
    std::printf("lost: %" PRIu64 " bytes that are no whole frame\n", recovered.damaged_bytes);
  if (recovered.other_sizes > 0)
    std::printf("note: %" PRIu64 " frames have another size than the first\n", recovered.other_sizes);
}

Result<avi::Recovered> run(const Options& options) {
  OMV_TRY(const File input, File::open(options.input, File::Mode::read));
  const auto reader = avi::Reader::open(input);
  if (!reader) return Error{reader.error().code, options.input + ": " + reader.error().message};
  OMV_TRY(PartFile output, PartFile::create(options.output));
  avi::RecoverOptions recover_options{options.rate, {}};
  if (!options.quiet && ::isatty(STDERR_FILENO) != 0)
    recover_options.progress = progress_to(stderr, reader->file_bytes());
  auto recovered = avi::recover(*reader, output.file(), recover_options);
  if (!recovered && recovered.error().code == Errc::end)
    return Error{Errc::end, options.input + ": " + recovered.error().message};
  if (recovered) OMV_CHECK(output.publish());
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
  report(*options, *recovered);
  return recovered->is_lossy() ? kExitLossy : kExitOk;
}

}  // namespace omv::tool
