// SPDX-License-Identifier: LGPL-2.1-or-later
// By kind: copied up to the damage, renamed, or left as it is.
#include "runner/files/salvage.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string_view>
#include <utility>

#include "omv/convert/recover.h"
#include "omv/storage/directories.h"
#include "omv/storage/part_file.h"

namespace omv::runner {

namespace {

namespace fs = std::filesystem;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using storage::PartFile;

constexpr const char* kCopySuffix = ".recovering.part";
constexpr std::string_view kPreviewEnd = ".gif.part";

// Holds a part, so that nobody else takes it for left behind.
class Lock {
 public:
  explicit Lock(const std::string& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)),
        is_held_(fd_ >= 0 && ::flock(fd_, LOCK_EX | LOCK_NB) == 0) {}
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() {
    if (fd_ >= 0) ::close(fd_);
  }
  bool is_held() const { return is_held_; }

 private:
  int fd_;
  bool is_held_;
};

struct Part {
  std::string path;
  std::string name;  // that it was to have
  bool is_directory = false;
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;  // of a directory
  WallTime changed{0};
};

Result<Part> look_at(const std::string& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) return system_error(path, errno);
  Part part;
  part.path = path;
  part.name = path.substr(0, path.size() - PartFile::kSuffix.size());
  part.is_directory = S_ISDIR(status.st_mode);
  part.bytes = part.is_directory ? 0 : static_cast<std::uint64_t>(status.st_size);
  part.changed = std::chrono::seconds(status.st_mtim.tv_sec) + milliseconds(status.st_mtim.tv_nsec / 1000000);
  std::error_code failed;
  for (fs::directory_iterator at(path, failed), end; part.is_directory && !failed && at != end; at.increment(failed)) {
    std::error_code unknown;
    const auto bytes = at->file_size(unknown);
    if (!unknown) part.bytes += bytes;
    ++part.files;
  }
  return part;
}

FinishedFile file_of(const SalvageJob& job, const Part& part) {
  FinishedFile file;
  file.record = job.record;
  file.camera = job.camera;
  file.path = part.name;
  file.bytes = part.bytes;
  file.time = part.changed;
  return file;
}

// With what was to lie beside its name, unless there is a file of that name.
Result<Salvage> removed(const Part& part, const std::string& why, bool is_lossy) {
  std::error_code failed;
  if (!fs::exists(fs::symlink_status(part.name, failed))) fs::remove(part.name + ".json", failed);
  fs::remove(part.path, failed);
  if (failed) return Error{Errc::io, part.path + ": " + failed.message()};
  return Salvage{Salvage::Outcome::removed, {}, why, is_lossy};
}

Salvage kept(const SalvageJob& job, const Part& part, const std::string& why) {
  Salvage salvage{Salvage::Outcome::kept, file_of(job, part), why, true};
  salvage.file.path = part.path;
  return salvage;
}

Result<Salvage> save_directory(const SalvageJob& job, const Part& part) {
  if (part.files == 0) return removed(part, "there was no still in it", false);
  Salvage salvage{Salvage::Outcome::saved, file_of(job, part), {}, true};
  salvage.file.frames = part.files;
  salvage.text = std::to_string(part.files) + " stills, and perhaps not all that it should have";
  job.expect(salvage.file);
  OMV_CHECK(storage::rename_new(part.path, part.name));
  return salvage;
}

std::string text_of(const convert::Recovered& recovered) {
  std::string text = recovered.what;
  for (const std::string& note : recovered.notes) text += "; " + note;
  return text;
}

Result<PartFile> begin_copy(const Part& part) {
  const std::string copy = part.name + kCopySuffix;
  if (storage::is_abandoned(copy)) ::unlink(copy.c_str());  // we were killed here before
  return PartFile::create(part.name, PartFile::WhenAbandoned::remove, kCopySuffix);
}

Result<Salvage> save_copy(const SalvageJob& job, const Part& part) {
  OMV_CHECK(job.has_room(part.bytes));
  OMV_TRY(PartFile copy, begin_copy(part));
  const auto recovered = convert::recover_recording({part.path, std::nullopt, {}, job.cancelled}, copy.file());
  if (!recovered) return recovered.error();
  Salvage salvage{Salvage::Outcome::saved, file_of(job, part), text_of(*recovered), recovered->is_lossy};
  OMV_TRY(salvage.file.bytes, copy.file().size());
  salvage.file.frames = recovered->frames;
  salvage.file.duration = duration_cast<milliseconds>(recovered->length);
  salvage.file.time = part.changed - salvage.file.duration;
  job.expect(salvage.file);
  OMV_CHECK(copy.commit(part.name, job.sync));
  if (job.sync) OMV_CHECK(storage::sync_directory(storage::directory_of(part.name)));
  ::unlink(part.path.c_str());  // else the next start does, as the name is known then
  return salvage;
}

bool is_fatal(Errc code) {
  return code == Errc::full || code == Errc::io || code == Errc::cancelled || code == Errc::exists;
}

Result<Salvage> save_recording(const SalvageJob& job, const Part& part) {
  auto saved = save_copy(job, part);
  if (saved || is_fatal(saved.error().code)) return saved;
  if (saved.error().code == Errc::end) return removed(part, "there was no whole frame in it", true);
  return kept(job, part, "it can't be repaired: " + saved.error().message);
}

}  // namespace

bool is_preview(const SalvageJob& job, const std::string& part) {
  if (job.format == rig::FileFormat::gif || !part.ends_with(kPreviewEnd)) return false;
  return job.is_kept(part.substr(0, part.size() - kPreviewEnd.size()));
}

Result<Salvage> left_as_it_is(const SalvageJob& job, const std::string& why) {
  OMV_TRY(const Part part, look_at(job.part));
  return kept(job, part, "it can't be repaired: " + why);
}

Result<Salvage> salvage(const SalvageJob& job) {
  const Lock lock(job.part);
  if (!lock.is_held()) return Error{Errc::busy, job.part + ": somebody writes it"};
  OMV_TRY(const Part part, look_at(job.part));
  if (is_preview(job, job.part) && !part.is_directory) {
    if (part.changed >= job.begun) return Error{Errc::busy, job.part + ": it may be about to be written"};
    return removed(part, "it was to be a preview", false);
  }
  std::error_code failed;
  if (fs::exists(fs::symlink_status(part.name, failed))) {
    if (job.is_kept(part.name) && !part.is_directory) return removed(part, "it had been saved already", false);
    return Error{Errc::exists, part.path + ": there is a " + part.name + " already"};
  }
  const bool is_empty = part.bytes == 0 && part.files == 0;
  if (is_empty && part.changed >= job.begun) return Error{Errc::busy, job.part + ": it may be about to be written"};
  if (part.is_directory) return save_directory(job, part);
  if (is_empty) return removed(part, "it was empty", false);
  switch (job.format) {
    case rig::FileFormat::matroska:
      return kept(job, part, "it plays up to where it was cut off; mkvmerge -o OUT.mkv writes the index it lacks");
    case rig::FileFormat::mp4:
      return kept(job, part, "it plays up to its last whole second; ffmpeg -i … -c copy OUT.mp4 makes a plain file");
    default: return save_recording(job, part);
  }
}

}  // namespace omv::runner
