// SPDX-License-Identifier: LGPL-2.1-or-later
// An AVI into a pad: appended bytes as buffers, patches as segments that seek in the file and back.
#pragma once

#include <gst/gst.h>

#include "omv/recording/avi/output.h"

namespace omv::gst {

/// Streaming thread only. The pad has seen stream-start and caps.
class AviOutput final : public avi::Output {
 public:
  /// `durable`: every sync waits until it is on the medium.
  AviOutput(GstPad* pad, bool durable) : pad_(pad), durable_(durable) {}
  ~AviOutput() override { gst_clear_buffer_list(&waiting_); }
  AviOutput(const AviOutput&) = delete;
  AviOutput& operator=(const AviOutput&) = delete;

  /// Whether the sink behind the pad can go back in its file.
  static bool can_patch(GstPad* pad);

  /// Pushes the byte segment at 0 that everything else follows.
  void begin() { move_to(0); }

  /// The frame that is added next; borrowed until it is.
  void set_payload(GstBuffer* payload) { payload_ = payload; }

  void append(ConstByteSpan bytes) override;
  void append_payload() override;
  void patch(std::uint64_t offset, ConstByteSpan bytes) override;
  void barrier() override;

  /// Pushes what waits; the first result that was not GST_FLOW_OK.
  GstFlowReturn flush();

 private:
  void wait_for_push(GstBuffer* buffer);
  void push(GstBuffer* buffer);
  void move_to(std::uint64_t offset);

  GstPad* pad_;
  bool durable_;
  GstBuffer* payload_ = nullptr;
  GstBufferList* waiting_ = nullptr;
  std::uint64_t end_ = 0;  // of the file, with what waits
  bool is_away_ = false;   // the sink is not at its end
  GstFlowReturn flow_ = GST_FLOW_OK;
};

}  // namespace omv::gst
