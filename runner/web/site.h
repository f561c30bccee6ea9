// SPDX-License-Identifier: LGPL-2.1-or-later
// What handlers of requests need besides the request, and the routes that lead to them.
#pragma once

#include <cstdint>
#include <string>

#include "runner/control.h"
#include "runner/web/access.h"
#include "runner/web/request.h"

namespace omv::runner::web {

class Connections;
class LivePreview;

/// Everything behind the page. Belongs to the server's thread.
struct Site {
  Control& control;
  const Access& access;
  const Connections& connections;
  LivePreview& previews;
  std::uint64_t refused = 0;  ///< requests that the rules of access have turned away
};

/// Finds the handler of a request that may be answered. 404 and 405 when there is none.
void dispatch(Site& site, SoupServerMessage* message);

// page_routes.cpp
void get_page(Site& site, const Request& request);
void get_style(Site& site, const Request& request);
void get_script(Site& site, const Request& request);
void get_icon(Site& site, const Request& request);
void get_login(Site& site, const Request& request);
void post_login(Site& site, const Request& request);
void post_logout(Site& site, const Request& request);

// status_routes.cpp
void get_status(Site& site, const Request& request);
void get_metrics(Site& site, const Request& request);
void get_health(Site& site, const Request& request);

// trigger_routes.cpp
void post_trigger(Site& site, const Request& request);

// camera_routes.cpp
void get_picture(Site& site, const Request& request);
void get_live(Site& site, const Request& request);

// file_routes.cpp
void get_files(Site& site, const Request& request);
void get_file(Site& site, const Request& request);
void delete_file(Site& site, const Request& request);
void put_pin(Site& site, const Request& request);
void delete_pin(Site& site, const Request& request);
void get_content(Site& site, const Request& request);
void get_preview(Site& site, const Request& request);

}  // namespace omv::runner::web
