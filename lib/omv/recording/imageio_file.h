// SPDX-License-Identifier: LGPL-2.1-or-later
// The ImageIO stream that is a file: reads V1.0 to V2.1, writes V2.0 (spec: imageio).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "omv/base/clock.h"
#include "omv/base/file.h"
#include "omv/recording/imageio.h"
#include "omv/recording/imageio_clock.h"
#include "omv/recording/imageio_reader.h"

namespace omv::imageio {

/// A recording opened for reading or created for writing; Stream says what the methods do.
///
/// Reading. Random access costs a walk over the headers once, and nothing after that. A tail that is cut off or damaged
/// ends the stream after the last whole frame; damage() says what happened. A recording that is still being written
/// can be read: where it ended, read() and seek() look for more.
///
/// Writing. A write is one system call of header, payload and padding, so that the file is a valid recording
/// after every write and loses at most the frame being written when the process is killed. After seek(n) a write drops
/// frame n and all behind it first. A write that fails takes back what it had written, if the system lets it.
class FileStream final : public Stream {
 public:
  /// Opens an existing recording. Errc::io: the file can't be read; Errc::truncated, invalid, unsupported: it is no
  /// recording that can be read, which includes an implausible first header.
  static Result<std::unique_ptr<FileStream>> open(const std::string& path, Rgb565Order order = Rgb565Order::swap,
                                                  std::shared_ptr<Clock> clock = Clock::steady());

  /// Creates the file, or empties it if it exists, and writes the magic.
  static Result<std::unique_ptr<FileStream>> create(const std::string& path,
                                                    std::shared_ptr<Clock> clock = Clock::steady());

  StreamType type() const override { return StreamType::file; }
  bool is_closed() const override { return !file_.is_open(); }
  Result<std::size_t> count() override;
  std::size_t offset() const override { return offset_; }
  std::optional<Version> version() const override { return version_; }
  std::optional<std::uint64_t> buffer_size() const override { return std::nullopt; }
  Result<std::uint64_t> size() const override;

  using Stream::write;
  Result<void> write(const FrameInfo& info, ConstByteSpan payload,
                     std::optional<Microseconds> interval = std::nullopt) override;
  Result<FrameTiming> read_into(Frame& frame, ReadOptions options = {}) override;
  Result<void> seek(std::int64_t offset) override;
  Result<void> sync() override;
  Result<void> close() override;

  /// Frames known without walking on: of a reader those met so far, of a writer all.
  std::size_t frames_seen() const;

  /// What is stored for `frame`, wherever offset() is. Errc::end: there is no such frame; Errc::mode: a writer.
  Result<Chunk> chunk(std::size_t frame);

  /// Time of `frame` since frame 0. Errors as chunk().
  Result<Microseconds> time(std::size_t frame);

  /// Why the recording ends before the file does. Errc::mode: a writer.
  Result<std::optional<Damage>> damage();

 private:
  FileStream(File file, Version version, std::shared_ptr<Clock> clock)
      : file_(std::move(file)), clock_(std::move(clock)), version_(version), written_(version) {}

  Result<void> check_open() const;
  Result<void> check_reading() const;
  Result<void> check_writing() const;
  template <typename T>
  Result<T> closing_on_failure(Result<T> result);
  Result<std::size_t> next_frame(bool loop);
  Result<FrameTiming> load_next(Frame& frame, bool loop);
  Result<void> seek_to(std::size_t frame);
  Result<void> append(const FrameInfo& info, ConstByteSpan payload, std::uint32_t interval_ms);
  Result<void> drop_from(std::size_t frame);

  File file_;
  StreamClock clock_;
  Version version_;
  std::optional<Reader> reader_;  // of a stream that reads
  Index written_;                 // of a stream that writes
  IntervalRounder rounder_;
  Microseconds written_time_{0};
  std::size_t offset_ = 0;
};

}  // namespace omv::imageio
