// SPDX-License-Identifier: LGPL-2.1-or-later
// The ImageIO stream that is a row of slots in memory, the camera's trigger ring (spec: imageio, section 7).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "omv/base/clock.h"
#include "omv/recording/imageio.h"
#include "omv/recording/imageio_clock.h"

namespace omv::imageio {

/// A fixed number of slots in one allocation, made for frames of one geometry; Stream says what the methods do.
///
/// Whatever fits into buffer_size() bytes is stored with its own geometry and format. Reads and writes share one
/// cursor; behind the last slot both are Errc::end until seek(0): nothing wraps by itself. Reading a slot that was
/// never written is Errc::invalid (the camera hands out garbage); is_written() tells beforehand.
///
/// After a wrap the frames in order of time are the slots offset() to count() - 1, then 0 to offset() - 1. FrameTiming
/// of their reads has the capture times: hand the interval on when they are written to a file, 0 for the oldest, whose
/// interval refers to a frame that is gone.
class MemoryStream final : public Stream {
 public:
  /// `count` slots for frames of `info`. Errc::invalid: a size or count below 1 or out of range;
  /// Errc::limit: the memory is not there.
  static Result<std::unique_ptr<MemoryStream>> create(const FrameInfo& info, std::int64_t count,
                                                      std::shared_ptr<Clock> clock = Clock::steady());

  /// Bytes that create() reserves for a slot: 32 and the payload rounded up to 32. Compressed frames get the bytes of
  /// a BINARY image of twice the height, 2 bits a pixel.
  static std::uint64_t slot_size(const FrameInfo& info);

  StreamType type() const override { return StreamType::memory; }
  bool is_closed() const override { return slots_ == nullptr; }
  Result<std::size_t> count() override { return count_; }
  std::size_t offset() const override { return offset_; }
  std::optional<Version> version() const override { return std::nullopt; }
  std::optional<std::uint64_t> buffer_size() const override;
  Result<std::uint64_t> size() const override { return count_ * slot_size_; }

  using Stream::write;
  Result<void> write(const FrameInfo& info, ConstByteSpan payload,
                     std::optional<Microseconds> interval = std::nullopt) override;
  Result<FrameTiming> read_into(Frame& frame, ReadOptions options = {}) override;
  Result<void> seek(std::int64_t offset) override;
  Result<void> sync() override;
  Result<void> close() override;

  /// False for slots that hold nothing yet, slots that do not exist and closed streams.
  bool is_written(std::size_t n) const;

 private:
  MemoryStream(std::unique_ptr<std::uint8_t[]> slots, std::uint64_t slot_size, std::size_t count,
               std::shared_ptr<Clock> clock);

  Result<void> check_open() const;
  Result<void> check_cursor() const;
  std::uint8_t* slot(std::size_t n) const { return slots_.get() + n * slot_size_; }

  std::unique_ptr<std::uint8_t[]> slots_;
  std::uint64_t slot_size_;
  std::size_t count_;
  std::size_t offset_ = 0;
  StreamClock clock_;
  Microseconds written_time_{0};
};

}  // namespace omv::imageio
