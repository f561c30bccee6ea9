// SPDX-License-Identifier: LGPL-2.1-or-later
// The frames of the walk, and where headers and indexes disagree with it.
#include "avi_summary.h"

#include <utility>

#include "omv/image/coded_header.h"

namespace omv::tool {

namespace {

using avi::Contents;
using imageio::Microseconds;

FrameInfo header_info(const AviRecording& recording) {
  const avi::HeaderClaims& header = recording.reader->header();
  return {PixelFormat::jpeg, header.width, header.height};
}

// Since frame 0; exact where that is stored.
Microseconds time_of(const AviRecording& recording, std::size_t n) {
  const Contents& contents = recording.contents;
  const avi::Nanoseconds time =
      n < contents.times.size() ? contents.times[n] : avi::slot_time(recording.reader->rate(), contents.frames[n].slot);
  return std::chrono::round<Microseconds>(time);
}

Microseconds end_time(const AviRecording& recording) {
  return std::chrono::round<Microseconds>(avi::slot_time(recording.reader->rate(), recording.contents.slots));
}

void compare_indexes(const AviRecording& recording, std::vector<std::string>& faults) {
  const auto indexed = recording.reader->read_indexes();
  if (!indexed) return faults.push_back(indexed.error().message);
  const Contents& contents = recording.contents;
  if (indexed->frames != contents.frames)
    faults.push_back("the index has " + std::to_string(indexed->frames.size()) + " frames, there are " +
                     std::to_string(contents.frames.size()));
}

std::vector<std::string> header_faults(const AviRecording& recording) {
  std::vector<std::string> faults;
  const avi::HeaderClaims& header = recording.reader->header();
  if (!header.rate.is_valid()) faults.push_back("it has no frame rate; 25 a second are assumed");
  if (header.length != recording.contents.slots)
    faults.push_back("its length is " + std::to_string(header.length) + ", there are " +
                     std::to_string(recording.contents.slots));
  if (header.riff_end < header.movi) faults.push_back("it was never closed");
  compare_indexes(recording, faults);
  if (!faults.empty()) faults.push_back("(`omv recover` repairs that)");
  return faults;
}

std::optional<imageio::Damage> damage_of(const Contents& contents) {
  if (contents.damage.empty()) return std::nullopt;
  const avi::Damage& first = contents.damage.front();
  imageio::Damage damage{Errc::invalid, 0, first.offset, 0, first.message};
  while (damage.frame < contents.frames.size() && contents.frames[damage.frame].offset < first.offset) ++damage.frame;
  for (const avi::Damage& each : contents.damage) damage.bytes_behind += each.bytes;
  if (const std::size_t more = contents.damage.size() - 1; more > 0)
    damage.message += ", and so in " + std::to_string(more) + " other places";
  return damage;
}

}  // namespace

Result<std::unique_ptr<AviRecording>> AviRecording::open(const std::string& path) {
  auto recording = std::make_unique<AviRecording>();
  OMV_TRY(recording->file, File::open(path, File::Mode::read));
  auto reader = avi::Reader::open(recording->file);
  if (!reader) return Error{reader.error().code, path + ": " + reader.error().message};
  recording->reader = *std::move(reader);
  OMV_TRY(recording->contents, recording->reader->scan());
  return recording;
}

RecordingSummary summarize(const AviRecording& recording) {
  const Contents& contents = recording.contents;
  RecordingSummary summary;
  summary.version = "AVI";
  summary.time_digits = 6;
  summary.file_bytes = recording.reader->file_bytes();
  summary.frames = contents.frames.size();
  for (std::size_t n = 0; n < contents.frames.size(); ++n) {
    summary.payload_bytes += contents.frames[n].bytes;
    summary.points.push_back({time_of(recording, n) - time_of(recording, 0), contents.frames[n].bytes});
  }
  if (summary.frames > 0) {
    summary.pictures.push_back({header_info(recording), summary.frames, summary.payload_bytes});
    summarize_timing(summary, Microseconds(0));
    summary.duration = end_time(recording);
  }
  summary.damage = damage_of(contents);
  const avi::Tags& tags = recording.reader->header().tags;
  summary.avi = AviFacts{recording.reader->rate(),
                         contents.slots,
                         contents.times.size(),
                         contents.captured ? contents.captured : tags.captured,
                         tags.info,
                         header_faults(recording)};
  return summary;
}

FrameLine avi_line(const AviRecording& recording, std::size_t n, ConstByteSpan payload, std::string sha256) {
  const avi::StoredFrame& frame = recording.contents.frames[n];
  FrameLine line;
  line.timing.index = n;
  line.timing.time = time_of(recording, n);
  line.timing.interval = n > 0 ? line.timing.time - time_of(recording, n - 1) : Microseconds(0);
  line.chunk.offset = frame.offset;
  line.chunk.payload_bytes = frame.bytes;
  line.chunk.info = header_info(recording);
  if (const auto size = read_jpeg_size(payload)) {
    line.chunk.info.width = size->width;
    line.chunk.info.height = size->height;
  }
  line.bytes = payload.size();
  line.sha256 = std::move(sha256);
  return line;
}

}  // namespace omv::tool
