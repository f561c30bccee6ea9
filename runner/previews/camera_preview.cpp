// SPDX-License-Identifier: LGPL-2.1-or-later
// The latest picture, and when the next one is due.
#include "runner/previews/camera_preview.h"

#include <algorithm>
#include <utility>

#include "runner/previews/decoding.h"

namespace omv::runner {

namespace {

Time period_of(double rate) {
  return rate > 0 ? std::chrono::duration_cast<Time>(std::chrono::duration<double>(1 / rate)) : Time(0);
}

bool is_jpeg(const GstCaps* caps) { return gst_structure_has_name(gst_caps_get_structure(caps, 0), "image/jpeg"); }

bool is_same(const CapsPtr& known, const GstCaps* caps) {
  return known && caps != nullptr && gst_caps_is_equal(known.get(), caps);
}

}  // namespace

CameraPreview::CameraPreview(double rate, const Services& services)
    : period_(period_of(rate)),
      services_(services),
      keys_(period_, services, [this](GstBuffer* jpeg) { show(jpeg); }) {}

CameraPreview::~CameraPreview() { close(); }

void CameraPreview::take(GstBuffer* frame, GstCaps* caps) {
  if (period_ == Time(0)) return;
  const std::lock_guard hold(mutex_);
  const Time now = services_.timebase.now();
  if (!is_wanted(now)) latest_.reset();
  const bool was_coded = std::exchange(is_coded_, is_coded_video(caps));
  if (is_coded_) return keys_.take(frame, caps);
  if (was_coded) keys_.forget();
  if (!is_wanted(now) || !is_due(now)) return;
  if (is_jpeg(caps)) return show_locked(frame);
  if (raw_caps_.get() != caps) raw_caps_.reset(gst_caps_ref(caps));
  if (encoder_ && is_same(encoder_caps_, caps)) encoder_->push(frame);
}

bool CameraPreview::is_due(Time now) {
  if (now < next_) return false;
  next_ = std::max(next_ + period_, now);
  return true;
}

void CameraPreview::set_watchers(int watchers) {
  const std::lock_guard hold(mutex_);
  if (!is_wanted(services_.timebase.now())) latest_.reset();
  watchers_ = watchers;
}

std::shared_ptr<const PreviewFrame> CameraPreview::latest() {
  const std::lock_guard hold(mutex_);
  const Time now = services_.timebase.now();
  if (!is_wanted(now)) latest_.reset();  // it may be hours old
  wanted_until_ = now + kInterest;
  return latest_;
}

std::string CameraPreview::problem() const {
  if (period_ == Time(0)) return "live pictures of this camera are switched off (preview = \"0/s\")";
  const std::lock_guard hold(mutex_);
  return problem_.empty() ? keys_.problem() : problem_;
}

void CameraPreview::show(GstBuffer* jpeg) {
  const std::lock_guard hold(mutex_);
  show_locked(jpeg);
}

void CameraPreview::show_locked(GstBuffer* jpeg) {
  auto frame = std::make_shared<PreviewFrame>();
  frame->sequence = ++sequence_;
  frame->jpeg.resize(gst_buffer_get_size(jpeg));
  gst_buffer_extract(jpeg, 0, frame->jpeg.data(), frame->jpeg.size());
  latest_ = std::move(frame);
}

// ---- the loop's thread ---------------------------------------------------------------------------------------------

void CameraPreview::tend() {
  CapsPtr caps;
  bool is_looked_at = false;
  {
    const std::lock_guard hold(mutex_);
    is_looked_at = is_wanted(services_.timebase.now());
    if (!is_looked_at) raw_caps_.reset();
    if (raw_caps_) caps.reset(gst_caps_ref(raw_caps_.get()));
  }
  keys_.tend(is_looked_at);
  if (!caps) return end_encoder();
  if (!is_same(encoder_caps_, caps.get())) begin_encoder(caps.get());
}

// Threads of an encoder that goes call show(): it goes without the lock.
void CameraPreview::end_encoder() {
  std::unique_ptr<PreviewEncoder> gone;
  const std::lock_guard hold(mutex_);
  encoder_caps_.reset();
  gone = std::move(encoder_);
}

void CameraPreview::begin_encoder(GstCaps* caps) {
  end_encoder();
  auto encoder = PreviewEncoder::launch(caps, services_, [this](GstBuffer* jpeg) { show(jpeg); });
  const std::lock_guard hold(mutex_);
  problem_ = encoder ? "" : "no live picture: " + encoder.error().message;
  encoder_caps_.reset(gst_caps_ref(caps));
  if (encoder) encoder_ = *std::move(encoder);
}

void CameraPreview::close() {
  {
    const std::lock_guard hold(mutex_);
    closed_ = true;
  }
  end_encoder();
  keys_.close();
}

}  // namespace omv::runner
