// SPDX-License-Identifier: LGPL-2.1-or-later
// What cameras see: one picture, or a live stream of them.
#include <optional>

#include "runner/web/live_preview.h"
#include "runner/web/site.h"

namespace omv::runner::web {

namespace {

std::optional<CameraStatus> find_camera(const Site& site, const std::string& name) {
  const Status status = site.control.status();
  for (const CameraStatus& camera : status.cameras)
    if (camera.name == name) return camera;
  return std::nullopt;
}

}  // namespace

void get_picture(Site& site, const Request& request) {
  const auto camera = find_camera(site, request.name(0));
  if (!camera || camera->state != CameraState::running)
    return request.answer_error(SOUP_STATUS_NOT_FOUND, "there is no such camera, or it does not run");
  if (!camera->preview_problem.empty()) return request.answer_error(SOUP_STATUS_NOT_FOUND, camera->preview_problem);
  site.previews.answer_once(request.message(), request.name(0));
}

void get_live(Site& site, const Request& request) {
  if (!find_camera(site, request.name(0)))
    return request.answer_error(SOUP_STATUS_NOT_FOUND, "there is no camera '" + request.name(0) + "'");
  if (soup_server_message_get_method(request.message()) == SOUP_METHOD_HEAD)
    return request.answer(SOUP_STATUS_OK, "multipart/x-mixed-replace", "");
  site.previews.begin(request.message(), request.name(0));
}

}  // namespace omv::runner::web
