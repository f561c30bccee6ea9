// SPDX-License-Identifier: LGPL-2.1-or-later
// The latest key frame, and a pipeline for it when somebody looks.
#include "runner/previews/key_pictures.h"

#include <algorithm>
#include <utility>

#include "runner/pipelines/format_name.h"
#include "runner/previews/decoding.h"
#include "runner/previews/parameter_sets.h"

namespace omv::runner {

namespace {

constexpr std::size_t kMostParameterSets = 4096;  // bytes; usual are 100

}  // namespace

KeyPictures::KeyPictures(Time period, const Services& services, PreviewEncoder::OnJpeg on_jpeg)
    : period_(std::max(period, kPause)), services_(services), on_jpeg_(std::move(on_jpeg)) {}

void KeyPictures::take(GstBuffer* frame, GstCaps* caps) {
  const std::lock_guard hold(mutex_);
  if (caps_.get() != caps) caps_.reset(gst_caps_ref(caps));
  if (GST_BUFFER_FLAG_IS_SET(frame, GST_BUFFER_FLAG_DELTA_UNIT)) return;
  const BufferPtr whole = whole_key_frame(frame, caps);
  key_ = {SamplePtr(gst_sample_new(whole.get(), caps, nullptr, nullptr)), true};
}

void KeyPictures::forget() {
  const std::lock_guard hold(mutex_);
  caps_.reset();
  key_ = {};
  parameter_sets_.clear();
  missing_.clear();
  failure_.clear();
}

BufferPtr KeyPictures::whole_key_frame(GstBuffer* frame, const GstCaps* caps) {
  const GstStructure* kind = gst_caps_get_structure(caps, 0);
  const bool has_start_codes = g_strcmp0(gst_structure_get_string(kind, "stream-format"), "byte-stream") == 0;
  if (!has_start_codes) return BufferPtr(gst_buffer_ref(frame));
  Bytes start(std::min(gst_buffer_get_size(frame), kMostParameterSets));
  gst_buffer_extract(frame, 0, start.data(), start.size());
  start.resize(parameter_set_bytes(start, gst_structure_has_name(kind, "video/x-h265") != FALSE));
  if (!start.empty()) parameter_sets_ = start;
  if (!start.empty() || parameter_sets_.empty()) return BufferPtr(gst_buffer_ref(frame));
  GstBuffer* sets = gst_buffer_new_memdup(parameter_sets_.data(), parameter_sets_.size());
  gst_buffer_copy_into(sets, frame, GST_BUFFER_COPY_METADATA, 0, static_cast<gsize>(-1));
  return BufferPtr(gst_buffer_append(sets, gst_buffer_ref(frame)));
}

std::string KeyPictures::problem() const {
  const std::lock_guard hold(mutex_);
  if (!missing_.empty()) return missing_;
  if (!failure_.empty()) return failure_;
  if (!caps_ || key_.frame) return "";
  return "no live picture yet: " + format_name(gst_caps_get_structure(caps_.get(), 0)) + " begins with a key frame";
}

void KeyPictures::tend(bool is_wanted) {
  check_decoder();
  const Time now = services_.timebase.now();
  if (!is_wanted) return rest();
  if (decoder_ && (decoder_->is_done() || now >= give_up_)) end(outcome());
  if (!decoder_ && now >= next_) begin(now);
}

void KeyPictures::rest() {
  end("");
  const std::lock_guard hold(mutex_);
  key_.is_new = key_.frame != nullptr;  // for the next one who looks
}

// Which decoders there are is known whether somebody looks or not.
void KeyPictures::check_decoder() {
  CapsPtr caps;
  {
    const std::lock_guard hold(mutex_);
    if (!caps_) checked_.reset();
    if (!caps_ || caps_ == checked_) return;
    caps.reset(gst_caps_ref(caps_.get()));
  }
  const auto decoding = decoding_of(caps.get());
  checked_ = std::move(caps);
  const std::lock_guard hold(mutex_);
  missing_ = decoding ? "" : decoding.error().message;
}

void KeyPictures::begin(Time now) {
  SamplePtr frame;
  {
    const std::lock_guard hold(mutex_);
    if (!key_.is_new || !missing_.empty()) return;
    key_.is_new = false;
    frame.reset(gst_sample_ref(key_.frame.get()));
  }
  next_ = now + period_;
  give_up_ = now + kPatience;
  auto decoder = PreviewEncoder::launch(gst_sample_get_caps(frame.get()), services_, on_jpeg_);
  if (!decoder) return end(decoder.error().message);
  decoder_ = *std::move(decoder);
  decoder_->push(gst_sample_get_buffer(frame.get()));
  decoder_->finish();
}

std::string KeyPictures::outcome() const {
  if (!decoder_->is_done()) return "it takes too long";
  if (!decoder_->failure().empty()) return decoder_->failure();
  return decoder_->has_picture() ? "" : "there is no picture in it";
}

void KeyPictures::end(const std::string& failure) {
  decoder_.reset();
  const std::lock_guard hold(mutex_);
  failure_ = failure.empty() ? "" : "no live picture: a key frame of this camera can't be decoded: " + failure;
}

void KeyPictures::close() { decoder_.reset(); }

}  // namespace omv::runner
