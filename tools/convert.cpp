// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv convert`: recordings of one kind as recordings of another.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "command_line.h"
#include "commands.h"
#include "number_options.h"
#include "omv/convert/convert.h"
#include "omv/convert/kind.h"
#include "progress.h"
#include "recording_inputs.h"
#include "runner/offline/video_writer.h"
#include "selection_options.h"
#include "signals.h"

namespace omv::tool {

namespace {

using convert::FrameReader;
using convert::FrameWriter;
using convert::Kind;

constexpr CommandHelp kHelp = {
    "omv convert",
    "IN… OUT",
    "Converts recordings: ImageIO (.bin), Motion JPEG AVI (.avi), animated GIF (.gif), stills (.png, .jpg, …),\n"
    "and any video that GStreamer reads, or writes (.mkv, .mp4, .mov, .webm, .ts).\n"
    "What IN is, its bytes tell; what OUT is to be, its extension. Several INs are joined, in their order.",
    "OUT must not exist, and appears when it is whole. The name of stills has their number: frame%{index:05}.png.\n"
    "JPEG frames stay as they are where OUT can hold them; raw pictures too.\n\n"
    "Examples:\n\n"
    "  omv convert clip.bin clip.avi\n"
    "  omv convert --start 2.5 --end 10 clip.avi clip.gif\n"
    "  omv convert --frames 100..200 clip.bin 'stills/%{index:05}.png'\n"
    "  omv convert --framerate 10 stills/*.png lapse.avi\n"
    "  parallel omv convert --shard {}/8 long.bin part{}.bin ::: {1..8}\n\n"
    "Exit status: 0 everything was converted, 1 nothing was, 2 wrong usage, 3 something could not be read or "
    "written.\n",
};

struct Options {
  std::vector<std::string> inputs;
  std::string output;
  convert::Selection selection;
  std::optional<convert::Shard> shard;
  convert::ReaderOptions reader;
  convert::WriterOptions writer;
  bool quiet = false;
};

Result<PixelFormat> parse_pixformat(const std::string& text) {
  const auto format = pixel_format_by_name(text);
  if (format == PixelFormat::jpeg || format == PixelFormat::png || format == PixelFormat::grayscale ||
      format == PixelFormat::rgb565 || format == PixelFormat::binary)
    return *format;
  return Error{Errc::invalid, "--pixformat is '" + text + "'; it can be jpeg, png, grayscale, rgb565 or binary"};
}

Result<void> parse_pictures(const OptionText& rate, const OptionText& pixformat, gint quality, Options& into) {
  if (rate) {
    OMV_TRY(into.reader.still_rate, parse_rate("--framerate", rate.str()));
  }
  if (pixformat) {
    OMV_TRY(into.writer.pixformat, parse_pixformat(pixformat.str()));
    if (convert::kind_for_path(into.output) != Kind::imageio)
      return Error{Errc::invalid, "--pixformat is for ImageIO files (.bin); the pictures of other files have one kind"};
  }
  if (quality < 1 || quality > 100)
    return Error{Errc::invalid, "--quality is " + std::to_string(quality) + "; it can be 1 to 100"};
  into.writer.quality = quality;
  return {};
}

Result<Options> parse_options(int argc, char** argv) {
  SelectionOptions selection;
  OptionText shard, rate, pixformat;
  gint quality = 90;
  gboolean force = FALSE;
  gboolean quiet = FALSE;
  std::vector<GOptionEntry> entries = {
      {"shard", 0, 0, G_OPTION_ARG_STRING, shard.target(), "Only part I of N of the frames, for jobs side by side",
       "I/N"},
      {"framerate", 'r', 0, G_OPTION_ARG_STRING, rate.target(), "Of stills as IN: frames a second (25)", "N[/D]"},
      {"pixformat", 'p', 0, G_OPTION_ARG_STRING, pixformat.target(),
       "Of an ImageIO file as OUT: jpeg, png, grayscale, rgb565, binary", "FORMAT"},
      {"quality", 0, 0, G_OPTION_ARG_INT, &quality, "Of what has to become JPEG, 1 to 100 (90)", "N"},
      {"force", 'f', 0, G_OPTION_ARG_NONE, &force, "Replace OUT if it exists, when the new one is whole", nullptr},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, "Say nothing but errors", nullptr},
  };
  selection.add_to(entries);
  OMV_TRY(std::vector<std::string> files, parse_command_line(kHelp, entries, argc, argv));
  if (files.size() < 2) return Error{Errc::invalid, "at least one IN and one OUT are needed"};
  Options options;
  options.output = std::move(files.back());
  files.pop_back();
  options.inputs = std::move(files);
  options.writer.overwrite = force != 0;
  options.quiet = quiet != 0;
  OMV_TRY(options.selection, selection.parse());
  OMV_CHECK(parse_pictures(rate, pixformat, quality, options));
  if (!shard) return options;
  auto part = convert::parse_shard(shard.str());
  if (!part) return option_error("--shard", part.error());
  options.shard = *part;
  return options;
}

class Conversion {
 public:
  explicit Conversion(const Options& options) : options_(options), line_(options.quiet) {}

  Result<convert::Outcome> run() {
    OMV_TRY(reader_, open_inputs(options_.inputs, options_.reader, signals_));
    convert::Selection selection = options_.selection;
    convert::WriterOptions writer_options = options_.writer;
    const bool needs_grid = convert::kind_for_path(options_.output) == Kind::avi;
    convert::Timeline timeline;
    if (options_.shard || (needs_grid && !reader_->rate())) {
      OMV_TRY(timeline, reader_->timeline());
    }
    if (needs_grid) writer_options.grid = grid_for(*reader_, timeline);
    if (options_.shard) selection = shard_of(timeline, selection, *options_.shard);
    if (selection.first == selection.end)
      return Error{Errc::end, "this shard has no frame: there are fewer than shards"};
    OMV_TRY(const auto writer, create_writer(writer_options));
    return convert::convert(*reader_, *writer, selection, [this](const convert::Progress& at) { return go_on(at); });
  }

 private:
  Result<std::unique_ptr<FrameWriter>> create_writer(const convert::WriterOptions& options) const {
    if (convert::kind_for_path(options_.output) == Kind::other) return runner::create_video(options_.output, options);
    return convert::create_recording(options_.output, options);
  }

  // Frames where their number is known, else time.
  bool go_on(const convert::Progress& at) {
    const std::string what = "frame " + std::to_string(at.frames);
    if (at.total) {
      line_.show(at.frames, *at.total, what);
    } else {
      const convert::Nanoseconds begin = options_.selection.start;
      const convert::Nanoseconds end = options_.selection.stop.value_or(reader_->length().value_or(begin));
      line_.show(static_cast<std::uint64_t>((at.time - begin).count()),
                 static_cast<std::uint64_t>(std::max((end - begin).count(), std::int64_t{0})), what);
    }
    return !signals_.wait(std::chrono::nanoseconds(0));
  }

  const Options& options_;
  std::unique_ptr<FrameReader> reader_;
  EndSignals signals_;
  ProgressLine line_;
};

void report(const Options& options, const convert::Outcome& outcome) {
  for (const std::string& loss : outcome.losses) std::fprintf(stderr, "omv convert: lost: %s\n", loss.c_str());
  if (options.quiet) return;
  std::printf("%s: %zu frame%s, %.3f s\n", options.output.c_str(), outcome.frames, outcome.frames == 1 ? "" : "s",
              std::chrono::duration<double>(outcome.length).count());
}

}  // namespace

int run_convert(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) return refuse_usage(kHelp, options.error());
  const auto outcome = Conversion(*options).run();
  if (!outcome) {
    std::fprintf(stderr, "omv convert: %s\n", outcome.error().message.c_str());
    return kExitFailure;
  }
  report(*options, *outcome);
  return outcome->losses.empty() ? kExitOk : kExitLossy;
}

}  // namespace omv::tool
