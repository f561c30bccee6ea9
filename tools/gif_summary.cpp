// SPDX-License-Identifier: LGPL-2.1-or-later
// Hundredths of a second as microseconds, and frames as what is shown.
#include "gif_summary.h"

#include <algorithm>
#include <utility>

namespace omv::tool {

namespace {

using imageio::Microseconds;

constexpr std::int64_t kMicrosecondsInHundredth = 10'000;

Microseconds shown_for(const gif::ReadFrame& frame) { return Microseconds(kMicrosecondsInHundredth * frame.delay); }

FrameInfo screen_info(const gif::Contents& contents) {
  return {PixelFormat::rgba8888, contents.width, contents.height};
}

std::optional<imageio::Damage> damage_of(const gif::Contents& contents) {
  if (!contents.damage) return std::nullopt;
  return imageio::Damage{contents.damage->code, contents.frames.size(), contents.end(), contents.damaged_bytes,
                         contents.damage->message + ": the last " + std::to_string(contents.damaged_bytes) +
                             " bytes, from " + std::to_string(contents.end()) + " on, are no whole frame"};
}

}  // namespace

Result<GifRecording> GifRecording::open(const std::string& path) {
  OMV_TRY(MappedFile file, MappedFile::open(path));
  auto contents = gif::read_contents(file.bytes());
  if (!contents) return Error{contents.error().code, path + ": " + contents.error().message};
  return GifRecording{std::move(file), *std::move(contents)};
}

RecordingSummary summarize(const GifRecording& recording) {
  const gif::Contents& contents = recording.contents;
  RecordingSummary summary;
  summary.version = "GIF";
  summary.file_bytes = recording.file.bytes().size();
  summary.payload_bytes = contents.end() - contents.begin;
  summary.frames = contents.frames.size();
  Microseconds end{0};
  std::uint64_t begin = contents.begin;
  GifFacts facts = {contents.plays, 0, contents.has_trailer};
  for (const gif::ReadFrame& frame : contents.frames) {
    summary.points.push_back({end, frame.end - begin});
    end += shown_for(frame);
    begin = frame.end;
    if (frame.has_own_table) ++facts.own_palettes;
  }
  if (summary.frames > 0) {
    summary.pictures.push_back({screen_info(contents), summary.frames, summary.payload_bytes});
    summarize_timing(summary, end - summary.points.back().time);
  }
  summary.damage = damage_of(contents);
  summary.gif = facts;
  return summary;
}

Result<void> for_each_line(const GifRecording& recording, const std::function<std::string(ConstByteSpan)>& sha256,
                           const std::function<void(const FrameLine&)>& use) {
  OMV_TRY(gif::Reader reader, gif::Reader::open(recording.file.bytes()));
  FrameLine line;
  line.chunk.info = screen_info(recording.contents);
  std::uint64_t begin = recording.contents.begin;
  for (const gif::ReadFrame& frame : recording.contents.frames) {
    OMV_CHECK(reader.next());
    const ImageView screen = reader.screen();
    const ConstByteSpan pixels(screen.data, screen.stride * screen.info.height);
    line.chunk.offset = begin;
    line.chunk.payload_bytes = frame.end - begin;
    line.bytes = pixels.size();
    line.sha256 = sha256(pixels);
    use(line);
    begin = frame.end;
    ++line.timing.index;
    line.timing.interval = shown_for(frame);
    line.timing.time += line.timing.interval;
  }
  return {};
}

}  // namespace omv::tool
