// SPDX-License-Identifier: LGPL-2.1-or-later
// The bytes of each file tell who reads it.
#include "recording_inputs.h"

#include <utility>

#include "omv/convert/joined_frames.h"
#include "omv/convert/still_frames.h"
#include "runner/offline/video_frames.h"

namespace omv::tool {

using convert::FrameReader;
using convert::Kind;

namespace {

// AVIs of other codings than ours are GStreamer's.
Result<std::unique_ptr<FrameReader>> open_input(const std::string& path, Kind kind,
                                                const convert::ReaderOptions& options, const EndSignals& signals) {
  const auto go_on = [&signals] { return !signals.wait(std::chrono::nanoseconds(0)); };
  if (kind == Kind::other) return runner::open_video(path, go_on);
  auto reader = convert::open_recording(path, kind, options);
  const bool is_foreign = !reader && kind == Kind::avi && reader.error().code == Errc::unsupported;
  return is_foreign ? runner::open_video(path, go_on) : std::move(reader);
}

}  // namespace

Result<std::unique_ptr<FrameReader>> open_inputs(const std::vector<std::string>& paths,
                                                 const convert::ReaderOptions& options, const EndSignals& signals) {
  std::vector<std::unique_ptr<FrameReader>> parts;
  std::vector<std::string> stills;
  const auto end_stills = [&] {
    if (!stills.empty()) parts.push_back(convert::open_stills(std::exchange(stills, {}), options.still_rate));
  };
  for (const std::string& path : paths) {
    OMV_TRY(const Kind kind, convert::kind_of_file(path));
    if (kind == Kind::still) {
      stills.push_back(path);
      continue;
    }
    end_stills();
    OMV_TRY(auto reader, open_input(path, kind, options, signals));
    parts.push_back(std::move(reader));
  }
  end_stills();
  return convert::join(std::move(parts));
}

}  // namespace omv::tool
