// SPDX-License-Identifier: LGPL-2.1-or-later
// What coded video shows (H.264): its key frames, each decoded alone.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "omv/base/bytes.h"
#include "runner/gst_ptr.h"
#include "runner/previews/preview_encoder.h"
#include "runner/services.h"

namespace omv::runner {

/// Frames between key frames are never decoded, which is what costs: a picture is as old as the camera's latest key
/// frame. Where key frames come without the parameter sets that a decoder needs, those of an earlier one stand in
/// front of it. One key frame is held by reference, also when nobody looks, so that whoever comes sees something at
/// once. A decoder lives for one picture: at its end it has to give what it holds back, however many frames that may
/// be.
///
/// take(), problem() on any thread; tend() and close() are the loop's.
class KeyPictures {
 public:
  /// Pictures are no closer together, and none takes longer.
  static constexpr Time kPause = std::chrono::milliseconds(250);
  static constexpr Time kPatience = std::chrono::seconds(10);

  /// `on_jpeg` as PreviewEncoder has it. Services outlive this object.
  KeyPictures(Time period, const Services& services, PreviewEncoder::OnJpeg on_jpeg);
  KeyPictures(const KeyPictures&) = delete;
  KeyPictures& operator=(const KeyPictures&) = delete;

  /// Waits for nothing.
  void take(GstBuffer* frame, GstCaps* caps);

  /// The camera sends something else by now.
  void forget();

  /// To be called several times a second. What has failed is forgotten when nobody looks.
  void tend(bool is_wanted);
  void close();

  /// Why there is no picture, a sentence; empty: there is one, or will be as soon as somebody looks.
  std::string problem() const;

 private:
  struct Key {
    SamplePtr frame;  // null: none yet
    bool is_new = false;
  };

  BufferPtr whole_key_frame(GstBuffer* frame, const GstCaps* caps);
  void check_decoder();
  void begin(Time now);
  void rest();
  void end(const std::string& failure);
  std::string outcome() const;

  const Time period_;
  const Services services_;
  const PreviewEncoder::OnJpeg on_jpeg_;
  mutable std::mutex mutex_;
  CapsPtr caps_;  // of the last frame
  Key key_;
  Bytes parameter_sets_;  // of a key frame that had them
  std::string missing_;   // what there is no decoder for
  std::string failure_;   // of the last picture

  // Of the loop's thread alone.
  CapsPtr checked_;
  std::unique_ptr<PreviewEncoder> decoder_;
  Time next_{0};     // when a key frame may be decoded again
  Time give_up_{0};  // on `decoder_`
};

}  // namespace omv::runner
