// SPDX-License-Identifier: LGPL-2.1-or-later
// How the rig is: for the page, for Prometheus, and for whoever watches over it.
#include "runner/web/connections.h"
#include "runner/web/health.h"
#include "runner/web/live_preview.h"
#include "runner/web/metrics.h"
#include "runner/web/metrics_text.h"
#include "runner/web/site.h"
#include "runner/web/status_json.h"

namespace omv::runner::web {

void get_status(Site& site, const Request& request) {
  request.answer_json(SOUP_STATUS_OK, to_json(site.control.status(), site.access.needs_token()));
}

void get_metrics(Site& site, const Request& request) {
  const PageFigures figures = {
      .connections = site.connections.open(), .streams = site.previews.streams(), .refused = site.refused};
  request.answer(SOUP_STATUS_OK, MetricsText::kMediaType, metrics_text(site.control.status(), figures));
}

/// Everybody may know whether; why is told to those who may see the page.
void get_health(Site& site, const Request& request) {
  const auto problems = problems_of(site.control.status());
  if (problems.empty()) return request.answer(SOUP_STATUS_OK, "text/plain; charset=utf-8", "ok\n");
  std::string text = "not well\n";
  if (site.access.is_known(facts_of(request.message()), wall_seconds()))
    for (const std::string& problem : problems) text += problem + "\n";
  request.answer(SOUP_STATUS_SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", text);
}

}  // namespace omv::runner::web
