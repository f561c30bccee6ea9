// SPDX-License-Identifier: LGPL-2.1-or-later
// Looks for whoever can split.
#include "common/split_request.h"

namespace omv::gst {

namespace {

constexpr const char* kSignal = "split-at-running-time";
constexpr int kFarthest = 16;  // elements

GstElement* next_element(GstPad* source_pad) {
  GstPad* peer = gst_pad_get_peer(source_pad);
  if (peer == nullptr) return nullptr;
  GstElement* element = gst_pad_get_parent_element(peer);
  gst_object_unref(peer);
  return element;
}

bool split(GstElement* element, GstClockTime running_time) {
  if (g_signal_lookup(kSignal, G_OBJECT_TYPE(element)) == 0) return false;
  g_signal_emit_by_name(element, kSignal, running_time);
  return true;
}

}  // namespace

void request_split(GstPad* source_pad, GstClockTime running_time) {
  auto* pad = static_cast<GstPad*>(gst_object_ref(source_pad));
  for (int i = 0; pad != nullptr && i < kFarthest; ++i) {
    GstElement* element = next_element(pad);
    gst_clear_object(&pad);
    if (element == nullptr) return;
    if (!split(element, running_time)) pad = gst_element_get_static_pad(element, "src");
    gst_object_unref(element);
  }
  gst_clear_object(&pad);
}

}  // namespace omv::gst
