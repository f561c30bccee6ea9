// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv info`: describes recordings without loading them, and stills.
#include <glib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "avi_summary.h"
#include "command_line.h"
#include "commands.h"
#include "contact_sheet.h"
#include "gif_summary.h"
#include "info_output.h"
#include "omv/convert/kind.h"
#include "omv/recording/imageio_file.h"
#include "plot.h"
#include "recording_summary.h"

namespace omv::tool {

namespace {

using imageio::FileStream;
using imageio::Rgb565Order;

struct ChecksumDeleter {
  void operator()(GChecksum* checksum) const { g_checksum_free(checksum); }
};

struct InfoOptions {
  bool json = false;
  bool frames = false;
  std::string sheet;  // path of a contact sheet; empty: none
  std::string plot;   // path of a timeline; empty: none
  Rgb565Order order = Rgb565Order::swap;
  std::vector<std::string> files;
};

constexpr CommandHelp kHelp = {
    "omv info",
    "FILE…",
    "Describes ImageIO recordings, Motion JPEG AVIs, animated GIFs (version, frames, times, formats, damage) and "
    "stills\n"
    "(format, size, metadata).",
    "Examples:\n\n"
    "  omv info clip.bin\n"
    "  omv info --plot timeline.png --sheet frames.png clip.avi\n"
    "  omv info --json --frames clip.bin | jq '.frames[].time_us'\n\n"
    "Exit status: 0 every file is a whole recording or still, 1 a file can't be read or is damaged, 2 wrong usage.\n",
};

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
  OptionText order, sheet, plot;
  const std::vector<GOptionEntry> entries = {
      {"frames", 'f', 0, G_OPTION_ARG_NONE, &frames, "Also list every frame, with the sha256 of its bytes", nullptr},
      {"json", 'j', 0, G_OPTION_ARG_NONE, &json, "Print JSON: one object, an array for several files", nullptr},
      {"sheet", 0, 0, G_OPTION_ARG_FILENAME, sheet.target(),
       "Also write a contact sheet of one recording: frames with times", "OUT.png"},
      {"plot", 0, 0, G_OPTION_ARG_FILENAME, plot.target(),
       "Also write a timeline of one recording: intervals, sizes, gaps", "OUT.png"},
      {"rgb565-order", 0, 0, G_OPTION_ARG_STRING, order.target(),
       "Byte order of RGB565 in V1.0 files: swap (default), native (firmware 3.7 to 3.9.1), auto", "ORDER"},
  };
  OMV_TRY(std::vector<std::string> files, parse_command_line(kHelp, entries, argc, argv));
  InfoOptions options{json != 0, frames != 0, sheet.str(), plot.str(), Rgb565Order::swap, std::move(files)};
  if (order) {
    OMV_TRY(options.order, order_by_name(order.str()));
  }
  if (options.files.empty()) return usage_error("no FILE is given");
  for (const auto& [name, text] : {std::pair("--sheet", &sheet), std::pair("--plot", &plot)})
    if (*text && options.files.size() != 1) return usage_error(std::string(name) + " is for one FILE at a time");
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

// Both are tried; what fails is told beside the description, which is whole. True: none failed.
bool write_pictures(const std::string& path, const RecordingSummary& summary, const InfoOptions& options) {
  bool all_good = true;
  const auto tell = [&all_good](const Result<void>& written) {
    if (written) return;
    std::fprintf(stderr, "omv info: %s\n", written.error().message.c_str());
    all_good = false;
  };
  if (!options.plot.empty()) tell(write_plot(path, summary, options.plot));
  if (!options.sheet.empty()) tell(write_contact_sheet(path, options.sheet));
  return all_good;
}

// What each kind of recording is: a summary, and a list of frames. True: it is whole.
Result<bool> describe_recording(const std::string& path, const RecordingSummary& summary, const InfoOptions& options,
                                InfoOutput& output, const std::function<Result<void>()>& list) {
  output.summary(path, summary);
  if (options.frames) OMV_CHECK(list());
  output.end_file();
  return write_pictures(path, summary, options) && !summary.damage;
}

Result<bool> describe_avi(const std::string& path, const InfoOptions& options, InfoOutput& output) {
  OMV_TRY(const auto recording, AviRecording::open(path));
  return describe_recording(path, summarize(*recording), options, output,
                            [&] { return list_frames(*recording, output); });
}

Result<bool> describe_gif(const std::string& path, const InfoOptions& options, InfoOutput& output) {
  OMV_TRY(const GifRecording recording, GifRecording::open(path));
  const auto list = [&] {
    return for_each_line(recording, sha256, [&output](const FrameLine& line) { output.frame(line); });
  };
  return describe_recording(path, summarize(recording), options, output, list);
}

Result<bool> describe_imageio(const std::string& path, const InfoOptions& options, InfoOutput& output) {
  OMV_TRY(const auto stream, FileStream::open(path, options.order));
  OMV_TRY(const RecordingSummary summary, summarize(*stream));
  return describe_recording(path, summary, options, output, [&] { return list_frames(*stream, output); });
}

Result<bool> describe_still(const std::string& path, const InfoOptions& options, InfoOutput& output) {
  if (!options.plot.empty() || !options.sheet.empty())
    return Error{Errc::unsupported, path + ": a still has one frame; --plot and --sheet are for recordings"};
  OMV_TRY(const StillSummary still, summarize_still(path));
  output.still(path, still);
  output.end_file();
  return !still.damage;
}

// False for a file that is damaged.
Result<bool> describe(const std::string& path, const InfoOptions& options, InfoOutput& output) {
  OMV_CHECK(check_regular(path));
  OMV_TRY(const convert::Kind kind, convert::kind_of_file(path));
  switch (kind) {
    case convert::Kind::still: return describe_still(path, options, output);
    case convert::Kind::avi: return describe_avi(path, options, output);
    case convert::Kind::gif: return describe_gif(path, options, output);
    default: return describe_imageio(path, options, output);
  }
}

bool describe_all(const InfoOptions& options, InfoOutput& output) {
  bool all_good = true;
  output.begin(options.files.size());
  for (const std::string& path : options.files) {
    const auto whole = describe(path, options, output);
    all_good = all_good && whole && *whole;
    if (whole) continue;
    std::fflush(stdout);
    std::fprintf(stderr, "omv info: %s\n", whole.error().message.c_str());
    output.fail(path, whole.error());
  }
  output.end();
  return all_good;
}

}  // namespace

int run_info(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) return refuse_usage(kHelp, options.error());
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
