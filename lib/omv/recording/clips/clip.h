// SPDX-License-Identifier: LGPL-2.1-or-later
// What is asked of clips, and what is known of one: the words that the ring, its elements and clip.json share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "omv/base/clock.h"

namespace omv::clips {

enum class Retrigger {
  extend,    ///< the clip lasts until the last trigger + post
  ignore,    ///< triggers within a clip change nothing; they are counted
  start_new  ///< the clip ends at the trigger and the next one begins there, without hole or duplicate
};

enum class OnEos {
  discard,  ///< a clip that is open ends with the stream; a ring without a trigger is forgotten
  save      ///< what the ring holds becomes a clip of its own when no trigger ever asked for it
};

/// Times are of the stream (running time). What comes first of several bounds counts.
struct ClipSettings {
  std::optional<Time> pre_time{std::chrono::seconds(5)};   ///< nullopt: no bound
  std::uint64_t pre_frames = 0;                            ///< 0: no bound
  std::uint64_t max_bytes = 64u << 20;                     ///< of all frames that are held; hard
  std::optional<Time> post_time{std::chrono::seconds(5)};  ///< nullopt: no bound
  std::uint64_t post_frames = 0;                           ///< 0: no bound
  Time gap{0};                                             ///< a trigger that soon after the end continues the clip
  Retrigger retrigger = Retrigger::extend;
  Time max_time{0};             ///< 0: no bound; a clip that is longer goes on in the next file, without a gap
  std::uint64_t max_clips = 0;  ///< 0: no bound
  OnEos on_eos = OnEos::discard;
  Time lateness{std::chrono::seconds(1)};  ///< so late a trigger may come and still find all of its pre-roll
  bool mixed_formats = false;              ///< a clip goes on over a change of format; else the next one begins there
};

enum class EndReason { complete, max_time, new_trigger, new_format, end_of_stream, flush, stopped };

/// As messages and clip.json spell it: complete, max-time, new-trigger, new-format, end-of-stream, flush, stopped.
const char* to_string(EndReason reason);

/// What asks for a clip.
struct Trigger {
  std::string source;
  std::optional<Time> time;  ///< running time; nullopt: where the last frame ends
  std::string details;       ///< whatever came with it, as text
};

/// A trigger as a clip remembers it.
struct ClipTrigger {
  std::string source;
  std::string details;
  Time time{0};                        ///< running time
  Time offset{0};                      ///< from the clip's first frame; negative when the ring no longer held it
  std::optional<std::uint64_t> frame;  ///< index in the clip of the first frame at or behind it, if it came
};

/// Sequence numbers are of the frames as they were delivered to the ring.
struct Clip {
  std::uint64_t number = 0;  ///< from 0, over the life of the ring
  EndReason end_reason = EndReason::complete;
  bool continues = false;  ///< its first frame follows the last one of the clip before
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = 0;
  std::uint64_t missing_before = 0;  ///< frames delivered since the clip before that are in neither
  Time start{0};                     ///< running time of the first frame
  Time end{0};                       ///< where the last frame ends, as far as that is known
  Time pre_asked{0};
  Time pre_got{0};                    ///< from the first frame to the first trigger
  bool preroll_short = false;         ///< frames in front of the first one had been delivered and were no longer held
  std::vector<ClipTrigger> triggers;  ///< the first kMaxTriggers
  std::uint64_t trigger_count = 0;    ///< all of them
};

inline constexpr std::size_t kMaxTriggers = 1000;

}  // namespace omv::clips
