// SPDX-License-Identifier: LGPL-2.1-or-later
// A rig that is made up: two cameras that show the synthetic scene, one that is lost, and clips that triggers make.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "omv/emulator/scene.h"
#include "omv/formats/jpeg.h"
#include "omv/recording/gif/writer.h"
#include "runner/control.h"
#include "temp_dir.h"

namespace omv::test {

/// Says on standard output what it is asked for, a line each: "raised TRIGGER ORIGIN key=value …", "watch CAMERA 1".
class FakeControl final : public runner::Control {
 public:
  static constexpr std::size_t kPictures = 24;

  explicit FakeControl(std::string directory) : directory_(std::move(directory)) {
    make_pictures();
    make_status();
    for (int i = 0; i < 6; ++i) add_file(i % 2 == 0 ? "garden" : "gate", std::chrono::minutes(7 * (6 - i)));
    files_[0].pinned = true;
    files_[2].lost = 3;
  }

  runner::Status status() const override {
    const std::lock_guard lock(mutex_);
    runner::Status status = status_;
    status.files_revision = revision_;
    status.disk.files = files_.size();
    return status;
  }

  runner::FilePage files(const runner::FileQuery& query) const override {
    const std::lock_guard lock(mutex_);
    runner::FilePage page;
    for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
      if (!is_wanted(*file, query)) continue;
      if (page.files.size() == query.limit) return page.more = true, page;
      page.files.push_back(*file);
    }
    return page;
  }

  std::optional<runner::FileEntry> file(std::uint64_t id) const override {
    const std::lock_guard lock(mutex_);
    for (const auto& file : files_)
      if (file.id == id) return file;
    return std::nullopt;
  }

  Result<runner::Raised> raise(std::string_view trigger, std::string_view origin,
                               const runner::TriggerDetails& details) override {
    const std::lock_guard lock(mutex_);
    for (auto& one : status_.triggers) {
      if (one.name != trigger) continue;
      if (one.name == "busy") return ++one.ignored, runner::Raised::held_off;
      ++one.raised;
      one.last = now();
      say(trigger, origin, details);
      add_file("garden", std::chrono::minutes(0));
      return runner::Raised::taken;
    }
    return Error{Errc::invalid, "there is no trigger '" + std::string(trigger) + "'"};
  }

  Result<void> set_pinned(std::uint64_t id, bool pinned) override {
    const std::lock_guard lock(mutex_);
    for (auto& file : files_)
      if (file.id == id) file.pinned = pinned;
    ++revision_;
    return {};
  }

  Result<void> remove(std::uint64_t id) override {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(files_.begin(), files_.end(), [id](const auto& file) { return file.id == id; });
    if (found == files_.end()) return Error{Errc::invalid, "there is no such file"};
    if (found->pinned) return Error{Errc::busy, "it is pinned"};
    files_.erase(found);
    ++revision_;
    return {};
  }

  std::shared_ptr<const runner::PreviewFrame> preview(std::string_view camera) const override {
    if (camera != "garden" && camera != "gate") return nullptr;
    return pictures_[(now().count() / 100 + (camera == "gate" ? 9 : 0)) % kPictures];
  }

  void watch_preview(std::string_view camera, bool watching) override {
    const std::lock_guard lock(mutex_);
    watching_[std::string(camera)] += watching ? 1 : -1;
    std::printf("watch %s %d\n", std::string(camera).c_str(), watching_[std::string(camera)]);
    std::fflush(stdout);
  }

 private:
  static runner::WallTime now() {
    return std::chrono::duration_cast<runner::WallTime>(std::chrono::system_clock::now().time_since_epoch());
  }

  static bool is_wanted(const runner::FileEntry& file, const runner::FileQuery& query) {
    const auto fits = [](const std::string& wanted, const std::string& is) { return wanted.empty() || wanted == is; };
    return (!query.before || file.id < *query.before) && fits(query.record, file.record) &&
           fits(query.camera, file.camera) && fits(query.type, file.type) && (!query.pinned_only || file.pinned);
  }

  static void say(std::string_view trigger, std::string_view origin, const runner::TriggerDetails& details) {
    std::printf("raised %s %s", std::string(trigger).c_str(), std::string(origin).c_str());
    for (const auto& [key, value] : details) std::printf(" %s=%s", key.c_str(), value.c_str());
    std::printf("\n");
    std::fflush(stdout);
  }

  void make_pictures() {
    const FrameInfo info = {PixelFormat::rgb565, 320, 240};
    auto scene = emulator::Scene::create(info, 7).value();
    auto gif = gif::Writer::create(info, {}).value();
    formats::JpegEncoder encoder;
    for (std::uint32_t i = 0; i < kPictures; ++i) {
      const auto view = packed_view(info, scene.render({i, i * 200}));
      auto frame = std::make_shared<runner::PreviewFrame>();
      frame->sequence = i + 1;
      require(encoder.encode(view, {}, frame->jpeg));
      pictures_.push_back(std::move(frame));
      require(gif.add(view, i * 100'000'000LL, gif_));
    }
    require(gif.finish(100'000'000, gif_));
  }

  static void require(const Result<void>& result) {
    if (!result) throw std::runtime_error(result.error().message);
  }

  void make_status() {
    using namespace std::chrono_literals;
    status_.rig = "bench";
    status_.started = now() - 26h - 12min;
    status_.cameras = {camera("garden", "JPEG", 30.0), camera("gate", "JPEG", 14.9), camera("barn", "", 0)};
    status_.cameras[2].state = runner::CameraState::lost;
    status_.cameras[2].message = "no camera with serial number A1B2C3D4E5F6 on USB; looked for every 10 s";
    status_.cameras[1].dropped = 12;
    status_.records = {record("visits", "garden", "clip"), record("visits", "gate", "clip"),
                       record("always", "garden", "continuous"), record("visits", "barn", "clip")};
    status_.records[0].ring = runner::RingStatus{41'000'000, 67'108'864, 150, 5s, 5s};
    status_.records[1].ring = runner::RingStatus{9'000'000, 67'108'864, 41, 2750ms, 5s};
    status_.records[3].ring = runner::RingStatus{0, 67'108'864, 0, 0s, 5s};
    status_.records[2].state = runner::RecordState::recording;
    status_.records[0].lost = 3;
    for (const auto& [name, type] :
         {std::pair("visitor", "motion"), std::pair("door", "http"), std::pair("busy", "http")})
      status_.triggers.push_back({.name = name, .type = type, .raised = 4, .last = now() - 3min});
    status_.disk = {.directory = directory_,
                    .total = 500'000'000'000,
                    .free = 41'000'000'000,
                    .min_free = 20'000'000'000,
                    .stop_free = 5'000'000'000,
                    .bytes = 318'000'000'000,
                    .deleted = 1204};
    status_.hooks = {.waiting = 2, .done = 118, .retries = 4};
    const auto twice = now() - 9min;
    status_.events = {
        {now() - 40s, runner::EventLevel::error, "camera-lost", "barn: no camera with serial number A1B2C3D4E5F6"},
        {now() - 7min, runner::EventLevel::info, "clip", "visits/gate-0006.avi: 10.0 s, 150 frames"},
        {twice, runner::EventLevel::info, "trigger", "visitor"},
        {twice, runner::EventLevel::info, "trigger", "visitor"},
        {now() - 14min, runner::EventLevel::warning, "losses", "visits of garden lost 3 frames: the disk was slow"}};
  }

  static runner::CameraStatus camera(const std::string& name, const std::string& format, double rate) {
    runner::CameraStatus status;
    status.name = name;
    if (rate == 0) return status;
    status.state = runner::CameraState::running;
    status.format = format;
    status.width = 320;
    status.height = 240;
    status.frames = 2'831'040;
    status.bytes = 28'310'400'000;
    status.frame_rate = rate;
    status.byte_rate = rate * 10'000;
    status.last_frame = std::chrono::milliseconds(21);
    return status;
  }

  static runner::RecordStatus record(const std::string& name, const std::string& camera, const std::string& type) {
    runner::RecordStatus status;
    status.name = name;
    status.camera = camera;
    status.type = type;
    status.files = 12;
    status.bytes = 48'000'000;
    status.frames = 3600;
    return status;
  }

  /// Called with the lock, or before anybody else knows this.
  void add_file(const std::string& camera, std::chrono::milliseconds ago) {
    runner::FileEntry file;
    file.id = ++last_id_;
    const std::string stem = camera + "-" + std::to_string(file.id);
    file.name = "visits/" + stem + ".avi";
    file.path = directory_ + "/" + stem + ".avi";
    file.record = "visits";
    file.camera = camera;
    file.trigger = "visitor";
    file.type = "clip";
    file.media_type = "video/x-msvideo";
    file.bytes = 300'000 + file.id;
    file.time = now() - ago;
    file.duration = std::chrono::milliseconds(10'000);
    file.frames = 300;
    file.preview_path = directory_ + "/" + stem + ".gif";
    file.preview_type = "image/gif";
    Bytes content(file.bytes);
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    write_file(file.path, content);
    write_file(file.preview_path, gif_);
    files_.push_back(std::move(file));
    ++revision_;
  }

  const std::string directory_;
  std::vector<std::shared_ptr<const runner::PreviewFrame>> pictures_;
  Bytes gif_;
  mutable std::mutex mutex_;
  runner::Status status_;
  std::vector<runner::FileEntry> files_;
  std::map<std::string, int> watching_;
  std::uint64_t last_id_ = 0;
  std::uint64_t revision_ = 1;
};

}  // namespace omv::test
