// SPDX-License-Identifier: LGPL-2.1-or-later
// Diagnostics as compilers write them.
#include "rig/report.h"

#include <algorithm>
#include <utility>

namespace omv::rig {

std::string to_text(std::string_view file, const Diagnostic& diagnostic) {
  std::string text(file);
  if (diagnostic.at.line > 0)
    text += ":" + std::to_string(diagnostic.at.line) + ":" + std::to_string(diagnostic.at.column);
  text += diagnostic.severity == Severity::error ? ": error: " : ": warning: ";
  return text + diagnostic.message;
}

void Report::error(Position at, std::string message) {
  ++errors_;
  add({at, Severity::error, std::move(message)});
}

void Report::warning(Position at, std::string message) {
  ++warnings_;
  add({at, Severity::warning, std::move(message)});
}

void Report::add(Diagnostic diagnostic) {
  if (diagnostics_.size() < kMaxDiagnostics) diagnostics_.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> Report::diagnostics() const {
  std::vector<Diagnostic> sorted = diagnostics_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return sorted;
}

}  // namespace omv::rig
