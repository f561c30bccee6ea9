// SPDX-License-Identifier: LGPL-2.1-or-later
// A rig with files on a disk as full as a test wants it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "rig/reader.h"
#include "runner/files/keeper.h"
#include "temp_dir.h"

namespace omv::runner::test {

using omv::test::TempDir;
using omv::test::write_file;

/// A rig of two cameras a and b, one record "all" and one "door", with these lines of [storage] and [[retain]].
inline rig::Rig rig_in(const std::string& directory, const std::string& storage, const std::string& more = "") {
  const std::string text = "[storage]\ndirectory = '" + directory + "'\nmin_free = '0B'\nstop_free = '0B'\n" + storage +
                           "\n[camera.a]\ndevice = 'emulator:'\n[camera.b]\ndevice = 'emulator:'\n"
                           "[trigger.t]\ntype = 'signal'\nsignal = 'USR1'\n"
                           "[record.all]\ntype = 'continuous'\n[record.door]\ntype = 'clip'\ntriggers = 't'\n" +
                           more;
  const rig::Checked checked = rig::read_rig(text, {std::uint64_t{64} << 30});
  if (!checked.ok()) throw std::runtime_error(checked.report.diagnostics().front().message);
  return checked.rig;
}

/// Replaces what a key of the above says, which TOML allows once.
inline rig::Rig with_floors(rig::Rig rig, std::uint64_t min_free, std::uint64_t stop_free) {
  rig.storage.min_free = min_free;
  rig.storage.stop_free = stop_free;
  return rig;
}

/// Files of a directory, and a keeper of them.
class KeptFiles {
 public:
  KeptFiles() { log.configure(rig::LogLevel::error, rig::LogFormat::text); }

  rig::Rig rig(const std::string& more = "") const { return rig_in(dir / "out", "", more); }

  /// As a restart: a new keeper reads what the old one wrote.
  Keeper& restart(const rig::Rig& rig) {
    keeper.reset();
    keeper = std::make_unique<Keeper>(
        log,
        [this](const std::string&) -> Result<Space> {
          ++looks;
          return Space{1000, free};
        },
        clock);
    if (!keeper->apply(rig)) throw std::runtime_error("the keeper can't be opened");
    return *keeper;
  }

  /// A file that is on the disk, and about which nobody has told.
  FinishedFile make(const std::string& name, std::int64_t seconds, std::size_t bytes = 100,
                    const std::string& record = "all", const std::string& camera = "a") const {
    FinishedFile file;
    file.record = record;
    file.camera = camera;
    file.path = dir / ("out/" + name);
    file.bytes = bytes;
    file.time = std::chrono::seconds(seconds);
    std::filesystem::create_directories(std::filesystem::path(file.path).parent_path());
    write_file(file.path, Bytes(bytes));
    return file;
  }

  FinishedFile add(const std::string& name, std::int64_t seconds, std::size_t bytes = 100,
                   const std::string& record = "all", const std::string& camera = "a") {
    FinishedFile file = make(name, seconds, bytes, record, camera);
    keeper->add(file, false);
    return file;
  }

  /// Names in `out` but for what is hidden, sorted.
  std::vector<std::string> there() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(dir / "out"))
      if (!entry.path().filename().string().starts_with(".")) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  TempDir dir;
  Log log;
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
  std::uint64_t free = 1'000'000;
  int looks = 0;
  std::unique_ptr<Keeper> keeper;
};

}  // namespace omv::runner::test
