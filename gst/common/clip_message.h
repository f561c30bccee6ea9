// SPDX-License-Identifier: LGPL-2.1-or-later
// What is told of clips: messages, events and statistics.
#pragma once

#include <gst/gst.h>

#include <optional>

#include "omv/recording/clips/clip.h"
#include "omv/recording/clips/clip_machine.h"

namespace omv::gst {

inline constexpr const char* kClipStarted = "omv-clip-started";
inline constexpr const char* kClipDone = "omv-clip-done";
inline constexpr const char* kClipEvent = "omv-clip";

/// So many of a clip's triggers a structure tells.
inline constexpr std::size_t kToldTriggers = 100;

/// The facts of a clip under that name: number, continues, missing-before, first-sequence, start (running time),
/// pre-asked, pre-got, preroll-short, source (of the first trigger), trigger-count, triggers (a GstValueArray of
/// structures omv-trigger: source, running-time, offset, frame, details), wall-clock (nanoseconds since 1970, of the
/// first frame) if it is known. Times are guint64 in nanoseconds, offsets gint64.
GstStructure* clip_structure(const char* name, const clips::Clip& clip, std::optional<Time> wall_clock);

/// The same as omv-clip-done, with end-reason, end, frames, bytes and last-sequence.
GstStructure* clip_done_structure(const clips::Clip& clip, std::optional<Time> wall_clock);

/// Adds what a ring counts: frames, bytes, held-frames, held-bytes, held-time, frames-out, dropped, triggers, used,
/// merged, ignored, waiting, clips, preroll-short.
void add_ring_stats(GstStructure* stats, const clips::RingStats& ring);

}  // namespace omv::gst
