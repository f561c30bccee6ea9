// SPDX-License-Identifier: LGPL-2.1-or-later
// Patterns of names with the fields of a rig.
#include "rig/location.h"

#include <array>

namespace omv::rig {

namespace {

constexpr std::array kFields = {storage::NameField{"rig"}, storage::NameField{"record"}, storage::NameField{"camera"},
                                storage::NameField{"trigger"}, storage::NameField{"clip", true}};

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

}  // namespace

Result<storage::NamePattern> parse_location(std::string_view text) {
  return storage::NamePattern::parse(text, kFields);
}

std::string_view extension_of(FileFormat format) {
  constexpr std::array<std::string_view, 12> kExtensions = {"bin", "avi", "gif", "mkv", "mp4", "",
                                                            "jpg", "png", "bmp", "pgm", "ppm", "raw"};
  return kExtensions[static_cast<std::size_t>(format)];
}

std::string_view extension_in(std::string_view location) {
  const std::string_view name = location.substr(location.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  const std::string_view extension = name.substr(dot + 1);
  return extension.find_first_of("%{}") == std::string_view::npos ? extension : std::string_view();
}

std::string location_path(const Rig& rig, const std::string& location) {
  if (rig.storage.directory == ".") return location;
  std::string path;
  for (const char c : rig.storage.directory) path += c == '%' ? "%%" : std::string(1, c);
  return path + "/" + location;
}

std::string fixed_name(const Rig& rig, const Record& record, std::string_view camera) {
  std::string name = record.location;
  replace_all(name, "%{rig}", rig.general.name_of_rig);
  replace_all(name, "%{record}", record.name);
  replace_all(name, "%{camera}", camera);
  return name;
}

}  // namespace omv::rig
