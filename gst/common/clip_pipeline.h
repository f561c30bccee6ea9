// SPDX-License-Identifier: LGPL-2.1-or-later
// One clip on its way through a muxer into a file: a small pipeline of its own, fed from one thread.
#pragma once

#include <gst/gst.h>

#include <memory>
#include <string>

#include "common/ring_input.h"
#include "omv/base/result.h"
#include "omv/storage/output.h"

namespace omv::gst {

/// What a pipeline is made of; see clip_muxer.h.
struct ClipChain {
  std::string description;             ///< elements from frames to bytes, or to files
  std::string stills_location;         ///< of the element "stills", if there is no output
  const RingFormat* format = nullptr;  ///< of the first frame, borrowed
  GstTagList* tags = nullptr;          ///< of the stream, borrowed; may be null
};

/// One thread. Every call takes as long as the muxer and the output take.
class ClipPipeline {
 public:
  /// `output` may be null: the chain writes by itself. Errc::unsupported: the chain can't be built, or does not take
  /// such frames.
  static Result<std::unique_ptr<ClipPipeline>> start(const ClipChain& chain, storage::Output* output);

  ClipPipeline(const ClipPipeline&) = delete;
  ClipPipeline& operator=(const ClipPipeline&) = delete;
  ~ClipPipeline();

  /// Frames are of this format from here on.
  Result<void> change_format(const RingFormat& format);

  /// A frame whose timestamps count from the beginning of the clip; a DTS may lie before that.
  /// Errors are those of the output, else the first that an element told.
  Result<void> push(GstBuffer* frame, GstClockTimeDiff pts, GstClockTimeDiff dts);

  /// Files that the element "stills" has saved, once that is finished.
  std::uint64_t stills_saved() const;

  /// The end of the stream; returns when everything is written. Errc::timeout: the muxer does not come to an end.
  Result<void> finish();

 private:
  ClipPipeline(GstElement* pipeline, GstElement* sink, storage::Output* output)
      : pipeline_(pipeline), sink_(sink), output_(output) {}
  void set_stills_location(const std::string& location);
  Result<void> connect(const ClipChain& chain, GstElement* elements);
  Result<void> push_headers(const RingFormat& format);
  void begin_stream(const ClipChain& chain);
  bool has_output_failed() const;
  Error what_went_wrong(GstFlowReturn flow);
  std::uint64_t progress() const { return output_ != nullptr ? output_->progress() : 0; }

  GstElement* pipeline_;
  GstElement* sink_;  // null without an output; the pipeline's
  storage::Output* output_;
  GstPad* pad_ = nullptr;
};

}  // namespace omv::gst
