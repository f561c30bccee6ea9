// SPDX-License-Identifier: LGPL-2.1-or-later
// Finds the frames by a walk, and muxes them anew into their own slots.
#include "omv/recording/avi/recover.h"

#include <utility>

#include "omv/image/coded_header.h"
#include "omv/recording/avi/file_output.h"
#include "omv/recording/avi/layout.h"
#include "omv/recording/avi/muxer.h"

namespace omv::avi {

namespace {

class Recovery {
 public:
  Recovery(const Reader& reader, const RecoverOptions& options, File& file)
      : reader_(reader), options_(options), output_(file) {
    result_.rate = options.rate.value_or(reader.rate());
  }

  Result<Recovered> run() {
    OMV_TRY(contents_, reader_.scan());
    for (const Damage& damage : contents_.damage) result_.damaged_bytes += damage.bytes;
    for (std::size_t n = 0; n < contents_.frames.size(); ++n) {
      OMV_CHECK(copy(n));
      OMV_CHECK(output_.status());
      if (options_.progress) options_.progress(contents_.frames[n].payload() + contents_.frames[n].bytes);
    }
    if (!muxer_) return Error{Errc::end, "there is no whole frame in it"};
    OMV_CHECK(muxer_->add_empty(contents_.slots - muxer_->slots()));
    muxer_->finish(contents_.end);
    result_.slots = muxer_->slots();
    result_.length = slot_time(result_.rate, result_.slots);
    OMV_CHECK(output_.status());
    return result_;
  }

 private:
  Result<void> copy(std::size_t n) {
    const StoredFrame& frame = contents_.frames[n];
    OMV_TRY(const auto size, whole_size(frame));
    if (!size) {
      ++result_.broken_frames;
      return {};
    }
    if (!muxer_) OMV_CHECK(begin(*size));
    if (size->width != width_ || size->height != height_) ++result_.other_sizes;
    OMV_CHECK(muxer_->add_empty(frame.slot - muxer_->slots()));
    output_.set_payload(payload_);
    OMV_CHECK(muxer_->add_frame(frame.bytes, time_of(n)));
    ++result_.frames;
    return {};
  }

  // Reads the frame. None when it is not a whole JPEG that an AVI has room for.
  Result<std::optional<CodedSize>> whole_size(const StoredFrame& frame) {
    if (frame.bytes > kMostPayload) return std::optional<CodedSize>();
    OMV_CHECK(reader_.read(frame, payload_));
    const auto size = read_jpeg_size(payload_);
    const bool is_whole = size && size->width > 0 && size->height > 0 && find_jpeg_end(payload_);
    return is_whole ? std::optional(*size) : std::nullopt;
  }

  Result<void> begin(const CodedSize& size) {
    width_ = size.width;
    height_ = size.height;
    Tags tags = reader_.header().tags;
    if (contents_.captured) tags.captured = contents_.captured;
    OMV_TRY(muxer_, Muxer::begin({.width = width_,
                                  .height = height_,
                                  .rate = result_.rate,
                                  .tags = std::move(tags),
                                  .can_patch = true,
                                  .keep_times = !contents_.times.empty()},
                                 output_));
    return {};
  }

  Nanoseconds time_of(std::size_t n) const {
    return n < contents_.times.size() ? contents_.times[n] : slot_time(result_.rate, contents_.frames[n].slot);
  }

  const Reader& reader_;
  const RecoverOptions& options_;
  FileOutput output_;
  Contents contents_;
  std::optional<Muxer> muxer_;
  Bytes payload_;
  std::uint32_t width_ = 0;
  std::uint32_t height_ = 0;
  Recovered result_;
};

}  // namespace

Result<Recovered> recover(const Reader& reader, File& output, const RecoverOptions& options) {
  OMV_TRY(Recovered recovered, Recovery(reader, options, output).run());
  OMV_CHECK(output.sync());
  return recovered;
}

}  // namespace omv::avi
