// SPDX-License-Identifier: LGPL-2.1-or-later
// The process's time zone, as long as a test wants another.
#pragma once

#include <cstdlib>
#include <ctime>
#include <string>

namespace omv::test {

/// In this zone, as TZ names it, as long as it lives. One at a time, while no other thread asks for the time.
class Zone {
 public:
  explicit Zone(const char* name) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;
  ~Zone() {
    before_.empty() ? ::unsetenv("TZ") : ::setenv("TZ", before_.c_str(), 1);
    ::tzset();
  }

 private:
  std::string before_;
};

}  // namespace omv::test
