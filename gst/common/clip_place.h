// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a clip is while it is written, and how it gets its name: a file, a directory of stills, or a pipe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/clip_desk.h"

namespace omv::gst {

/// One thread; everything takes as long as the disk.
class ClipPlace {
 public:
  /// Errc::exists: no name is free.
  static Result<std::unique_ptr<ClipPlace>> find(ClipDesk& desk, const ClipOpening& opening);

  virtual ~ClipPlace() = default;

  virtual std::string location() const = 0;  ///< where the clip will be
  virtual std::string part() const = 0;      ///< where it is until then
  virtual storage::Output* output() = 0;     ///< null: whoever makes the clip writes into the directory part()
  virtual std::uint64_t bytes() const = 0;   ///< that are there now

  /// Waits until the place is free, for as long as other clips take, or until nobody waits (Errc::cancelled). Nothing
  /// may be written before.
  virtual Result<void> wait() { return {}; }

  /// Gives the clip its name, after `beside` has written what is to be beside that. The path.
  virtual Result<std::string> publish(ClipDesk& desk, const std::function<void(const std::string& path)>& beside) = 0;

  /// Leaves the clip where it is. False: nothing stays there to which anything could be beside.
  virtual bool leave() = 0;

  /// Leaves nothing, and gives the name back.
  virtual void discard(ClipDesk& desk) = 0;
};

}  // namespace omv::gst
