// SPDX-License-Identifier: LGPL-2.1-or-later
// AVIs are muxed anew; of ImageIO files and GIFs everything up to the first damage is whole as it stands.
#include "omv/convert/recover.h"

#include <cinttypes>
#include <cstdio>

#include "omv/base/mapped_file.h"
#include "omv/convert/kind.h"
#include "omv/recording/avi/recover.h"
#include "omv/recording/gif/contents.h"
#include "omv/recording/imageio_recover.h"

namespace omv::convert {

namespace {

Error named(const std::string& input, Error error) { return {error.code, input + ": " + error.message}; }

std::string frames_text(std::uint64_t frames, double seconds) {
  char text[64];
  std::snprintf(text, sizeof text, "%" PRIu64 " frame%s, %.3f s", frames, frames == 1 ? "" : "s", seconds);
  return text;
}

std::string lost(std::uint64_t bytes) { return "lost: " + std::to_string(bytes) + " bytes that are no whole frame"; }

// A file whose reading ends when nobody waits for it any more.
class Input final : public ByteSource {
 public:
  Input(File file, const std::atomic<bool>* cancelled) : file_(std::move(file)), cancelled_(cancelled) {}

  static Result<Input> open(const RecoverOptions& options) {
    OMV_TRY(File file, File::open(options.input, File::Mode::read));
    return Input(std::move(file), options.cancelled);
  }

  Result<void> read_at(std::uint64_t offset, ByteSpan into) const override {
    if (cancelled_ != nullptr && *cancelled_) return Error{Errc::cancelled, "nobody waits for it any more"};
    return file_.read_at(offset, into);
  }
  Result<std::uint64_t> size() const override { return file_.size(); }

 private:
  File file_;
  const std::atomic<bool>* cancelled_;
};

Error misplaced_rate(const std::string& input) {
  return {Errc::invalid, input + ": --framerate is for AVIs; this recording says when each frame was"};
}

// ---- Motion JPEG AVI -----------------------------------------------------------------------------------------------

Recovered describe(const avi::Recovered& recovered) {
  Recovered saved;
  saved.frames = recovered.frames;
  saved.length = recovered.length;
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

Result<Recovered> save_avi(const RecoverOptions& options, File& output) {
  OMV_TRY(const Input input, Input::open(options));
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

Result<Recovered> save_gif(const RecoverOptions& options, File& output) {
  if (options.rate) return misplaced_rate(options.input);
  OMV_TRY(const MappedFile input, MappedFile::open(options.input));
  const auto contents = gif::read_contents(input.bytes());
  if (!contents) return named(options.input, contents.error());
  auto done = gif::recover(input.bytes(), *contents, output);
  if (!done && done.error().code == Errc::end) return named(options.input, std::move(done).error());
  if (!done) return std::move(done).error();
  Recovered saved;
  saved.frames = contents->frames.size();
  saved.length = std::chrono::milliseconds(10 * contents->duration());
  saved.what = frames_text(saved.frames, static_cast<double>(contents->duration()) / 100);
  saved.is_lossy = contents->damaged_bytes > 0;
  if (saved.is_lossy) saved.notes.push_back(lost(contents->damaged_bytes));
  return saved;
}

// ---- ImageIO -------------------------------------------------------------------------------------------------------

Result<Recovered> save_imageio(const RecoverOptions& options, File& output) {
  if (options.rate) return misplaced_rate(options.input);
  OMV_TRY(const Input input, Input::open(options));
  auto reader = imageio::Reader::open(input);
  if (!reader) return named(options.input, reader.error());
  OMV_TRY(const std::uint64_t size, input.size());
  std::function<void(std::uint64_t)> progress;
  if (options.progress) progress = [&](std::uint64_t done) { options.progress(done, size); };
  auto recovered = imageio::recover(*reader, input, output, progress);
  if (!recovered && recovered.error().code == Errc::end) return named(options.input, std::move(recovered).error());
  if (!recovered) return std::move(recovered).error();
  Recovered saved;
  saved.frames = recovered->frames;
  saved.length = recovered->length;
  saved.what = frames_text(saved.frames, static_cast<double>(recovered->length.count()) / 1e6);
  saved.is_lossy = recovered->lost_bytes > 0;
  if (saved.is_lossy) saved.notes.push_back(lost(recovered->lost_bytes));
  return saved;
}

}  // namespace

Result<Recovered> recover_recording(const RecoverOptions& options, File& output) {
  OMV_TRY(const Kind kind, kind_of_file(options.input));
  switch (kind) {
    case Kind::avi: return save_avi(options, output);
    case Kind::gif: return save_gif(options, output);
    default: return save_imageio(options, output);
  }
}

}  // namespace omv::convert
