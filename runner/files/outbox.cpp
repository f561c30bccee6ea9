// SPDX-License-Identifier: LGPL-2.1-or-later
// One key file per job.
#include "runner/files/outbox.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "omv/storage/directories.h"
#include "rig/reader.h"
#include "runner/files/space.h"

namespace omv::runner {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr Time kLongestDelay = 1h;
constexpr const char* kSuffix = ".job";
constexpr std::uint64_t kMaxNumber = std::uint64_t{1} << 53;  // of a name; what is beyond is no name of ours
constexpr std::uint64_t kMaxJobBytes = 64 << 10;

std::string name_of(std::uint64_t number) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "%016llu", static_cast<unsigned long long>(number));
  return name.data() + std::string(kSuffix);
}

}  // namespace

Result<void> Outbox::apply(const rig::Rig& rig) {
  if (!files_ || rig.storage.fsync != rig_.storage.fsync)
    files_.emplace(storage::AtomicOptions{.sync = rig.storage.fsync});
  rig_ = rig;
  const std::string directory = (fs::path(rig.storage.directory) / rig.storage.outbox).string();
  const bool has_hooks = std::any_of(rig.records.begin(), rig.records.end(),
                                     [](const rig::Record& record) { return !record.hook.empty(); });
  const bool is_there = is_reachable(rig.storage);
  is_taken_up_ = is_taken_up_ && is_there && directory_ == directory;
  if (has_hooks && !is_taken_up_ && is_there) {
    OMV_CHECK(storage::make_directories(directory, rig.storage.fsync));
    directory_ = directory;
    is_taken_up_ = true;
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
  for (const std::string& name : names) {
    const std::uint64_t number = std::strtoull(name.c_str(), nullptr, 10);
    if (number < kMaxNumber) next_ = std::max(next_, number + 1);
    load(directory_ + "/" + name);
  }
}

// What is none of ours stays where it is.
void Outbox::load(const std::string& file) {
  std::error_code failed;
  const auto bytes = fs::is_regular_file(file, failed) ? fs::file_size(file, failed) : 0;
  auto text = bytes <= kMaxJobBytes ? rig::read_text_file(file) : Result<std::string>(Error{Errc::limit, "too large"});
  auto found = text ? parse_job(*text) : Result<OutboxJob>(text.error());
  if (!found) return services_.log.warning("hook", file + " is no job of an outbox: " + found.error().message);
  take_up(*std::move(found), file);
}

// The directory may have been ours before, and then this may be the file of a job that is known; or another disk may be
// there, where a file of the same name is another job.
void Outbox::take_up(OutboxJob found, const std::string& file) {
  std::error_code failed;
  for (Job& job : jobs_)
    if (job.file == file && static_cast<const OutboxJob&>(job) != found) job.file.clear();
  Job* known = find(found.path);
  if (known == nullptr) {
    Job& job = jobs_.emplace_back();
    static_cast<OutboxJob&>(job) = std::move(found);
    job.file = file;
  } else if (!fs::exists(known->file, failed)) {
    known->file = file;
  } else if (!fs::equivalent(known->file, file, failed)) {
    fs::remove(file, failed);
  }
}

Outbox::Job* Outbox::find(const std::string& path) {
  const auto found = std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) { return job.path == path; });
  return found != jobs_.end() ? &*found : nullptr;
}

// Never over a file that is there, whosever it is.
Result<void> Outbox::save(Job& job) {
  if (!is_taken_up_ || !is_reachable(rig_.storage)) return Error{Errc::io, "the outbox is not there"};
  OMV_TRY(storage::AtomicFile file, files_->begin(directory_));
  OMV_CHECK(file.write(as_bytes(job_text(job))));
  for (;;) {
    const std::string name = directory_ + "/" + name_of(next_++);
    const auto named = file.commit(name);
    if (named) job.file = name;
    if (named || named.error().code != Errc::exists) return named;
  }
}

bool Outbox::add(const FinishedFile& file) {
  const rig::Record* record = rig::find_record(rig_, file.record);
  if (record == nullptr || record->hook.empty()) return false;
  if (find(file.path) != nullptr) return true;
  Job& job = jobs_.emplace_back();
  static_cast<OutboxJob&>(job) = {file.path, file.record, file.camera, file.trigger};
  const auto saved = save(job);
  if (!saved)
    services_.log.warning("disk", "a restart would forget the hook of " + file.path + ": " + saved.error().message);
  services_.loop.post([this] { run_some(); });
  return true;
}

void Outbox::run_some() {
  if (!is_reachable(rig_.storage)) return;  // its files are not gone, but away
  auto running = static_cast<std::size_t>(
      std::count_if(jobs_.begin(), jobs_.end(), [](const Job& job) { return job.child != nullptr; }));
  for (auto at = jobs_.begin(); at != jobs_.end() && running < kAtOnce;) {
    Job& job = *at++;
    if (!job.is_ready()) continue;
    const rig::Record* record = rig::find_record(rig_, job.record);
    if (record == nullptr || record->hook.empty()) {
      drop(job);
    } else if (run(job, *record)) {
      ++running;
    }
  }
}

// Whether it runs now; else it is put off, or has gone.
bool Outbox::run(Job& job, const rig::Record& record) {
  std::error_code failed;
  if (fs::symlink_status(job.path, failed).type() == fs::file_type::not_found) {
    services_.log.warning("hook", "nothing to do: " + job.path + " is gone", {{"record", job.record}});
    drop(job);
    return false;
  }
  if (!job.backoff) job.backoff = std::make_unique<Backoff>(record.hook_delay, kLongestDelay);
  const auto words = expand_words(record.hook, {{"path", absolute_path(job.path)},
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
  return child.has_value();
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
  if (!job.file.empty()) fs::remove(job.file, failed);
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
