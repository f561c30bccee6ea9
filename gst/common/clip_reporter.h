// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages and warnings of an element about the clips that its threads write.
#pragma once

#include <gst/gst.h>

#include "common/clip_desk.h"

namespace omv::gst {

/// Knows the element as long as it is there, and is silent about what goes on after it was stopped. Any thread.
class ClipReporter final : public ClipListener {
 public:
  explicit ClipReporter(GstElement* element) { g_weak_ref_init(&element_, element); }
  ClipReporter(const ClipReporter&) = delete;
  ClipReporter& operator=(const ClipReporter&) = delete;
  ~ClipReporter() override { g_weak_ref_clear(&element_); }

  void fall_silent() { g_weak_ref_set(&element_, nullptr); }

  void on_started(const ClipOpening& opening, const std::string& location, const std::string& part) override;
  void on_done(const ClipReport& report) override;
  void on_loss(const ClipReport& report) override;
  void on_recovery(std::uint64_t clips) override;
  void on_leftovers(const std::vector<std::string>& paths) override;

 private:
  GWeakRef element_;
};

/// Adds what a writer counts: saved, incomplete, written-frames, written-bytes, lost-queue-full, lost-disk-full,
/// lost-failed, deleted.
void add_clip_counters(GstStructure* stats, const ClipCounters& counters);

}  // namespace omv::gst
