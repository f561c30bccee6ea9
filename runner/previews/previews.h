// SPDX-License-Identifier: LGPL-2.1-or-later
// The live pictures of all cameras, by name, however often cameras change.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "runner/previews/camera_preview.h"

namespace omv::runner {

class CameraPipeline;

/// set_cameras() and tend() are the loop's, everything else is for any thread.
class Previews {
 public:
  void set_cameras(const std::vector<std::unique_ptr<CameraPipeline>>& cameras);
  void tend();  ///< several times a second

  std::shared_ptr<const PreviewFrame> latest(std::string_view camera);
  void watch(std::string_view camera, bool watching);

 private:
  struct Entry {
    std::shared_ptr<CameraPreview> preview;  // null: there is no such camera now
    int watchers = 0;
  };

  std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace omv::runner
