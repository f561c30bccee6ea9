// SPDX-License-Identifier: LGPL-2.1-or-later
// From files to the journal, the outbox and the log.
#include "runner/files/file_intake.h"

#include <chrono>

#include "runner/files/space.h"
#include "runner/names.h"

namespace omv::runner {

namespace {

using namespace std::chrono_literals;

LogFields fields_of(const FinishedFile& file) {
  LogFields fields = {{"record", file.record}, {"camera", file.camera}, {"path", file.path}};
  if (!file.trigger.empty()) fields.emplace_back("trigger", file.trigger);
  fields.emplace_back("frames", std::to_string(file.frames));
  fields.emplace_back("bytes", std::to_string(file.bytes));
  return fields;
}

std::string frames_text(std::uint64_t frames) { return std::to_string(frames) + (frames == 1 ? " frame" : " frames"); }

}  // namespace

FileIntake::FileIntake(const Services& services, Keeper& keeper, Outbox& outbox)
    : services_(services),
      keeper_(keeper),
      outbox_(outbox),
      recovery_(services, keeper,
                [this](const std::string& part, const Salvage& salvage) { on_salvage(part, salvage); }) {}

void FileIntake::take_up(const rig::Rig& rig) {
  const bool is_reachable_now = is_reachable(rig.storage);
  const bool is_same = is_taken_up_ && is_reachable_now &&
                       plain_directory(rig.storage.directory) == plain_directory(rig_.storage.directory);
  rig_ = rig;
  is_taken_up_ = is_reachable_now;
  if (!is_reachable_now) return;
  if (!is_same)
    for (const FinishedFile& file : keeper_.overdue(kPatience)) take(file);
  if (!rig_.storage.recover)
    recovery_.stop();
  else if (is_same)
    recovery_.follow(rig_);
  else
    recovery_.start(rig_);
}

void FileIntake::take_overdue(const std::vector<FinishedFile>& files) {
  for (const FinishedFile& file : files)
    if (keeper_.expects(file.path)) take(file);
}

// Those of records that are gone from the rig have no type any more.
std::string FileIntake::event_of(const FinishedFile& file) const {
  const rig::Record* record = rig::find_record(rig_, file.record);
  if (record == nullptr) return "file";
  return record->type == rig::RecordType::continuous ? "segment" : name_of(record->type);
}

void FileIntake::take(const FinishedFile& file) {
  LogFields fields = fields_of(file);
  if (file.complete) {
    keeper_.add(file, outbox_.add(file));
    services_.log.info(event_of(file), file.path, fields);
  }
  if (file.complete && file.lost == 0) return;
  fields.emplace_back("lost", std::to_string(file.lost));
  const std::string what = file.complete ? " lacks " + frames_text(file.lost) : " could not be finished";
  services_.log.warning("losses", file.path + what + (file.error.empty() ? "" : ": " + file.error), fields);
  if (!file.complete) recovery_.look_again();
}

void FileIntake::on_salvage(const std::string& part, const Salvage& salvage) {
  const LogFields fields = {{"path", part}};
  switch (salvage.outcome) {
    case Salvage::Outcome::saved:
      take(salvage.file);
      services_.log.info("recovery", part + " was left unfinished; saved: " + salvage.text, fields);
      break;
    case Salvage::Outcome::kept:
      keeper_.add(salvage.file, false);
      services_.log.info("recovery", part + " was left unfinished and stays so: " + salvage.text, fields);
      break;
    case Salvage::Outcome::removed:
      services_.log.info("recovery", part + " was left unfinished and is gone: " + salvage.text, fields);
      break;
  }
  if (salvage.is_lossy) services_.log.warning("losses", part + " was cut off: " + salvage.text, fields);
}

}  // namespace omv::runner
