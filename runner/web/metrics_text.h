// SPDX-License-Identifier: LGPL-2.1-or-later
// The text format of Prometheus, version 0.0.4: families of samples with labels.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace omv::runner::web {

/// Writes families one after the other. A family's samples stand together: family(), then its sample()s.
class MetricsText {
 public:
  static constexpr const char* kMediaType = "text/plain; version=0.0.4; charset=utf-8";
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  MetricsText& counter(std::string_view name, std::string_view help) { return family(name, "counter", help); }
  MetricsText& gauge(std::string_view name, std::string_view help) { return family(name, "gauge", help); }

  /// Of the family begun last.
  MetricsText& sample(Labels labels, std::uint64_t value) { return write(labels, std::to_string(value)); }
  MetricsText& sample(Labels labels, double value);

  std::string take() { return std::move(text_); }

 private:
  MetricsText& family(std::string_view name, std::string_view type, std::string_view help);
  MetricsText& write(Labels labels, const std::string& value);

  std::string text_;
  std::string name_;
};

}  // namespace omv::runner::web
