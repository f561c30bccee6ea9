// SPDX-License-Identifier: LGPL-2.1-or-later
// AVIs are muxed anew; of ImageIO files and GIFs everything up to the first damage is whole as it stands.
#include "recordings_saved.h"

#include <cinttypes>
#include <cstdio>
#include <functional>

#include "gif_summary.h"
#include "omv/convert/kind.h"
#include "omv/recording/avi/recover.h"
#include "omv/recording/imageio_recover.h"

namespace omv::tool {

namespace {

Error named(const std::string& input, Error error) { return {error.code, input + ": " + error.message}; }

std::string frames_text(std::uint64_t frames, double seconds) {
  char text[64];
  std::snprintf(text, sizeof text, "%" PRIu64 " frame%s, %.3f s", frames, frames == 1 ? "" : "s", seconds);
  return text;
}

std::string lost(std::uint64_t bytes) { return "lost: " + std::to_string(bytes) + " bytes that are no whole frame"; }

Error misplaced_rate(const std::string& input) {
  return {Errc::invalid, input + ": --framerate is for AVIs; this recording says when each frame was"};
}

// ---- Motion JPEG AVI -----------------------------------------------------------------------------------------------

Saved describe(const avi::Recovered& recovered) {
  Saved saved;
  saved.what = frames_text(recovered.frames, static_cast<double>(recovered.length.count()) / 1e9) + " at " +
               std::to_string(recovered.rate.numerator) + "/" + std::to_string(recovered.rate.denominator);
  saved.is_lossy = recovered.is_lossy();
  if (recovered.broken_frames > 0)
    saved.notes.push_back("left out: " + std::to_string(recovered.broken_frames) +
                          " frames that are no whole JPEG; their time is kept");
  if (recovered.damaged_bytes > 0) saved.notes.push_back(lost(recovered.damaged_bytes));
  if (recovered.other_sizes > 0)
    saved.notes.push_back("note: " + std::to_string(recovered.other_sizes) +
                          " frames have another size than the first");
  return saved;
}

Result<Saved> save_avi(const SaveOptions& options, File& output) {
  OMV_TRY(const File input, File::open(options.input, File::Mode::read));
  const auto reader = avi::Reader::open(input);
  if (!reader) return named(options.input, reader.error());
  avi::RecoverOptions recover_options{options.rate, {}};
  if (options.progress)
    recover_options.progress = [&](std::uint64_t done) { options.progress(done, reader->file_bytes()); };
  auto recovered = avi::recover(*reader, output, recover_options);
  if (!recovered && recovered.error().code == Errc::end) return named(options.input, std::move(recovered).error());
  if (!recovered) return std::move(recovered).error();
  return describe(*recovered);
}

// ---- animated GIF --------------------------------------------------------------------------------------------------

Result<Saved> save_gif(const SaveOptions& options, File& output) {
  if (options.rate) return misplaced_rate(options.input);
  OMV_TRY(const GifRecording recording, GifRecording::open(options.input));
  const gif::Contents& contents = recording.contents;
  auto done = gif::recover(recording.file.bytes(), contents, output);
  if (!done && done.error().code == Errc::end) return named(options.input, std::move(done).error());
  if (!done) return std::move(done).error();
  Saved saved{frames_text(contents.frames.size(), static_cast<double>(contents.duration()) / 100), {}, false};
  saved.is_lossy = contents.damaged_bytes > 0;
  if (saved.is_lossy) saved.notes.push_back(lost(contents.damaged_bytes));
  return saved;
}

// ---- ImageIO -------------------------------------------------------------------------------------------------------

Result<Saved> save_imageio(const SaveOptions& options, File& output) {
  if (options.rate) return misplaced_rate(options.input);
  OMV_TRY(const File input, File::open(options.input, File::Mode::read));
  auto reader = imageio::Reader::open(input);
  if (!reader) return named(options.input, reader.error());
  OMV_TRY(const std::uint64_t size, input.size());
  std::function<void(std::uint64_t)> progress;
  if (options.progress) progress = [&](std::uint64_t done) { options.progress(done, size); };
  auto recovered = imageio::recover(*reader, input, output, progress);
  if (!recovered && recovered.error().code == Errc::end) return named(options.input, std::move(recovered).error());
  if (!recovered) return std::move(recovered).error();
  Saved saved{frames_text(recovered->frames, static_cast<double>(recovered->length.count()) / 1e6), {}, false};
  saved.is_lossy = recovered->lost_bytes > 0;
  if (saved.is_lossy) saved.notes.push_back(lost(recovered->lost_bytes));
  return saved;
}

}  // namespace

Result<Saved> save_recording(const SaveOptions& options, File& output) {
  OMV_TRY(const convert::Kind kind, convert::kind_of_file(options.input));
  switch (kind) {
    case convert::Kind::avi: return save_avi(options, output);
    case convert::Kind::gif: return save_gif(options, output);
    default: return save_imageio(options, output);
  }
}

}  // namespace omv::tool
