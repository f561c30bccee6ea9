// SPDX-License-Identifier: LGPL-2.1-or-later
// What one camera sees now, as JPEGs, as long as somebody looks.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "runner/control.h"
#include "runner/gst_ptr.h"
#include "runner/pipelines/fanout.h"
#include "runner/previews/key_pictures.h"
#include "runner/previews/preview_encoder.h"
#include "runner/services.h"

namespace omv::runner {

/// Any thread, but tend() and close(), which are the loop's. take() costs a copy of a JPEG, or a reference of another
/// picture, `rate` times a second, and nothing while nobody looks; of coded video a reference of each key frame.
class CameraPreview final : public FrameTaker {
 public:
  /// So long after latest() pictures are made without a watcher.
  static constexpr Time kInterest = std::chrono::seconds(10);

  /// `rate` frames a second at most; 0: none. Services outlive this object.
  CameraPreview(double rate, const Services& services);
  CameraPreview(const CameraPreview&) = delete;
  CameraPreview& operator=(const CameraPreview&) = delete;
  ~CameraPreview() override;

  void take(GstBuffer* frame, GstCaps* caps) override;

  /// How many look all the time.
  void set_watchers(int watchers);

  /// Null: none was made yet since somebody looks.
  std::shared_ptr<const PreviewFrame> latest();

  /// Why there is no picture, a sentence; empty: there is one, or will be as soon as somebody looks.
  std::string problem() const;

  /// An encoder is there when it is needed, and only then. To be called several times a second.
  void tend();

  /// The encoder goes; frames that still come are not looked at.
  void close();

 private:
  bool is_wanted(Time now) const { return !closed_ && (watchers_ > 0 || now < wanted_until_); }
  bool is_due(Time now);
  void show(GstBuffer* jpeg);
  void show_locked(GstBuffer* jpeg);
  void begin_encoder(GstCaps* caps);
  void end_encoder();

  const Time period_;  // 0: no pictures
  const Services services_;
  mutable std::mutex mutex_;
  bool closed_ = false;
  bool is_coded_ = false;  // the last frame was of coded video
  int watchers_ = 0;
  Time wanted_until_{0};
  Time next_{0};
  std::uint64_t sequence_ = 0;
  std::shared_ptr<const PreviewFrame> latest_;
  CapsPtr raw_caps_;                         // of the last frame, when that is no JPEG
  CapsPtr encoder_caps_;                     // that `encoder_` is for, or can't be made for
  std::unique_ptr<PreviewEncoder> encoder_;  // changed on the loop's thread alone
  std::string problem_;                      // why there is none
  KeyPictures keys_;                         // of coded video
};

}  // namespace omv::runner
