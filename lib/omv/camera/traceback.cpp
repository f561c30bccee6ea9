// SPDX-License-Identifier: LGPL-2.1-or-later
// A line number is what an emulated script can say about its place.
#include "omv/camera/traceback.h"

#include <algorithm>

#include "omv/camera/script_text.h"

namespace omv::camera {

namespace {

std::size_t line_at(std::string_view script, std::size_t offset) {
  const std::string_view before = script.substr(0, offset);
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

std::size_t last_line(std::string_view script) {
  const std::size_t last = script.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? 1 : line_at(script, last);
}

std::size_t capturing_line(std::string_view script) {
  const std::size_t call = script.find("snapshot(");
  return call == std::string_view::npos ? last_line(script) : line_at(script, call);
}

std::string raised_in(std::size_t line, std::string_view exception) {
  return "Traceback (most recent call last):\n  File \"<stdin>\", line " + std::to_string(line) + ", in <module>\n" +
         std::string(exception) + "\n";
}

}  // namespace

std::string traceback(std::string_view script, std::string_view exception) {
  return raised_in(capturing_line(script), exception);
}

std::string failure_traceback(std::string_view script, const Error& error) {
  const std::string_view first = std::string_view(error.message).substr(0, error.message.find(':'));
  const bool named = first.ends_with("Error") && first.find(' ') == std::string_view::npos;
  return traceback(script, named ? error.message : "OSError: " + error.message);
}

std::string stillborn_traceback(std::string_view script) {
  if (!script.starts_with(kByteOrderMark)) return {};
  return raised_in(1, "NameError: name '" + std::string(kByteOrderMark) + "' isn't defined");
}

std::string interrupted_traceback(std::string_view script) {
  return raised_in(last_line(script), "KeyboardInterrupt: ");
}

}  // namespace omv::camera
