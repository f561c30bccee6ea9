// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of files: no two records, cameras or moments share one.
#include <map>

#include "rig/checks.h"
#include "rig/location.h"
#include "rig/resolve.h"

namespace omv::rig {

namespace {

// Whether something in the name tells one file of a camera from the next.
bool tells_files_apart(const std::string& location) {
  const auto pattern = parse_location(location);
  if (!pattern) return true;
  if (pattern->has("index") || pattern->has("clip") || pattern->has("running-time") || pattern->has("ms")) return true;
  for (std::size_t at = location.find('%'); at != std::string::npos && at + 1 < location.size();
       at = location.find('%', at + 2))
    if (location[at + 1] != '%' && location[at + 1] != '{') return true;
  return false;
}

void check_own_names(const Record& record, Report& report) {
  if (!tells_files_apart(record.location))
    report.error(record.place("location"), title(record) +
                                               "'location' is the same for every file; add %{index:05d} or "
                                               "%Y%m%d-%H%M%S");
  if (record.cameras.size() > 1 && record.location.find("%{camera}") == std::string::npos)
    report.error(record.place("location"), title(record) + "'location' is the same for its " +
                                               std::to_string(record.cameras.size()) + " cameras; add %{camera}");
}

}  // namespace

void check_locations(const Rig& rig, Report& report) {
  std::map<std::string, const Record*> users;
  for (const Record& record : rig.records) {
    if (!writes_files(record) || !record.is_sound({"location", "format", "cameras"})) continue;
    check_own_names(record, report);
    for (const std::string& camera : record.cameras) {
      const auto [user, is_first] = users.emplace(fixed_name(rig, record, camera), &record);
      if (is_first || user->second == &record) continue;
      report.error(record.place("location"), title(record) + "its files have the names of [record." +
                                                 user->second->name + "]; add %{record} to 'location'");
      break;
    }
  }
}

}  // namespace omv::rig
