// SPDX-License-Identifier: LGPL-2.1-or-later
// One key file per job.
#include "runner/outbox.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "omv/storage/directories.h"
#include "runner/gst_ptr.h"

namespace omv::runner {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr Time kLongestDelay = 1h;
constexpr const char* kGroup = "job";
constexpr const char* kSuffix = ".job";

struct KeyFileDeleter {
  void operator()(GKeyFile* file) const { g_key_file_unref(file); }
};
using KeyFilePtr = std::unique_ptr<GKeyFile, KeyFileDeleter>;

std::string text_in(GKeyFile* file, const char* key) {
  const TextPtr text(g_key_file_get_string(file, kGroup, key, nullptr));
  return text ? text.get() : "";
}

std::string name_of(std::uint64_t number) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "%016llu", static_cast<unsigned long long>(number));
  return name.data() + std::string(kSuffix);
}

}  // namespace

Result<void> Outbox::apply(const rig::Rig& rig) {
  rig_ = rig;
  const fs::path directory = fs::path(rig.storage.directory) / rig.storage.outbox;
  const bool has_hooks = std::any_of(rig.records.begin(), rig.records.end(),
                                     [](const rig::Record& record) { return !record.hook.empty(); });
  if (has_hooks && directory_ != directory.string()) {
    OMV_CHECK(storage::make_directories(directory.string(), false));
    directory_ = directory.string();
    take_up_old();
  }
  services_.loop.post([this] { run_some(); });
  return {};
}

void Outbox::take_up_old() {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator at(directory_, failed), end; !failed && at != end; at.increment(failed))
    if (at->path().extension() == kSuffix) names.push_back(at->path().filename().string());
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) load(name);
}

void Outbox::load(const std::string& name) {
  next_ = std::max<std::uint64_t>(next_, std::strtoull(name.c_str(), nullptr, 10) + 1);
  const KeyFilePtr file(g_key_file_new());
  const std::string path = directory_ + "/" + name;
  if (g_key_file_load_from_file(file.get(), path.c_str(), G_KEY_FILE_NONE, nullptr) == FALSE) return;
  Job& job = jobs_.emplace_back();
  job.name = name;
  job.path = text_in(file.get(), "path");
  job.record = text_in(file.get(), "record");
  job.camera = text_in(file.get(), "camera");
  job.trigger = text_in(file.get(), "trigger");
}

Result<void> Outbox::save(const Job& job) const {
  const KeyFilePtr file(g_key_file_new());
  const auto set = [&](const char* key, const std::string& value) {
    g_key_file_set_string(file.get(), kGroup, key, value.c_str());
  };
  set("path", job.path);
  set("record", job.record);
  set("camera", job.camera);
  set("trigger", job.trigger);
  GError* raw = nullptr;
  const std::string path = directory_ + "/" + job.name;
  const bool saved = g_key_file_save_to_file(file.get(), path.c_str(), &raw) != FALSE;  // in one step
  const GErrorPtr error(raw);
  return saved ? Result<void>() : Error{Errc::io, error->message};
}

bool Outbox::add(const FinishedFile& file) {
  const rig::Record* record = rig::find_record(rig_, file.record);
  if (record == nullptr || record->hook.empty()) return false;
  Job& job = jobs_.emplace_back();
  job.name = name_of(next_++);
  job.path = file.path;
  job.record = file.record;
  job.camera = file.camera;
  job.trigger = file.trigger;
  const auto saved = save(job);
  if (!saved)
    services_.log.warning("disk", "a restart would forget the hook of " + file.path + ": " + saved.error().message);
  services_.loop.post([this] { run_some(); });
  return true;
}

void Outbox::run_some() {
  auto running = static_cast<std::size_t>(
      std::count_if(jobs_.begin(), jobs_.end(), [](const Job& job) { return job.child != nullptr; }));
  for (auto at = jobs_.begin(); at != jobs_.end() && running < kAtOnce;) {
    Job& job = *at++;
    if (!job.is_ready()) continue;
    const rig::Record* record = rig::find_record(rig_, job.record);
    if (record == nullptr || record->hook.empty()) {
      drop(job);
      continue;
    }
    run(job, *record);
    if (job.child) ++running;
  }
}

void Outbox::run(Job& job, const rig::Record& record) {
  if (!job.backoff) job.backoff = std::make_unique<Backoff>(record.hook_delay, kLongestDelay);
  const auto words = expand_words(record.hook, {{"path", fs::absolute(job.path).string()},
                                                {"name", fs::path(job.path).filename().string()},
                                                {"record", job.record},
                                                {"camera", job.camera},
                                                {"trigger", job.trigger}});
  auto child =
      ChildProcess::start(services_.loop, words, "", record.hook_timeout, [this, &job](const std::string& failure) {
        services_.loop.post([this, &job, failure] { on_end(job, failure); });
      });
  if (child)
    job.child = *std::move(child);
  else
    on_end(job, child.error().message);
}

void Outbox::on_end(Job& job, const std::string& failure) {
  job.child.reset();
  const LogFields fields = {{"record", job.record}, {"camera", job.camera}, {"path", job.path}};
  const rig::Record* record = rig::find_record(rig_, job.record);
  if (failure.empty()) {
    ++counts_.done;
    services_.log.info("hook", "done with " + job.path, fields);
    drop(job);
  } else if (record == nullptr || job.tries >= record->hook_retries) {
    ++counts_.given_up;
    services_.log.error("hook-failed", "given up " + job.path + ": " + failure, fields);
    drop(job);
  } else {
    ++job.tries;
    ++counts_.retries;
    services_.log.warning("hook", "will be tried again for " + job.path + ": " + failure, fields);
    job.retry = services_.loop.after(job.backoff->next(), [this, &job] {
      job.retry.reset();
      run_some();
    });
  }
  services_.loop.post([this] { run_some(); });
}

void Outbox::drop(Job& job) {
  std::error_code failed;
  fs::remove(directory_ + "/" + job.name, failed);
  const std::string path = job.path;
  jobs_.remove_if([&job](const Job& candidate) { return &candidate == &job; });
  on_done_(path);
}

std::vector<std::string> Outbox::waiting() const {
  std::vector<std::string> paths;
  for (const Job& job : jobs_) paths.push_back(job.path);
  return paths;
}

HookStatus Outbox::status() const {
  HookStatus status = counts_;
  status.waiting = jobs_.size();
  return status;
}

}  // namespace omv::runner
