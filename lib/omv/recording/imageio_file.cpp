// SPDX-License-Identifier: LGPL-2.1-or-later
// The file stream: a cursor, a clock, and either a reader or the index of what was written.
#include "omv/recording/imageio_file.h"

#include <array>

namespace omv::imageio {

namespace {

Error closed_error() { return {Errc::closed, "the stream is closed"}; }

// Errors of the operating system name the file already.
Error with_path(Error error, const std::string& path) {
  if (error.code != Errc::io) error.message = path + ": " + error.message;
  return error;
}

Chunk chunk_of(const FrameInfo& info, std::uint64_t payload, std::uint32_t interval_ms, std::uint64_t offset) {
  Chunk chunk;
  chunk.offset = offset;
  chunk.header_bytes = kMaxHeaderBytes;
  chunk.payload_bytes = payload;
  chunk.pad_bytes = static_cast<std::uint32_t>(pad_bytes(payload));
  chunk.info = info;
  chunk.interval = std::chrono::milliseconds(interval_ms);
  return chunk;
}

}  // namespace

Result<std::unique_ptr<FileStream>> FileStream::open(const std::string& path, Rgb565Order order,
                                                     std::shared_ptr<Clock> clock) {
  OMV_TRY(File file, File::open(path, File::Mode::read));
  std::unique_ptr<FileStream> stream(new FileStream(std::move(file), Version::v2_0, std::move(clock)));
  auto reader = Reader::open(stream->file_, order);
  if (!reader) return with_path(std::move(reader).error(), path);
  stream->version_ = reader->version();
  stream->reader_ = *std::move(reader);
  return stream;
}

Result<std::unique_ptr<FileStream>> FileStream::create(const std::string& path, std::shared_ptr<Clock> clock) {
  OMV_TRY(File file, File::open(path, File::Mode::create));
  OMV_CHECK(file.write_at(0, make_magic(Version::v2_0)));
  std::unique_ptr<FileStream> stream(new FileStream(std::move(file), Version::v2_0, std::move(clock)));
  stream->rounder_.next(stream->written_time_);
  return stream;
}

Result<void> FileStream::check_open() const { return is_closed() ? Result<void>(closed_error()) : Result<void>(); }

Result<void> FileStream::check_reading() const {
  OMV_CHECK(check_open());
  if (!reader_) return Error{Errc::mode, file_.path() + ": opened for writing, can't be read"};
  return {};
}

Result<void> FileStream::check_writing() const {
  OMV_CHECK(check_open());
  if (reader_) return Error{Errc::mode, file_.path() + ": opened for reading, can't be written"};
  return {};
}

// A failed file operation ends the stream, so that nothing goes on in an unknown state.
template <typename T>
Result<T> FileStream::closing_on_failure(Result<T> result) {
  if (!result && result.error().code == Errc::io) (void)file_.close();
  return result;
}

std::size_t FileStream::frames_seen() const { return reader_ ? reader_->frames_seen() : written_.size(); }

Result<std::size_t> FileStream::count() {
  if (is_closed() || !reader_) return frames_seen();
  return closing_on_failure(reader_->count());
}

Result<std::uint64_t> FileStream::size() const {
  OMV_CHECK(check_open());
  return file_.size();
}

Result<Chunk> FileStream::chunk(std::size_t frame) {
  OMV_CHECK(check_reading());
  return closing_on_failure(reader_->chunk(frame));
}

Result<Microseconds> FileStream::time(std::size_t frame) {
  OMV_CHECK(check_reading());
  return closing_on_failure(reader_->time(frame));
}

Result<std::optional<Damage>> FileStream::damage() {
  OMV_CHECK(check_reading());
  return closing_on_failure(reader_->damage());
}

// The frame at the cursor; at the end frame 0 again, if there is one.
Result<std::size_t> FileStream::next_frame(bool loop) {
  auto found = reader_->chunk(offset_);
  if (found) return offset_;
  if (found.error().code == Errc::end && loop && offset_ > 0) return std::size_t{0};
  return std::move(found).error();
}

Result<FrameTiming> FileStream::load_next(Frame& frame, bool loop) {
  OMV_TRY(const std::size_t n, next_frame(loop));
  OMV_TRY(const Chunk chunk, reader_->chunk(n));
  OMV_CHECK(reader_->read(chunk, frame));
  OMV_TRY(const Microseconds time, reader_->time(n));
  return FrameTiming{n, chunk.interval, time};
}

Result<FrameTiming> FileStream::read_into(Frame& frame, ReadOptions options) {
  OMV_CHECK(check_reading());
  OMV_TRY(const FrameTiming timing, closing_on_failure(load_next(frame, options.loop)));
  offset_ = timing.index + 1;
  clock_.pace(timing.interval, options.pause);
  return timing;
}

Result<void> FileStream::write(const FrameInfo& info, ConstByteSpan payload, std::optional<Microseconds> interval) {
  OMV_CHECK(check_writing());
  OMV_CHECK(check_writable(info, payload.size()));
  if (offset_ < written_.size()) OMV_CHECK(closing_on_failure(drop_from(offset_)));
  written_time_ += clock_.lap(interval);
  OMV_CHECK(closing_on_failure(append(info, payload, rounder_.next(written_time_))));
  ++offset_;
  return {};
}

// Cut first: a write that is interrupted then leaves a damaged tail, not a new frame in front of old ones.
Result<void> FileStream::drop_from(std::size_t frame) {
  OMV_CHECK(file_.truncate(written_[frame].offset));
  written_.truncate(frame);
  return {};
}

Result<void> FileStream::append(const FrameInfo& info, ConstByteSpan payload, std::uint32_t interval_ms) {
  constexpr std::array<std::uint8_t, kAlignment> kZeros{};
  const Chunk chunk = chunk_of(info, payload.size(), interval_ms, written_.next_offset());
  OMV_TRY(const auto header, make_header(info, interval_ms, payload.size()));
  const std::array<ConstByteSpan, 3> parts = {header, payload, ConstByteSpan(kZeros).first(chunk.pad_bytes)};
  auto done = file_.write_at(chunk.offset, parts);
  if (!done) {
    (void)file_.truncate(chunk.offset);
    return done;
  }
  written_.append(chunk);
  return {};
}

Result<void> FileStream::seek_to(std::size_t frame) {
  if (frame == 0) return {};
  if (reader_) {
    OMV_TRY([[maybe_unused]] const Chunk before, reader_->chunk(frame - 1));
  } else if (frame > written_.size()) {
    return Error{Errc::end,
                 "frame " + std::to_string(frame) + " is beyond the end: there are " + std::to_string(written_.size())};
  }
  return {};
}

Result<void> FileStream::seek(std::int64_t offset) {
  OMV_CHECK(check_open());
  if (offset < 0) return Error{Errc::invalid, "stream offset " + std::to_string(offset) + " is negative"};
  OMV_CHECK(closing_on_failure(seek_to(static_cast<std::size_t>(offset))));
  offset_ = static_cast<std::size_t>(offset);
  clock_.rebase();
  return {};
}

Result<void> FileStream::sync() {
  OMV_CHECK(check_open());
  return closing_on_failure(file_.sync());
}

Result<void> FileStream::close() { return file_.close(); }

}  // namespace omv::imageio
