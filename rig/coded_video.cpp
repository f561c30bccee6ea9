// SPDX-License-Identifier: LGPL-2.1-or-later
// The names of its elements tell, as a pipeline has no caps before it runs.
#include "rig/coded_video.h"

#include <algorithm>

namespace omv::rig {

namespace {

// The element that gives a pipeline its last format; queues have none.
std::string_view last_element(std::string_view pipeline) {
  while (true) {
    const std::size_t mark = pipeline.rfind('!');
    std::string_view last = pipeline.substr(mark == std::string_view::npos ? 0 : mark + 1);
    last.remove_prefix(std::min(last.find_first_not_of(" \t\n"), last.size()));
    if (mark == std::string_view::npos || !last.starts_with("queue")) return last;
    pipeline = pipeline.substr(0, mark);
  }
}

}  // namespace

std::string_view parser_of(const Camera& camera) {
  const std::string_view last = last_element(camera.pipeline);
  const auto has = [last](std::string_view word) { return last.find(word) != std::string_view::npos; };
  if (has("dec")) return {};
  if (has("h264") || has("x264enc")) return "h264parse";
  return has("h265") || has("x265enc") ? "h265parse" : "";
}

}  // namespace omv::rig
