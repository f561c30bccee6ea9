// SPDX-License-Identifier: LGPL-2.1-or-later
// A raw picture of our own, mapped for as long as it lives.
#pragma once

#include <gst/video/video.h>

#include <memory>

#include "omv/base/result.h"

namespace omv::gst {

class WorkPicture {
 public:
  /// Errc::limit when there is no memory for it.
  static Result<std::unique_ptr<WorkPicture>> create(const GstVideoInfo& info);

  WorkPicture(const WorkPicture&) = delete;
  WorkPicture& operator=(const WorkPicture&) = delete;
  ~WorkPicture();

  GstVideoFrame& frame() { return frame_; }

 private:
  WorkPicture() = default;

  GstVideoFrame frame_ = {};
};

}  // namespace omv::gst
