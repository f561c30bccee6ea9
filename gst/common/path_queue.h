// SPDX-License-Identifier: LGPL-2.1-or-later
// Who may write to a pipe or a device: one clip after the other.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "omv/base/result.h"

namespace omv::gst {

/// A queue for each path. Any thread.
class PathQueue {
 public:
  /// A place in the queue, which is left when this goes. Outlived by the queue; one thread.
  class Place {
   public:
    Place(PathQueue& queue, std::string path);
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place();

    /// Waits until all who came before have left. Errc::cancelled: nobody waits any more.
    Result<void> wait();

   private:
    PathQueue& queue_;
    std::string path_;
    std::uint64_t number_;
  };

  /// Ends all waiting, from now on.
  void give_up();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::deque<std::uint64_t>> places_;
  std::uint64_t next_ = 0;
  bool given_up_ = false;
};

}  // namespace omv::gst
