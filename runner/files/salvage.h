// SPDX-License-Identifier: LGPL-2.1-or-later
// What becomes of one part that a writer left behind when it was killed.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "omv/base/result.h"
#include "rig/model.h"
#include "runner/files/finished_file.h"

namespace omv::runner {

struct Salvage {
  enum class Outcome {
    saved,    ///< what is whole in it has its name
    kept,     ///< it is as it was, and whoever wants it can make something of it
    removed,  ///< there was nothing in it, it had been saved before, or it was a preview, which is made again
  };

  Outcome outcome = Outcome::kept;
  FinishedFile file;      ///< the path is the name of what was saved, or of the part that is kept
  std::string text;       ///< half a sentence
  bool is_lossy = false;  ///< something of it is gone, or may be
};

struct SalvageJob {
  std::string record;
  std::string camera;
  rig::FileFormat format = rig::FileFormat::imageio;
  std::string part;  ///< NAME.part: a file, or a directory of stills
  bool sync = false;
  WallTime begun{0};  ///< what is empty and was changed since may be somebody's who is about to hold it

  std::function<bool(const std::string& path)> is_kept;  ///< whether the rig has a file of this path written down
  std::function<Result<void>(std::uint64_t bytes)> has_room;
  ExpectFile expect;                             ///< is told before a file gets its name
  const std::atomic<bool>* cancelled = nullptr;  ///< set by any thread
};

/// Whether a part was to be the preview of a file that is kept, and no recording.
bool is_preview(const SalvageJob& job, const std::string& part);

/// Saves what is whole of ImageIO, AVI and GIF, and directories, under their name; keeps MP4 and Matroska, which play
/// as far as they go, and what it can't read. Takes as long as copying a file. Nothing that has frames in it is removed
/// before they are under their name.
/// Errors, after which everything is as it was, say why: Errc::busy: it has a living writer, or is gone. Errc::exists:
/// its name is taken. Errc::full: has_room() said so, or the disk. Errc::cancelled. Errc::io.
Result<Salvage> salvage(const SalvageJob& job);

/// As salvage() does with what it can't repair: the part is kept under the name that it has. Errc::io: it is gone.
Result<Salvage> left_as_it_is(const SalvageJob& job, const std::string& why);

}  // namespace omv::runner
