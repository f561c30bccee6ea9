// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv record`: one camera into one file.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "camera_options.h"
#include "command_line.h"
#include "commands.h"
#include "omv/convert/kind.h"
#include "omv/convert/selection.h"
#include "omv/storage/part_file.h"
#include "progress.h"
#include "runner/offline/camera_frames.h"
#include "runner/offline/video_writer.h"
#include "signals.h"

namespace omv::tool {

namespace {

using convert::FrameWriter;
using convert::Nanoseconds;

constexpr CommandHelp kHelp = {
    "omv record",
    "[DEVICE] OUT",
    "Records a camera into a file, whose extension tells the format: ImageIO (.bin), Motion JPEG AVI (.avi), animated\n"
    "GIF (.gif), video (.mkv, .mp4, .mov, .webm, .ts), or stills (frame%{index:05}.jpg).\n"
    "DEVICE is what omvsrc takes, and `omv devices` lists; without it, the first camera there is.",
    "Ctrl-C ends the recording, and OUT is whole then. It must not exist; while it grows it is OUT.part.\n\n"
    "Examples:\n\n"
    "  omv record clip.bin\n"
    "  omv record --time 10 --framesize VGA --quality 80 /dev/ttyACM0 clip.avi\n"
    "  omv record --frames 100 'emulator:?size=VGA' clip.gif\n\n"
    "Exit status: 0 everything was recorded, 1 there is no OUT (but OUT.part when it could not be finished, as on a "
    "full\n"
    "disk), 2 wrong usage, 3 frames were lost.\n",
};

struct Options {
  std::string output;
  runner::CameraProperties camera;
  std::optional<std::size_t> frames;
  std::optional<Nanoseconds> time;
  convert::WriterOptions writer;
  bool quiet = false;
};

// What the command line says besides the camera's own options.
struct Given {
  OptionText time;
  gint frames = 0;
  gboolean force = FALSE;
  gboolean quiet = FALSE;

  std::vector<GOptionEntry> entries() {
    return {
        {"time", 't', 0, G_OPTION_ARG_STRING, time.target(), "Record for so long: 10, 2.5, 1:30", "TIME"},
        {"frames", 'n', 0, G_OPTION_ARG_INT, &frames, "Record so many frames", "N"},
        {"force", 'f', 0, G_OPTION_ARG_NONE, &force, "Replace OUT if it exists, when the new one is whole", nullptr},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, "Say nothing but errors", nullptr},
    };
  }
};

Result<void> parse_limits(const Given& given, Options& into) {
  if (given.frames < 0)
    return Error{Errc::invalid, "--frames is " + std::to_string(given.frames) + "; it is 1 or more"};
  if (given.frames > 0) into.frames = static_cast<std::size_t>(given.frames);
  if (!given.time) return {};
  const auto length = convert::parse_time(given.time.str());
  if (!length || *length == Nanoseconds(0))
    return Error{Errc::invalid, "--time is '" + given.time.str() + "'; it is a time like 10, 2.5 or 1:30"};
  into.time = *length;
  return {};
}

Result<Options> parse_options(int argc, char** argv) {
  Given given;
  CameraOptions camera;
  std::vector<GOptionEntry> entries = given.entries();
  camera.add_to(entries, CameraOptions::Letters::all);
  OMV_TRY(const std::vector<std::string> words, parse_command_line(kHelp, entries, argc, argv));
  if (words.empty() || words.size() > 2)
    return Error{Errc::invalid, "one OUT is needed, and at most one DEVICE before it"};
  Options options;
  OMV_TRY(options.camera, camera.parse());
  if (words.size() == 2) options.camera.emplace_back("device", words.front());
  options.output = words.back();
  options.writer.quality = camera.quality().value_or(options.writer.quality);
  options.writer.overwrite = given.force != 0;
  options.writer.sync_interval = std::chrono::seconds(1);
  options.quiet = given.quiet != 0;
  OMV_CHECK(parse_limits(given, options));
  return options;
}

struct Recorded {
  std::size_t frames = 0;
  Nanoseconds length{0};
  std::uint64_t lost = 0;
  std::vector<std::string> losses;
};

class Recording {
 public:
  explicit Recording(const Options& options) : options_(options), line_(options.quiet) {}

  Result<Recorded> run() {
    OMV_TRY(const auto writer, create_writer());
    OMV_TRY(camera_, runner::open_camera(options_.camera, [this] { return !is_told_to_end(); }));
    auto ended = take_frames(*writer);
    if (recorded_.frames == 0) return ended ? Error{Errc::end, "there was no frame"} : std::move(ended).error();
    recorded_.lost = camera_->lost();
    writer->keep();
    OMV_CHECK(finish(*writer));
    recorded_.losses = writer->losses();
    if (!ended) recorded_.losses.push_back(ended.error().message);
    return recorded_;
  }

 private:
  bool is_told_to_end() {
    ended_ = ended_ || signals_.wait(Nanoseconds(0));
    return ended_;
  }

  Result<std::unique_ptr<FrameWriter>> create_writer() const {
    if (convert::kind_for_path(options_.output) == convert::Kind::other)
      return runner::create_video(options_.output, options_.writer);
    return convert::create_recording(options_.output, options_.writer);
  }

  Result<void> finish(FrameWriter& writer) const {
    const auto finished = writer.finish();
    if (finished) return {};
    return Error{finished.error().code, finished.error().message + "; what there is stays as " + options_.output +
                                            std::string(storage::PartFile::kSuffix)};
  }

  Result<void> take_frames(FrameWriter& writer) {
    convert::TimedFrame frame;
    while (!is_told_to_end()) {
      OMV_TRY(const bool there, camera_->next(frame));
      if (!there || (options_.time && frame.time >= *options_.time)) break;
      OMV_CHECK(writer.add(frame));
      bytes_ += frame.frame.data.size();
      ++recorded_.frames;
      recorded_.length = frame.time + frame.duration;
      show(frame.time);
      if (options_.frames && recorded_.frames >= *options_.frames) break;
    }
    return {};
  }

  void show(Nanoseconds time) {
    const double seconds = std::chrono::duration<double>(time).count();
    char text[120];
    std::snprintf(text, sizeof text, "%zu frames, %.1f s, %.1f frames/s, %llu lost, %.1f MB", recorded_.frames, seconds,
                  seconds > 0 ? static_cast<double>(recorded_.frames - 1) / seconds : 0.0,
                  static_cast<unsigned long long>(camera_->lost()), static_cast<double>(bytes_) / 1e6);
    if (options_.frames) return line_.show(recorded_.frames, *options_.frames, text);
    line_.show(static_cast<std::uint64_t>(time.count()),
               static_cast<std::uint64_t>(options_.time.value_or(Nanoseconds(0)).count()), text);
  }

  const Options& options_;
  EndSignals signals_;
  ProgressLine line_;
  std::unique_ptr<runner::CameraFrames> camera_;
  Recorded recorded_;
  std::uint64_t bytes_ = 0;
  bool ended_ = false;
};

void report(const Options& options, const Recorded& recorded) {
  for (const std::string& loss : recorded.losses) std::fprintf(stderr, "omv record: lost: %s\n", loss.c_str());
  if (recorded.lost > 0)
    std::fprintf(stderr, "omv record: lost: %llu frames on the way from the camera\n",
                 static_cast<unsigned long long>(recorded.lost));
  if (options.quiet) return;
  std::printf("%s: %zu frame%s, %.3f s\n", options.output.c_str(), recorded.frames, recorded.frames == 1 ? "" : "s",
              std::chrono::duration<double>(recorded.length).count());
}

}  // namespace

int run_record(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) return refuse_usage(kHelp, options.error());
  const auto recorded = Recording(*options).run();
  if (!recorded) {
    std::fprintf(stderr, "omv record: %s\n", recorded.error().message.c_str());
    return kExitFailure;
  }
  report(*options, *recorded);
  return recorded->losses.empty() && recorded->lost == 0 ? kExitOk : kExitLossy;
}

}  // namespace omv::tool
