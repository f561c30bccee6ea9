// SPDX-License-Identifier: LGPL-2.1-or-later
// What this process holds: what leaks show up in.
#pragma once

#include <malloc.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace omv::test {

struct ProcessFigures {
  std::size_t descriptors = 0;
  std::size_t threads = 0;
  std::size_t resident_kib = 0;
};

inline std::size_t entries_of(const char* folder) {
  const std::filesystem::directory_iterator all(folder);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// Memory that the allocator keeps for later does not count.
inline ProcessFigures process_figures() {
  ::malloc_trim(0);
  ProcessFigures figures{entries_of("/proc/self/fd"), entries_of("/proc/self/task"), 0};
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) figures.resident_kib = std::stoul(line.substr(line.find(':') + 1));
  return figures;
}

inline void print(const char* when, const ProcessFigures& figures) {
  std::printf("  %-6s %3zu descriptors, %2zu threads, %6zu KiB\n", when, figures.descriptors, figures.threads,
              figures.resident_kib);
  std::fflush(stdout);
}

}  // namespace omv::test
