// SPDX-License-Identifier: LGPL-2.1-or-later
// Lines of metrics, escaped as the format wants it.
#include "runner/web/metrics_text.h"

#include <array>
#include <charconv>

namespace omv::runner::web {

namespace {

std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
  return text;
}

}  // namespace

MetricsText& MetricsText::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " + std::string(type) + "\n";
  return *this;
}

/// The shortest text that is this number, whatever the locale is.
MetricsText& MetricsText::sample(Labels labels, double value) {
  std::array<char, 32> digits{};
  const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return write(labels, failed == std::errc() ? std::string(digits.data(), end) : "NaN");
}

MetricsText& MetricsText::write(Labels labels, const std::string& value) {
  std::string inside;
  for (const auto& [key, text] : labels)
    inside += (inside.empty() ? "" : ",") + std::string(key) + "=\"" + escaped(text) + "\"";
  text_ += name_ + (inside.empty() ? "" : "{" + inside + "}") + " " + value + "\n";
  return *this;
}

}  // namespace omv::runner::web
