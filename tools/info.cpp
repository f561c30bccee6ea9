// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv info`: describes recordings without loading them, and stills.
#include <glib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>

#include "avi_summary.h"
#include "commands.h"
#include "contact_sheet.h"
#include "gif_summary.h"
#include "info_output.h"
#include "omv/recording/imageio_file.h"
#include "recording_summary.h"

namespace omv::tool {

namespace {

using imageio::FileStream;
using imageio::Rgb565Order;

struct StrvDeleter {
  void operator()(gchar** strings) const { g_strfreev(strings); }
};
struct ContextDeleter {
  void operator()(GOptionContext* context) const { g_option_context_free(context); }
};
struct ErrorDeleter {
  void operator()(GError* error) const { g_error_free(error); }
};
struct ChecksumDeleter {
  void operator()(GChecksum* checksum) const { g_checksum_free(checksum); }
};

struct InfoOptions {
  bool json = false;
  bool frames = false;
  std::string sheet;  // path of a contact sheet; empty: none
  Rgb565Order order = Rgb565Order::swap;
  std::unique_ptr<gchar*, StrvDeleter> files;
};

constexpr const char* kDescription =
    "Exit status: 0 every file is a whole recording or still, 1 a file can't be read or is damaged, 2 wrong usage.\n";

Error usage_error(const std::string& message) { return {Errc::invalid, message}; }

Result<Rgb565Order> order_by_name(std::string_view name) {
  struct Row {
    std::string_view name;
    Rgb565Order order;
  };
  constexpr std::array kRows = {Row{"swap", Rgb565Order::swap}, Row{"native", Rgb565Order::native},
                                Row{"auto", Rgb565Order::by_smoothness}};
  for (const Row& row : kRows)
    if (row.name == name) return row.order;
  return usage_error("--rgb565-order is '" + std::string(name) + "'; it can be swap, native or auto");
}

Result<InfoOptions> parse_options(int argc, char** argv) {
  gboolean json = FALSE;
  gboolean frames = FALSE;
  gchar* order_text = nullptr;
  gchar* sheet_text = nullptr;
  gchar** files = nullptr;
  const GOptionEntry entries[] = {
      {"frames", 'f', 0, G_OPTION_ARG_NONE, &frames, "Also list every frame, with the sha256 of its bytes", nullptr},
      {"json", 'j', 0, G_OPTION_ARG_NONE, &json, "Print JSON: one object, an array for several files", nullptr},
      {"sheet", 0, 0, G_OPTION_ARG_FILENAME, &sheet_text,
       "Also write a contact sheet of one recording: frames with times", "OUT.png"},
      {"rgb565-order", 0, 0, G_OPTION_ARG_STRING, &order_text,
       "Byte order of RGB565 in V1.0 files: swap (default), native (firmware 3.7 to 3.9.1), auto", "ORDER"},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, nullptr, "FILE…"},
      {},
  };
  const std::unique_ptr<GOptionContext, ContextDeleter> context(g_option_context_new(nullptr));
  g_option_context_set_summary(context.get(),
                               "Describes ImageIO recordings, Motion JPEG AVIs, animated GIFs (version, frames, times, "
                               "formats, damage) and stills (format, "
                               "size, metadata).");
  g_option_context_set_description(context.get(), kDescription);
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  g_set_prgname("omv info");
  GError* raw_error = nullptr;
  const bool parsed = g_option_context_parse(context.get(), &argc, &argv, &raw_error) != 0;
  const std::unique_ptr<GError, ErrorDeleter> error(raw_error);
  const std::unique_ptr<gchar, decltype(&g_free)> order(order_text, g_free);
  const std::unique_ptr<gchar, decltype(&g_free)> sheet(sheet_text, g_free);
  InfoOptions options{json != 0, frames != 0, sheet ? sheet.get() : "", Rgb565Order::swap,
                      decltype(InfoOptions::files)(files)};
  if (!parsed) return usage_error(error->message);
  if (order) {
    OMV_TRY(options.order, order_by_name(order.get()));
  }
  if (!options.files) return usage_error("no FILE is given");
  if (sheet && g_strv_length(options.files.get()) != 1) return usage_error("--sheet is for one FILE at a time");
  return options;
}

// The reader goes back and forth, which pipes and terminals can't.
Result<void> check_regular(const std::string& path) {
  std::error_code missing;
  const auto status = std::filesystem::status(path, missing);
  const bool readable = !exists(status) || is_regular_file(status) || is_directory(status) || is_block_file(status);
  if (!readable) return Error{Errc::io, path + ": not a regular file"};
  return {};
}

std::string sha256(ConstByteSpan bytes) {
  const std::unique_ptr<GChecksum, ChecksumDeleter> sum(g_checksum_new(G_CHECKSUM_SHA256));
  g_checksum_update(sum.get(), bytes.data(), static_cast<gssize>(bytes.size()));
  return g_checksum_get_string(sum.get());
}

Result<void> list_frames(FileStream& stream, InfoOutput& output) {
  Frame frame;
  while (true) {
    auto timing = stream.read_into(frame, {.loop = false, .pause = false});
    if (!timing && timing.error().code == Errc::end) return {};
    if (!timing) return std::move(timing).error();
    OMV_TRY(const imageio::Chunk chunk, stream.chunk(timing->index));
    output.frame({*timing, chunk, frame.data.size(), sha256(frame.data)});
  }
}

Result<void> list_frames(const AviRecording& recording, InfoOutput& output) {
  Bytes payload;
  for (std::size_t n = 0; n < recording.contents.frames.size(); ++n) {
    OMV_CHECK(recording.reader->read(recording.contents.frames[n], payload));
    output.frame(avi_line(recording, n, payload, sha256(payload)));
  }
  return {};
}

Result<bool> describe_avi(const std::string& path, const InfoOptions& options, InfoOutput& output) {
  OMV_TRY(const auto recording, AviRecording::open(path));
  const RecordingSummary summary = summarize(*recording);
  output.summary(path, summary);
  if (options.frames) OMV_CHECK(list_frames(*recording, output));
  output.end_file();
  return !summary.damage;
}

Result<bool> describe_gif(const std::string& path, const InfoOptions& options, InfoOutput& output) {
  OMV_TRY(const GifRecording recording, GifRecording::open(path));
  const RecordingSummary summary = summarize(recording);
  output.summary(path, summary);
  if (options.frames)
    OMV_CHECK(for_each_line(recording, sha256, [&output](const FrameLine& line) { output.frame(line); }));
  output.end_file();
  return !summary.damage;
}

Result<bool> describe_still(const std::string& path, const formats::Format& format, InfoOutput& output) {
  OMV_TRY(const StillSummary still, summarize_still(path, format));
  output.still(path, still);
  output.end_file();
  return !still.damage;
}

// False for a file that is damaged.
Result<bool> describe(const std::string& path, const InfoOptions& options, InfoOutput& output) {
  OMV_CHECK(check_regular(path));
  if (const formats::Format* format = still_format(path)) return describe_still(path, *format, output);
  if (looks_like_avi(path)) return describe_avi(path, options, output);
  if (looks_like_gif(path)) return describe_gif(path, options, output);
  OMV_TRY(const auto stream, FileStream::open(path, options.order));
  OMV_TRY(const RecordingSummary summary, summarize(*stream));
  output.summary(path, summary);
  if (options.frames) OMV_CHECK(list_frames(*stream, output));
  output.end_file();
  return !summary.damage;
}

bool describe_all(const InfoOptions& options, InfoOutput& output) {
  bool all_good = true;
  output.begin(g_strv_length(options.files.get()));
  for (gchar** path = options.files.get(); *path != nullptr; ++path) {
    auto whole = describe(*path, options, output);
    if (whole && !options.sheet.empty()) {
      auto sheet = write_contact_sheet(*path, options.sheet);
      if (!sheet) whole = std::move(sheet).error();
    }
    all_good = all_good && whole && *whole;
    if (whole) continue;
    std::fflush(stdout);
    std::fprintf(stderr, "omv info: %s\n", whole.error().message.c_str());
    output.fail(*path, whole.error());
  }
  output.end();
  return all_good;
}

}  // namespace

int run_info(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) {
    std::fprintf(stderr, "omv info: %s\nTry 'omv info --help'.\n", options.error().message.c_str());
    return kExitUsage;
  }
  TextOutput text;
  JsonOutput json(options->frames);
  const bool all_good = describe_all(*options, options->json ? static_cast<InfoOutput&>(json) : text);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fprintf(stderr, "omv info: can't write to standard output\n");
    return kExitFailure;
  }
  return all_good ? kExitOk : kExitFailure;
}

}  // namespace omv::tool
