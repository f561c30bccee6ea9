// SPDX-License-Identifier: LGPL-2.1-or-later
// The thread and its queue.
#include "runner/previews/clip_animator.h"

#include <sys/resource.h>
#include <unistd.h>

#include <exception>
#include <filesystem>
#include <utility>

namespace omv::runner {

namespace {

namespace fs = std::filesystem;

constexpr int kNiceness = 19;

AnimationOptions options_of(const rig::Record& record) {
  AnimationOptions options;
  options.width = static_cast<std::uint32_t>(record.gif_width);
  options.rate = record.gif_framerate;
  options.gif.colors = static_cast<unsigned>(record.gif_colors);
  options.gif.palette = static_cast<gif::PaletteMode>(record.gif_palette);
  options.gif.dither = static_cast<gif::Dither>(record.gif_dither);
  return options;
}

static_assert(static_cast<int>(gif::PaletteMode::openmv) == static_cast<int>(rig::GifPalette::openmv));
static_assert(static_cast<int>(gif::Dither::diffusion) == static_cast<int>(rig::Dither::diffusion));

bool is_there(const std::string& path) {
  std::error_code failed;
  return fs::exists(path, failed);
}

}  // namespace

std::string preview_path_of(const std::string& path) { return path + ".gif"; }

ClipAnimator::ClipAnimator(Log& log, OnMade on_made)
    : log_(log), on_made_(std::move(on_made)), thread_([this] { run(); }) {}

ClipAnimator::~ClipAnimator() {
  {
    const std::lock_guard hold(mutex_);
    ending_ = true;
  }
  news_.notify_one();
  thread_.join();
}

void ClipAnimator::add(const rig::Record& record, Recording clip) {
  if (record.preview != rig::Preview::gif || record.format == rig::FileFormat::gif) return;
  const std::lock_guard hold(mutex_);
  if (jobs_.size() >= kMostWaiting)
    return log_.warning("preview", clip.path + " has none: " + std::to_string(jobs_.size()) + " others wait");
  jobs_.push_back({std::move(clip), options_of(record)});
  news_.notify_one();
}

void ClipAnimator::run() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
  for (;;) {
    std::unique_lock hold(mutex_);
    news_.wait(hold, [this] { return ending_ || !jobs_.empty(); });
    if (ending_) return;
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    hold.unlock();
    try_to_make(job);
  }
}

// No recording is so odd, and no memory so short, that the rig may end of it.
void ClipAnimator::try_to_make(const Job& job) {
  try {
    make(job);
  } catch (const std::exception& error) {
    log_.warning("preview", job.clip.path + " has none: " + error.what());
  }
}

// Whoever deletes a clip deletes the clip first: where it is gone by now, its preview has come too late to be deleted.
void ClipAnimator::make(const Job& job) {
  const std::string to = preview_path_of(job.clip.path);
  const auto written = write_animation(job.clip, to, job.options, [this] { return !ending_; });
  if (!is_there(job.clip.path)) {
    std::error_code failed;
    fs::remove(to, failed);
  } else if (written) {
    ++made_;
    log_.debug("preview", to);
    if (on_made_) on_made_(job.clip.path);
  } else if (written.error().code != Errc::cancelled) {
    log_.warning("preview", job.clip.path + " has none: " + written.error().message);
  }
}

}  // namespace omv::runner
