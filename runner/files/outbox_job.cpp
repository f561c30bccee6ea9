// SPDX-License-Identifier: LGPL-2.1-or-later
// Key files.
#include "runner/files/outbox_job.h"

#include <glib.h>

#include <memory>

namespace omv::runner {

namespace {

constexpr const char* kGroup = "job";

struct KeyFileDeleter {
  void operator()(GKeyFile* file) const { g_key_file_unref(file); }
};
struct TextDeleter {
  void operator()(gchar* text) const { g_free(text); }
};
using KeyFilePtr = std::unique_ptr<GKeyFile, KeyFileDeleter>;
using GTextPtr = std::unique_ptr<gchar, TextDeleter>;

std::string text_in(GKeyFile* file, const char* key) {
  const GTextPtr text(g_key_file_get_string(file, kGroup, key, nullptr));
  return text ? text.get() : "";
}

}  // namespace

std::string job_text(const OutboxJob& job) {
  const KeyFilePtr file(g_key_file_new());
  const auto set = [&](const char* key, const std::string& value) {
    g_key_file_set_string(file.get(), kGroup, key, value.c_str());
  };
  set("path", job.path);
  set("record", job.record);
  set("camera", job.camera);
  set("trigger", job.trigger);
  gsize size = 0;
  const GTextPtr text(g_key_file_to_data(file.get(), &size, nullptr));
  return {text.get(), size};
}

Result<OutboxJob> parse_job(std::string_view text) {
  const KeyFilePtr file(g_key_file_new());
  const bool is_key_file = !text.empty() && g_key_file_load_from_data(file.get(), text.data(), text.size(),
                                                                      G_KEY_FILE_NONE, nullptr) != FALSE;
  if (!is_key_file) return Error{Errc::invalid, "it can't be read"};
  OutboxJob job{text_in(file.get(), "path"), text_in(file.get(), "record"), text_in(file.get(), "camera"),
                text_in(file.get(), "trigger")};
  if (job.path.empty() || job.record.empty()) return Error{Errc::invalid, "it names no file, or no record"};
  return job;
}

}  // namespace omv::runner
