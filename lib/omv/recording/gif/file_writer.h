// SPDX-License-Identifier: LGPL-2.1-or-later
// The blocks of a GIF file, written by giflib into memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/image/color_table.h"
#include "omv/recording/gif/frame_coder.h"

namespace omv::gif {

/// What happens to a frame's area when its time is over.
enum class Disposal : std::uint8_t { keep = 1, clear = 2 };

inline constexpr std::uint32_t kMostSide = 65535;  ///< pixels

struct Screen {
  std::uint32_t width = 0;  ///< 1..kMostSide, as is the height
  std::uint32_t height = 0;
  unsigned plays = 0;  ///< 0 = for ever, at most 65536
};

/// Errc::invalid for a size that GIF can't say.
Result<void> check_size(const Screen& screen);

/// Every frame has its graphic control block, whose delay is filled in when it is known. Errc::limit when memory ends,
/// Errc::invalid as of check_size(). One thread at a time.
class FileWriter {
 public:
  FileWriter();
  FileWriter(FileWriter&&) noexcept;
  FileWriter& operator=(FileWriter&&) noexcept;
  ~FileWriter();

  /// Appends what comes before the first frame. The mapper's table is that of all frames without their own.
  Result<void> begin(const Screen& screen, const ColorMapper& mapper, Bytes& into);

  /// Appends a frame with a delay of 0; returns where in `into` the delay is. `own_table` stores the mapper's table
  /// with the frame. The indices are those of the mapper.
  Result<std::size_t> add(IndexedFrame& frame, const ColorMapper& mapper, bool own_table, Disposal disposal,
                          Bytes& into);

  /// Appends the trailer.
  static void end(Bytes& into) { into.push_back(0x3B); }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace omv::gif
