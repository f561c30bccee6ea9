// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv play`: a recording or a camera in a window.
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "camera_options.h"
#include "command_line.h"
#include "commands.h"
#include "player.h"
#include "recording_inputs.h"
#include "runner/offline/video_window.h"
#include "selection_options.h"

namespace omv::tool {

namespace {

constexpr CommandHelp kHelp = {
    "omv play",
    "FILE",
    "Plays an ImageIO file, Motion JPEG AVI, animated GIF or any video that GStreamer reads in a window; with "
    "--device,\n"
    "what a camera sees.",
    "Keys, on the terminal and in the window: space pauses; left and right go 5 seconds back and forth, down and up a\n"
    "minute; . and , one frame on and back; + and - double and halve the speed, = is the usual one; q ends it.\n\n"
    "Examples:\n\n"
    "  omv play clip.bin\n"
    "  omv play --start 1:30 --speed 0.25 --loop clip.avi\n"
    "  omv play --device 'emulator:?size=VGA'\n"
    "  omv play --speed 0 --sink fakesink clip.bin\n\n"
    "Exit status: 0 played, 1 it could not be played, 2 wrong usage, 3 something in FILE could not be read, or the\n"
    "camera's frames were lost, 130 interrupted.\n",
};

struct Options {
  std::string file;
  std::optional<runner::CameraProperties> camera;
  convert::PlayOptions how;
  PlayerOptions player;
};

// What the command line says besides selection and camera.
struct Given {
  OptionText sink;
  OptionText device;
  gdouble speed = 1;
  gboolean loop = FALSE;
  gboolean paused = FALSE;
  gboolean quiet = FALSE;

  std::vector<GOptionEntry> entries() {
    return {
        {"device", 'd', 0, G_OPTION_ARG_STRING, device.target(),
         "Play a camera: what omvsrc takes, and `omv devices` lists; first: the first there is", "DEVICE"},
        {"sink", 0, 0, G_OPTION_ARG_STRING, sink.target(),
         "GStreamer's element that shows the frames (autovideosink), or the end of a launch line", "SINK"},
        {"speed", 'x', 0, G_OPTION_ARG_DOUBLE, &speed,
         "Times the recording's own speed; 0: every frame, as fast as it goes", "FACTOR"},
        {"loop", 'l', 0, G_OPTION_ARG_NONE, &loop, "Begin again at the end", nullptr},
        {"pause", 0, 0, G_OPTION_ARG_NONE, &paused, "Wait with the first frame on show", nullptr},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, "Say nothing but errors", nullptr},
    };
  }
};

Result<void> parse_source(const Given& given, const CameraOptions& camera, const std::vector<std::string>& words,
                          Options& into) {
  if (!given.device && words.size() != 1) return Error{Errc::invalid, "one FILE is needed, or --device"};
  if (given.device && !words.empty()) return Error{Errc::invalid, "it is FILE or --device, not both"};
  OMV_TRY(runner::CameraProperties properties, camera.parse());
  if (!given.device) {
    if (!properties.empty())
      return Error{Errc::invalid, "--" + properties.front().first + " is for cameras: it goes with --device"};
    into.file = words.front();
    return {};
  }
  if (given.device.str() != "first") properties.emplace_back("device", given.device.str());
  into.camera = std::move(properties);
  return {};
}

Result<Options> parse_options(int argc, char** argv) {
  Given given;
  SelectionOptions selection;
  CameraOptions camera;
  std::vector<GOptionEntry> entries = given.entries();
  selection.add_to(entries);
  camera.add_to(entries, CameraOptions::Letters::none);
  OMV_TRY(const std::vector<std::string> words, parse_command_line(kHelp, entries, argc, argv));
  Options options;
  OMV_CHECK(parse_source(given, camera, words, options));
  OMV_TRY(options.how.selection, selection.parse());
  if (!(given.speed >= 0 && given.speed <= 1000))
    return Error{Errc::invalid, "--speed is " + std::to_string(given.speed) + "; it can be 0 to 1000"};
  options.how.speed = given.speed;
  options.how.loop = given.loop != 0;
  options.how.paused = given.paused != 0;
  options.player = {given.sink ? given.sink.str() : runner::kUsualSink, given.quiet != 0};
  return options;
}

struct Outcome {
  Played played;
  std::vector<std::string> losses;
};

Result<Outcome> play(const Options& options) {
  const EndSignals signals;
  if (options.camera) {
    OMV_TRY(const Played played, play_camera(*options.camera, options.how.paused, options.player, signals));
    return Outcome{played, {}};
  }
  OMV_TRY(const auto reader, open_inputs({options.file}, {}, signals));
  OMV_TRY(const Played played, play_recording(*reader, options.how, options.player, signals));
  return Outcome{played, reader->losses()};
}

void report(const Options& options, const Outcome& outcome) {
  const Played& played = outcome.played;
  for (const std::string& loss : outcome.losses) std::fprintf(stderr, "omv play: lost: %s\n", loss.c_str());
  if (played.lost > 0)
    std::fprintf(stderr, "omv play: lost: %" PRIu64 " frames on the way from the camera\n", played.lost);
  if (options.player.quiet) return;
  std::printf("%s: %zu frame%s shown", options.camera ? "camera" : options.file.c_str(), played.shown,
              played.shown == 1 ? "" : "s");
  if (played.passed_over > 0) std::printf(", %zu passed over", played.passed_over);
  std::printf("\n");
}

}  // namespace

int run_play(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) return refuse_usage(kHelp, options.error());
  const auto outcome = play(*options);
  if (!outcome && outcome.error().code == Errc::cancelled) return kExitInterrupted;
  if (!outcome) {
    std::fprintf(stderr, "omv play: %s\n", outcome.error().message.c_str());
    return kExitFailure;
  }
  report(*options, *outcome);
  if (outcome->played.is_interrupted) return kExitInterrupted;
  return outcome->losses.empty() && outcome->played.lost == 0 ? kExitOk : kExitLossy;
}

}  // namespace omv::tool
