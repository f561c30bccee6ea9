// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames from a reader to a writer.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "omv/base/result.h"
#include "omv/convert/frame_reader.h"
#include "omv/convert/frame_writer.h"
#include "omv/convert/selection.h"

namespace omv::convert {

struct Progress {
  std::size_t frames = 0;            ///< written so far
  std::optional<std::size_t> total;  ///< nullopt where nobody knows
  Nanoseconds time{0};               ///< of the last frame, since the first of the reader
};

struct Outcome {
  std::size_t frames = 0;           ///< written
  Nanoseconds length{0};            ///< from the first of them to the end of the last
  std::vector<std::string> losses;  ///< sentences about what could not be read or written; empty: nothing is lost
};

/// Takes the selected frames, and makes the output whole. `go_on` is called for each; false ends the work with
/// Errc::cancelled, and there is no output. Errc::end: no frame is selected.
Result<Outcome> convert(FrameReader& reader, FrameWriter& writer, const Selection& selection,
                        const std::function<bool(const Progress&)>& go_on);

/// The slots a second of an AVI in which each of these frames finds a slot of its own: the reader's rate, else 100, or
/// 200, 500, 1000 where that is not fine enough, or 10 and 1 where all are a second or ten apart.
avi::Rate grid_for(const FrameReader& reader, const Timeline& timeline);

}  // namespace omv::convert
