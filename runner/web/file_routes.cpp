// SPDX-License-Identifier: LGPL-2.1-or-later
// The files that the rig keeps: listed, sent, pinned and deleted by their numbers. No client ever names a path.
#include <charconv>

#include "runner/json.h"
#include "runner/web/file_download.h"
#include "runner/web/site.h"
#include "runner/web/status_json.h"

namespace omv::runner::web {

namespace {

constexpr std::size_t kMaxPage = 200;
constexpr const char* kNoFile = "there is no such file, or no longer";

std::optional<std::uint64_t> number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The file that the request is about; answers when there is none.
std::optional<FileEntry> wanted_file(Site& site, const Request& request) {
  const auto id = number(request.name(0));
  auto file = id ? site.control.file(*id) : std::nullopt;
  if (!file) request.answer_error(SOUP_STATUS_NOT_FOUND, kNoFile);
  return file;
}

/// Errc::invalid when a number is none.
Result<FileQuery> query_of(const Request& request) {
  FileQuery query;
  for (const auto& [key, value] : request.query_pairs()) {
    const auto count = number(value);
    if ((key == "before" || key == "limit") && !count) return Error{Errc::invalid, "'" + key + "' is not a number"};
    if (key == "before") query.before = *count;
    if (key == "limit") query.limit = std::min<std::size_t>(*count, kMaxPage);
    if (key == "record") query.record = value;
    if (key == "camera") query.camera = value;
    if (key == "type") query.type = value;
    if (key == "pinned") query.pinned_only = value == "1" || value == "true";
  }
  return query;
}

void answer(const Request& request, const Result<void>& result) {
  if (!result) return request.answer_error(result.error());
  request.answer(SOUP_STATUS_NO_CONTENT, nullptr, "");
}

void set_pinned(Site& site, const Request& request, bool pinned) {
  const auto file = wanted_file(site, request);
  if (file) answer(request, site.control.set_pinned(file->id, pinned));
}

std::string last_part(const std::string& name) { return name.substr(name.rfind('/') + 1); }

}  // namespace

void get_files(Site& site, const Request& request) {
  const auto query = query_of(request);
  if (!query) return request.answer_error(SOUP_STATUS_BAD_REQUEST, query.error().message);
  request.answer_json(SOUP_STATUS_OK, to_json(site.control.files(*query)));
}

void get_file(Site& site, const Request& request) {
  const auto file = wanted_file(site, request);
  if (file) request.answer_json(SOUP_STATUS_OK, to_json(*file));
}

void delete_file(Site& site, const Request& request) {
  const auto file = wanted_file(site, request);
  if (file) answer(request, site.control.remove(file->id));
}

void put_pin(Site& site, const Request& request) { set_pinned(site, request, true); }

void delete_pin(Site& site, const Request& request) { set_pinned(site, request, false); }

void get_content(Site& site, const Request& request) {
  const auto file = wanted_file(site, request);
  if (!file) return;
  if (file->media_type.empty())
    return request.answer_error(SOUP_STATUS_CONFLICT, "this is a directory of stills; copy it from " + file->path);
  send_file(request, file->path, file->media_type, last_part(file->name));
}

void get_preview(Site& site, const Request& request) {
  const auto file = wanted_file(site, request);
  if (!file) return;
  if (file->preview_path.empty()) return request.answer_error(SOUP_STATUS_NOT_FOUND, "it has no preview");
  send_file(request, file->preview_path, file->preview_type, last_part(file->preview_path));
}

}  // namespace omv::runner::web
