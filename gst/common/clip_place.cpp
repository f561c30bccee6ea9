// SPDX-License-Identifier: LGPL-2.1-or-later
// Three kinds of places.
#include "common/clip_place.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "omv/storage/directories.h"
#include "omv/storage/part_file.h"

namespace omv::gst {

namespace {

using storage::PartFile;
using storage::PartOutput;
using storage::PipeOutput;
using Beside = std::function<void(const std::string& path)>;

// A name that could not be given has nothing beside it.
Result<void> or_alone(Result<void> named, const std::string& path) {
  if (!named) ::unlink((path + kClipJsonSuffix).c_str());
  return named;
}

class FilePlace final : public ClipPlace {
 public:
  FilePlace(ClipName name, PartFile part) : name_(std::move(name)), output_(std::move(part)) {}

  std::string location() const override { return name_.path; }
  std::string part() const override { return output_.path(); }
  storage::Output* output() override { return &output_; }
  std::uint64_t bytes() const override { return output_.size(); }

  Result<std::string> publish(ClipDesk& desk, const Beside& beside) override {
    PartFile& part = output_.part();
    OMV_CHECK(part.trim());  // what is beside it may need the room
    if (desk.syncs()) OMV_CHECK(part.file().sync());
    return desk.commit(name_, part.size(), [&](const std::string& path) -> Result<void> {
      beside(path);
      return or_alone(part.commit(path, desk.syncs()), path);
    });
  }

  bool leave() override {
    (void)output_.part().trim();  // its disk may be gone
    return true;
  }

  void discard(ClipDesk& desk) override {
    ::unlink(part().c_str());
    desk.give_back(name_);
  }

 private:
  ClipName name_;
  PartOutput output_;
};

class PipePlace final : public ClipPlace {
 public:
  PipePlace(ClipDesk& desk, const std::string& path) : place_(desk.pipes(), path), output_(path, desk.hurry_flag()) {}

  std::string location() const override { return output_.path(); }
  std::string part() const override { return output_.path(); }
  storage::Output* output() override { return &output_; }
  std::uint64_t bytes() const override { return output_.size(); }
  Result<void> wait() override { return place_.wait(); }
  Result<std::string> publish(ClipDesk&, const Beside&) override { return output_.path(); }
  bool leave() override { return false; }
  void discard(ClipDesk&) override {}

 private:
  PathQueue::Place place_;
  PipeOutput output_;  // closed before the next one may open it
};

// Locked like a file in progress.
class StillsPlace final : public ClipPlace {
 public:
  static Result<int> create(const std::string& path) {
    const std::string part = path + std::string(PartFile::kSuffix);
    if (::mkdir(part.c_str(), 0777) != 0) return system_error(part, errno);
    const int fd = ::open(part.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return system_error(part, errno);
    (void)storage::hold(fd);
    return fd;
  }

  StillsPlace(ClipName name, int fd) : name_(std::move(name)), fd_(fd) {}
  StillsPlace(const StillsPlace&) = delete;
  StillsPlace& operator=(const StillsPlace&) = delete;
  ~StillsPlace() override { ::close(fd_); }

  std::string location() const override { return name_.path; }
  std::string part() const override { return name_.path + std::string(PartFile::kSuffix); }
  storage::Output* output() override { return nullptr; }

  std::uint64_t bytes() const override {
    std::uint64_t bytes = 0;
    std::error_code failed;
    for (std::filesystem::directory_iterator at(part(), failed), end; !failed && at != end; at.increment(failed))
      bytes += at->file_size(failed);
    return bytes;
  }

  Result<std::string> publish(ClipDesk& desk, const Beside& beside) override {
    return desk.commit(name_, bytes(), [&](const std::string& path) -> Result<void> {
      beside(path);
      return or_alone(storage::rename_new(part(), path), path);
    });
  }

  bool leave() override { return true; }

  void discard(ClipDesk& desk) override {
    std::error_code failed;
    std::filesystem::remove_all(part(), failed);
    desk.give_back(name_);
  }

 private:
  ClipName name_;
  int fd_;
};

Result<std::unique_ptr<ClipPlace>> find_directory(ClipDesk& desk, const ClipOpening& opening) {
  int fd = -1;
  OMV_TRY(ClipName name, desk.find_name(opening, [&fd](const std::string& path) -> Result<void> {
    OMV_TRY(fd, StillsPlace::create(path));
    return {};
  }));
  return std::unique_ptr<ClipPlace>(std::make_unique<StillsPlace>(std::move(name), fd));
}

Result<std::unique_ptr<ClipPlace>> find_file(ClipDesk& desk, const ClipOpening& opening) {
  PartFile part;
  OMV_TRY(ClipName name, desk.find_name(opening, [&part](const std::string& path) -> Result<void> {
    OMV_TRY(part, PartFile::create(path, PartFile::WhenAbandoned::keep));
    return {};
  }));
  return std::unique_ptr<ClipPlace>(std::make_unique<FilePlace>(std::move(name), std::move(part)));
}

}  // namespace

Result<std::unique_ptr<ClipPlace>> ClipPlace::find(ClipDesk& desk, const ClipOpening& opening) {
  if (desk.muxer().kind == ClipMuxer::Kind::images) return find_directory(desk, opening);
  OMV_TRY(const std::string path, desk.name_for(opening));
  if (PipeOutput::is_pipe(path)) return std::unique_ptr<ClipPlace>(std::make_unique<PipePlace>(desk, path));
  return find_file(desk, opening);
}

}  // namespace omv::gst
