// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures that are no JPEG become one: a small pipeline of its own.
#pragma once

#include <gst/app/gstappsink.h>

#include <functional>
#include <memory>

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

  /// Errc::unsupported: there is nothing that encodes frames of these caps.
  static Result<std::unique_ptr<PreviewEncoder>> launch(GstCaps* caps, const Services& services, OnJpeg on_jpeg);

  PreviewEncoder(const PreviewEncoder&) = delete;
  PreviewEncoder& operator=(const PreviewEncoder&) = delete;

  /// Waits for nothing, on any thread: of frames that come too fast the latest counts.
  void push(GstBuffer* frame);

 private:
  explicit PreviewEncoder(OnJpeg on_jpeg) : on_jpeg_(std::move(on_jpeg)) {}
  static GstFlowReturn on_sample(GstAppSink* sink, gpointer self);

  OnJpeg on_jpeg_;
  ElementPtr input_;
  std::unique_ptr<Pipeline> pipeline_;  // goes first: its threads call on_jpeg_
};

}  // namespace omv::runner
