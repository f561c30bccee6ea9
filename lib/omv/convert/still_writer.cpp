// SPDX-License-Identifier: LGPL-2.1-or-later
// A file without a name for each frame, which gets one when it is whole.
#include "omv/convert/still_writer.h"

#include <unistd.h>

#include <utility>

#include "omv/convert/pictures.h"
#include "omv/storage/atomic_file.h"
#include "omv/storage/directories.h"
#include "omv/storage/name_pattern.h"

namespace omv::convert {

namespace {

class StillWriter final : public FrameWriter {
 public:
  StillWriter(storage::NamePattern pattern, const formats::Format& format, const WriterOptions& options)
      : pattern_(std::move(pattern)),
        format_(format),
        quality_(options.quality),
        files_({.overwrite = options.overwrite}) {}

  ~StillWriter() override {
    if (is_kept_) return;
    for (const std::string& path : written_) ::unlink(path.c_str());
  }

  Result<void> add(const TimedFrame& frame) override {
    storage::NameValues values;
    values.index = frame.index;
    values.running_time = frame.time;
    OMV_TRY(std::string path, pattern_.expand(values));
    if (path == last_) return Error{Errc::invalid, path + ": one name for several frames; put %{index} in it"};
    auto bytes = coded(frame.frame, format_, quality_);
    if (!bytes) return Error{bytes.error().code, "frame " + std::to_string(frame.index) + ": " + bytes.error().message};
    OMV_TRY(storage::AtomicFile file, files_.begin(storage::directory_of(path)));
    OMV_CHECK(file.write(*bytes));
    const bool replaces = ::access(path.c_str(), F_OK) == 0;
    OMV_CHECK(file.commit(path));
    if (!replaces) written_.push_back(path);
    last_ = std::move(path);
    return {};
  }

  Result<void> finish() override {
    keep();
    return {};
  }

  void keep() override { is_kept_ = true; }

 private:
  storage::NamePattern pattern_;
  const formats::Format& format_;
  int quality_;
  storage::AtomicFiles files_;
  std::vector<std::string> written_;  // paths that had no file before; nobody has been told yet that they are there
  std::string last_;                  // path
  bool is_kept_ = false;
};

}  // namespace

Result<std::unique_ptr<FrameWriter>> create_stills(const std::string& pattern, const WriterOptions& options) {
  OMV_TRY(const formats::Format* format, formats::format_for_path(pattern));
  OMV_TRY(storage::NamePattern parsed, storage::NamePattern::parse(pattern));
  return std::unique_ptr<FrameWriter>(std::make_unique<StillWriter>(std::move(parsed), *format, options));
}

}  // namespace omv::convert
