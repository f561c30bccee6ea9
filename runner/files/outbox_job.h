// SPDX-License-Identifier: LGPL-2.1-or-later
// A file that waits for its hook, as it is written down.
#pragma once

#include <string>
#include <string_view>

#include "omv/base/result.h"

namespace omv::runner {

struct OutboxJob {
  std::string path;  ///< never empty; relative to the directory of the rig file, unless the storage's is absolute
  std::string record;
  std::string camera;
  std::string trigger;

  bool operator==(const OutboxJob&) const = default;
};

/// A GLib key file with one group. UTF-8; bytes of a path that are not are lost.
std::string job_text(const OutboxJob& job);

/// Errc::invalid: it is not what job_text() makes.
Result<OutboxJob> parse_job(std::string_view text);

}  // namespace omv::runner
