// SPDX-License-Identifier: LGPL-2.1-or-later
// What cameras see: one picture, or a live stream of them.
#include <algorithm>

#include "runner/web/live_preview.h"
#include "runner/web/site.h"

namespace omv::runner::web {

namespace {

bool has_camera(const Site& site, const std::string& name) {
  const Status status = site.control.status();
  return std::any_of(status.cameras.begin(), status.cameras.end(),
                     [&name](const CameraStatus& camera) { return camera.name == name; });
}

}  // namespace

void get_picture(Site& site, const Request& request) {
  const auto frame = site.control.preview(request.name(0));
  if (frame == nullptr || frame->jpeg.empty())
    return request.answer_error(SOUP_STATUS_NOT_FOUND, "there is no such camera, or no picture of it yet");
  const std::string_view jpeg(reinterpret_cast<const char*>(frame->jpeg.data()), frame->jpeg.size());
  request.answer(SOUP_STATUS_OK, "image/jpeg", jpeg);
}

void get_live(Site& site, const Request& request) {
  if (!has_camera(site, request.name(0)))
    return request.answer_error(SOUP_STATUS_NOT_FOUND, "there is no camera '" + request.name(0) + "'");
  if (soup_server_message_get_method(request.message()) == SOUP_METHOD_HEAD)
    return request.answer(SOUP_STATUS_OK, "multipart/x-mixed-replace", "");
  site.previews.begin(request.message(), request.name(0));
}

}  // namespace omv::runner::web
