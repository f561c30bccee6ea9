// SPDX-License-Identifier: LGPL-2.1-or-later
// Animated GIF as the pictures that a viewer shows, one after the other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/image/image.h"

namespace omv::gif {

/// What a file says of a frame.
struct ReadFrame {
  Roi area;                 ///< of the screen; may lie partly outside of it
  std::uint16_t delay = 0;  ///< hundredths of a second; 0 also when the file does not say
  bool has_own_table = false;
  std::uint64_t end = 0;  ///< offset of the byte behind it
};

/// One thread at a time.
class Reader {
 public:
  /// `bytes` outlive it. Errc::invalid for what is no GIF, Errc::limit for a screen of more than `max_pixels`, before
  /// anything is allocated for it.
  static Result<Reader> open(ConstByteSpan bytes, std::uint64_t max_pixels = 100'000'000);

  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  std::uint32_t width() const;
  std::uint32_t height() const;

  /// How often it plays, as far as has been read: 1 without the block for it, 0 = for ever.
  unsigned plays() const;

  /// Offset of the first byte that has not been read.
  std::uint64_t position() const;

  /// The next frame, which is on the screen then; nullopt behind the last one, when the trailer is there.
  /// Errc::truncated when the file ends without, Errc::invalid for damage: the screen is then as after the frame
  /// before.
  Result<std::optional<ReadFrame>> next();

  /// What is shown: rgba8888, packed rows. Valid until the next call of next().
  ImageView screen() const;

 private:
  struct State;
  explicit Reader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace omv::gif
