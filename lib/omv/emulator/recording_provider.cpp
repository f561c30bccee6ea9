// SPDX-License-Identifier: LGPL-2.1-or-later
// Walks the recording round by round.
#include "omv/emulator/recording_provider.h"

#include <utility>

#include "omv/emulator/capture_hints.h"
#include "omv/emulator/still_recording.h"

namespace omv::emulator {

namespace {

Error with_path(const std::string& path, Error error) {
  if (error.message.find(path) == std::string::npos) error.message = path + ": " + error.message;
  return error;
}

Result<Time> round_time(imageio::Reader& reader) {
  OMV_TRY(const std::size_t count, reader.count());
  if (count == 0) return Error{Errc::invalid, "the recording has no frames"};
  OMV_TRY(const imageio::Microseconds last, reader.time(count - 1));
  OMV_TRY(const imageio::Chunk first, reader.chunk(0));
  OMV_TRY(const imageio::Microseconds duration, reader.duration(count - 1));
  return Time(last + (first.interval.count() > 0 ? first.interval : duration));
}

}  // namespace

Result<std::unique_ptr<RecordingProvider::Footage>> RecordingProvider::load(const std::string& path) {
  OMV_TRY(MappedFile file, MappedFile::open(path));
  const formats::Format* format = formats::format_by_content(file.bytes());
  if (format == nullptr) {
    const ConstByteSpan bytes = file.bytes();
    return std::make_unique<Footage>(Footage{std::move(file), {}, MemorySource(bytes)});
  }
  OMV_TRY(Bytes still, record_still(*format, file.bytes()));
  const ConstByteSpan bytes = still;
  return std::make_unique<Footage>(Footage{std::move(file), std::move(still), MemorySource(bytes)});
}

Result<RecordingProvider> RecordingProvider::open(const std::string& path, const RecordingOptions& options) {
  auto footage = load(path);
  if (!footage) return with_path(path, std::move(footage).error());
  auto reader = imageio::Reader::open((*footage)->source);
  if (!reader) return with_path(path, std::move(reader).error());
  auto round = round_time(*reader);
  if (!round) return with_path(path, std::move(round).error());
  return RecordingProvider(*std::move(footage), *std::move(reader), options, *round);
}

RecordingProvider::RecordingProvider(std::unique_ptr<Footage> footage, imageio::Reader reader,
                                     const RecordingOptions& options, Time round)
    : options_(options),
      footage_(std::move(footage)),
      reader_(std::move(reader)),
      round_(round),
      preview_(options.preview),
      rate_(options.rate) {}

void RecordingProvider::start(Time now, std::string_view script) {
  const CaptureHints hints = parse_capture_hints(script);
  output_.restart();
  output_.print(hints.complaints);
  preview_.restart(hints.quality);
  rate_ = hints.rate ? hints.rate : options_.rate;
  meter_.restart();
  fps_ = meter_.add(now);
  start_ = now;
  round_start_ = Time(0);
  index_ = 0;
  round_has_frames_ = false;
  number_ = 0;
  chunk_.reset();
}

bool RecordingProvider::is_unlimited() const { return rate_ ? rate_->is_unlimited() : round_ == Time(0); }

// Goes on with the first frame. False when there is nothing to go on with.
bool RecordingProvider::wrap() {
  if (!options_.loop || !std::exchange(round_has_frames_, false)) return false;
  round_start_ += round_;
  index_ = 0;
  return true;
}

// Finds the next frame that has pixels. False when there is none.
bool RecordingProvider::prepare() {
  if (options_.frames && number_ >= *options_.frames) return false;
  while (!chunk_) {
    auto chunk = reader_.chunk(index_);
    if (!chunk) {
      if (chunk.error().code != Errc::end) output_.print(chunk.error().message + "\n");
      if (chunk.error().code != Errc::end || !wrap()) return false;
    } else if (chunk->memory_bytes() == 0) {
      ++index_;
    } else {
      chunk_ = *chunk;
      round_has_frames_ = true;
    }
  }
  return true;
}

// Of the frame that prepare() has found, since the start of the script.
Time RecordingProvider::next_time() {
  if (rate_) return rate_->time_of(number_);
  return round_start_ + Time(reader_.time(index_).value_or(imageio::Microseconds(0)));
}

std::optional<Time> RecordingProvider::due(Time now) {
  if (!prepare()) return std::nullopt;
  return is_unlimited() ? now : start_ + next_time();
}

Result<ConstByteSpan> RecordingProvider::picture(const imageio::Chunk& chunk) {
  const bool as_stored = reader_.version() != imageio::Version::v1_0;
  if (as_stored)
    return footage_->bytes().subspan(static_cast<std::size_t>(chunk.payload_offset()),
                                     static_cast<std::size_t>(chunk.payload_bytes));
  OMV_CHECK(reader_.read(chunk, converted_));
  return ConstByteSpan(converted_.data);
}

Result<camera::CapturedFrame> RecordingProvider::capture(const camera::StreamRequest& request, Time now) {
  if (!prepare()) return Error{Errc::end, "the recording has ended"};
  const imageio::Chunk chunk = *chunk_;
  const float fps = fps_;
  advance(now);
  OMV_TRY(const ConstByteSpan pixels, picture(chunk));
  auto frame = preview_.make(chunk.info, pixels, request);
  if (frame) frame->fps = fps;
  return frame;
}

void RecordingProvider::skip(Time now) {
  if (!is_unlimited() && prepare()) advance(now);
}

void RecordingProvider::advance(Time now) {
  ++number_;
  ++index_;
  chunk_.reset();
  if (!prepare()) return;
  const Time time = is_unlimited() ? now : start_ + next_time();
  fps_ = meter_.add(time);
  if (options_.report) output_.report(time - start_, fps_, number_);
}

}  // namespace omv::emulator
