// SPDX-License-Identifier: LGPL-2.1-or-later
// From running time to the wall clock.
#include "common/capture_time.h"

namespace omv::gst {

namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds kSet = std::chrono::seconds(1);

nanoseconds wall_clock_now() { return nanoseconds(g_get_real_time() * 1000); }

std::optional<nanoseconds> reference_time(GstBuffer* buffer) {
  static GstStaticCaps unix_time = GST_STATIC_CAPS("timestamp/x-unix");
  GstCaps* caps = gst_static_caps_get(&unix_time);
  const auto* meta = gst_buffer_get_reference_timestamp_meta(buffer, caps);
  gst_caps_unref(caps);
  if (meta == nullptr || !GST_CLOCK_TIME_IS_VALID(meta->timestamp)) return std::nullopt;
  return nanoseconds(static_cast<gint64>(meta->timestamp));
}

}  // namespace

std::optional<nanoseconds> CaptureTime::epoch(GstElement* element) {
  GstClock* clock = gst_element_get_clock(element);
  if (clock == nullptr) return std::nullopt;
  const GstClockTime base_time = gst_element_get_base_time(element);
  const auto running_time = static_cast<gint64>(gst_clock_get_time(clock) - base_time);
  const nanoseconds now = wall_clock_now() - nanoseconds(running_time);
  if (base_time != base_time_ || now - epoch_ > kSet || epoch_ - now > kSet) {
    epoch_ = now;
    base_time_ = base_time;
  }
  gst_object_unref(clock);
  return epoch_;
}

nanoseconds CaptureTime::of(GstElement* element, GstBuffer* buffer, std::optional<nanoseconds> running_time) {
  if (const auto reference = reference_time(buffer)) return *reference;
  const auto start = running_time ? epoch(element) : std::nullopt;
  return start ? *start + *running_time : wall_clock_now();
}

}  // namespace omv::gst
