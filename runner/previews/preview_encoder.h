// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames that are no JPEG become one: a small pipeline of its own.
#pragma once

#include <gst/app/gstappsink.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "omv/base/result.h"
#include "runner/gst_ptr.h"
#include "runner/pipelines/pipeline.h"
#include "runner/services.h"

namespace omv::runner {

/// Made and destroyed on the loop's thread.
class PreviewEncoder {
 public:
  /// On a thread of the pipeline.
  using OnJpeg = std::function<void(GstBuffer* jpeg)>;

  /// Errc::unsupported: there is nothing that decodes frames of these caps. Errc::invalid: an element is missing.
  static Result<std::unique_ptr<PreviewEncoder>> launch(GstCaps* caps, const Services& services, OnJpeg on_jpeg);

  PreviewEncoder(const PreviewEncoder&) = delete;
  PreviewEncoder& operator=(const PreviewEncoder&) = delete;

  /// Waits for nothing, on any thread: of frames that come too fast the latest counts.
  void push(GstBuffer* frame);

  /// No frame follows: what decoders hold back for later ones is given out.
  void finish();

  // Of the loop's thread.
  bool is_done() const { return is_done_; }                ///< after finish(), or because it has failed
  const std::string& failure() const { return failure_; }  ///< empty: it has not
  bool has_picture() const { return has_picture_; }        ///< at least one

 private:
  explicit PreviewEncoder(OnJpeg on_jpeg) : on_jpeg_(std::move(on_jpeg)) {}
  void on_message(GstMessage* message);
  static GstFlowReturn on_sample(GstAppSink* sink, gpointer data);

  OnJpeg on_jpeg_;
  std::atomic<bool> has_picture_ = false;
  bool is_done_ = false;
  std::string failure_;
  ElementPtr input_;
  std::unique_ptr<Pipeline> pipeline_;  // goes first: its threads call on_jpeg_
};

}  // namespace omv::runner
