// SPDX-License-Identifier: LGPL-2.1-or-later
// Some frames of a recording, made small.
#include "runner/previews/animation.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "omv/convert/gif_writer.h"
#include "omv/convert/kind.h"
#include "omv/convert/pictures.h"
#include "omv/convert/still_frames.h"
#include "omv/image/scale.h"
#include "omv/storage/directories.h"
#include "runner/offline/video_frames.h"

namespace omv::runner {

namespace {

namespace fs = std::filesystem;
using convert::FrameReader;
using convert::Nanoseconds;
using convert::TimedFrame;

constexpr avi::Rate kUnknownRate = {10, 1};

std::unique_ptr<FrameReader> open_directory(const Recording& recording) {
  std::vector<std::string> paths;
  std::error_code failed;
  for (fs::directory_iterator at(recording.path, failed), end; !failed && at != end; at.increment(failed))
    paths.push_back(at->path().string());
  std::sort(paths.begin(), paths.end());
  const auto milliseconds = static_cast<std::uint64_t>(recording.duration.count());
  const bool is_known = recording.frames > 0 && recording.frames < 1'000'000 && milliseconds > 0;
  const avi::Rate rate = is_known ? avi::Rate{static_cast<std::uint32_t>(recording.frames * 1000),
                                              static_cast<std::uint32_t>(milliseconds)}
                                  : kUnknownRate;
  return convert::open_stills(std::move(paths), rate);
}

Result<std::unique_ptr<FrameReader>> open(const Recording& recording, const std::function<bool()>& go_on) {
  if (storage::is_directory(recording.path)) return open_directory(recording);
  OMV_TRY(const convert::Kind kind, convert::kind_of_file(recording.path));
  if (kind == convert::Kind::other) return open_video(recording.path, go_on);
  return convert::open_recording(recording.path, kind, {});
}

// Which frames are shown, and when.
class Choice {
 public:
  Choice(Nanoseconds length, double rate)
      : pace_(std::max(1.0, length / std::chrono::duration<double>(kLongestAnimation))),
        interval_(std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>(pace_ / rate))) {}

  // Frames come some milliseconds early or late.
  bool takes(Nanoseconds time) {
    if (time + interval_ / 4 < due_) return false;
    due_ = std::max(due_ + interval_, time);
    return true;
  }

  Nanoseconds shown(Nanoseconds time) const {
    return std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>(time) / pace_);
  }
  Nanoseconds interval() const { return shown(interval_); }

 private:
  double pace_;  // times faster than it was
  Nanoseconds interval_;
  Nanoseconds due_{0};
};

Frame make_frame(PixelFormat format, std::uint32_t width, std::uint32_t height) {
  const FrameInfo info = {format, width, height};
  return {info, Bytes(static_cast<std::size_t>(payload_bytes(info)))};
}

// In steps of a half, so that every pixel counts.
Frame scaled(Frame picture, const FrameInfo& to) {
  while (picture.info.width != to.width || picture.info.height != to.height) {
    Frame smaller = make_frame(picture.info.format, std::max(to.width, picture.info.width / 2),
                               std::max(to.height, picture.info.height / 2));
    scale_bilinear(packed_view(picture.info, ConstByteSpan(picture.data)),
                   packed_view(smaller.info, ByteSpan(smaller.data)));
    picture = std::move(smaller);
  }
  return picture;
}

FrameInfo size_for(const FrameInfo& picture, std::uint32_t width) {
  if (width == 0 || picture.width <= width) return picture;
  const std::uint64_t height = (std::uint64_t{picture.height} * width + picture.width / 2) / picture.width;
  return {picture.format, width, static_cast<std::uint32_t>(std::max<std::uint64_t>(height, 1))};
}

Result<Frame> small_picture(const Frame& frame, std::uint32_t width, FrameInfo& size) {
  OMV_TRY(Frame raw, convert::decoded(frame));
  OMV_TRY(raw, convert::converted(raw, has_colour(raw.info.format) ? PixelFormat::rgb565 : PixelFormat::grayscale));
  if (size.width == 0) size = size_for(raw.info, width);
  return scaled(std::move(raw), size);
}

}  // namespace

Result<void> write_animation(const Recording& recording, const std::string& to, const AnimationOptions& options,
                             const std::function<bool()>& go_on) {
  OMV_TRY(const auto reader, open(recording, go_on));
  convert::WriterOptions settings;
  settings.overwrite = true;
  settings.gif = options.gif;
  OMV_TRY(const auto writer, convert::create_gif(to, settings));
  Choice choice(reader->length().value_or(recording.duration), options.rate);
  FrameInfo size;
  TimedFrame frame;
  bool is_empty = true;
  for (;;) {
    OMV_TRY(const bool there, reader->next(frame));
    if (!there) break;
    if (!go_on()) return Error{Errc::cancelled, recording.path + ": interrupted"};
    if (frame.frame.info.format == PixelFormat::argb8 || !choice.takes(frame.time)) continue;
    OMV_TRY(Frame picture, small_picture(frame.frame, options.width, size));
    OMV_CHECK(writer->add({std::move(picture), frame.index, choice.shown(frame.time), {}, choice.interval()}));
    is_empty = false;
  }
  if (is_empty) return Error{Errc::end, recording.path + ": there is no frame to show"};
  return writer->finish();
}

}  // namespace omv::runner
