// SPDX-License-Identifier: LGPL-2.1-or-later
// What is wrong with a rig file: all of it, each with its place.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace omv::rig {

/// In a file; both count from 1, columns in characters. 0: the file as a whole.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  auto operator<=>(const Position&) const = default;
};

enum class Severity { error, warning };

struct Diagnostic {
  Position at;
  Severity severity = Severity::error;
  std::string message;
};

/// "bench.toml:12:3: error: [trigger.door] unknown key 'lien' (did you mean 'line'?)".
std::string to_text(std::string_view file, const Diagnostic& diagnostic);

/// Collects; of a hopeless file the first kMaxDiagnostics. Not synchronised.
class Report {
 public:
  static constexpr std::size_t kMaxDiagnostics = 500;

  void error(Position at, std::string message);
  void warning(Position at, std::string message);

  /// More is only counted: whoever would have to work for a message need not.
  bool is_full() const { return diagnostics_.size() >= kMaxDiagnostics; }

  std::size_t errors() const { return errors_; }
  std::size_t warnings() const { return warnings_; }

  /// In the order of the file.
  std::vector<Diagnostic> diagnostics() const;

 private:
  void add(Diagnostic diagnostic);

  std::vector<Diagnostic> diagnostics_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

}  // namespace omv::rig
