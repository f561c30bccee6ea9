// SPDX-License-Identifier: LGPL-2.1-or-later
// A sink pad's bytes as a ByteSource: by pulling ranges, or from what has been pushed so far.
#pragma once

#include <gst/base/gstadapter.h>
#include <gst/gst.h>

#include <array>
#include <cstdint>

#include "omv/base/file.h"

namespace omv::gst {

/// Pulls from the peer of a pad in pull mode. One object per thread; the pad may be shared.
/// A flushing pad answers Errc::cancelled.
class PullSource final : public ByteSource {
 public:
  explicit PullSource(GstPad* sink_pad) : pad_(sink_pad) {}

  Result<void> read_at(std::uint64_t offset, ByteSpan into) const override;
  Result<std::uint64_t> size() const override;

  /// A buffer of up to `bytes` bytes, fewer only at the end. Caller owns it.
  Result<GstBuffer*> pull(std::uint64_t offset, std::uint64_t bytes) const;

  /// Remembers up to kTail bytes at the end of `buffer`, so that the next header needs no pull of its own.
  void remember_tail(GstBuffer* buffer, std::uint64_t buffer_offset, std::uint64_t tail_offset);

  /// Asks for the size anew: the file may have grown. True when it has.
  bool refresh_size();

  /// Starts over with another peer.
  void forget();

  static constexpr std::size_t kTail = 32;

 private:
  GstPad* pad_;
  mutable std::uint64_t size_ = 0;  // 0: not asked yet
  std::array<std::uint8_t, kTail> tail_{};
  std::uint64_t tail_offset_ = 0;
  std::size_t tail_bytes_ = 0;
};

/// The bytes of an adapter, addressed by their offset in the stream. Does not own the adapter.
class AdapterSource final : public ByteSource {
 public:
  explicit AdapterSource(GstAdapter* adapter) : adapter_(adapter) {}

  /// Errc::again while the bytes may still come, Errc::truncated after finish().
  Result<void> read_at(std::uint64_t offset, ByteSpan into) const override;
  Result<std::uint64_t> size() const override;

  std::uint64_t end() const { return start_ + gst_adapter_available(adapter_); }
  void skip_to(std::uint64_t offset);  ///< drops everything before `offset`, which is there
  void finish() { finished_ = true; }
  bool finished() const { return finished_; }
  void clear();  ///< starts over at offset 0

 private:
  GstAdapter* adapter_;
  std::uint64_t start_ = 0;
  bool finished_ = false;
};

}  // namespace omv::gst
