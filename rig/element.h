// SPDX-License-Identifier: LGPL-2.1-or-later
// An element with its properties, as a shell and gst-launch-1.0 read them.
#pragma once

#include <string>
#include <string_view>

#include "rig/model.h"

namespace omv::rig {

/// Properties in the order in which they are set.
class Element {
 public:
  explicit Element(std::string_view factory) : text_(factory) {}

  Element& set(std::string_view property, std::string_view value);
  Element& set_text(std::string_view property, std::string_view value);  ///< nothing when it is empty
  Element& set_number(std::string_view property, std::int64_t value);    ///< nothing when it is 0
  Element& set_size(std::string_view property, std::uint64_t value);     ///< nothing when it is 0
  Element& set_time(std::string_view property, Duration value);          ///< nanoseconds; nothing when it is 0

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// One word for a shell, quoted when it needs to be.
std::string shell_word(std::string_view text);

/// A pipeline as it stands in a rig file, for a shell.
std::string shell_pipeline(std::string_view pipeline);

/// "<0,120,320,120>".
std::string rectangle_text(const Area& area);

}  // namespace omv::rig
