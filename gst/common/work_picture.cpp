// SPDX-License-Identifier: LGPL-2.1-or-later
// One buffer, mapped once.
#include "common/work_picture.h"

namespace omv::gst {

Result<std::unique_ptr<WorkPicture>> WorkPicture::create(const GstVideoInfo& info) {
  std::unique_ptr<WorkPicture> picture(new WorkPicture);
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr);
  const bool mapped =
      buffer != nullptr && gst_video_frame_map(&picture->frame_, &info, buffer, GST_MAP_READWRITE) != FALSE;
  gst_clear_buffer(&buffer);  // the frame keeps it
  if (!mapped) return Error{Errc::limit, "no memory for a picture"};
  return picture;
}

WorkPicture::~WorkPicture() {
  if (frame_.buffer != nullptr) gst_video_frame_unmap(&frame_);
}

}  // namespace omv::gst
