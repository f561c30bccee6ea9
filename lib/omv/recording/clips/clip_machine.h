// SPDX-License-Identifier: LGPL-2.1-or-later
// Decides which frames are held, and which become part of which clip.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "omv/recording/clips/clip.h"
#include "omv/recording/clips/clip_record.h"
#include "omv/recording/clips/frame_index.h"
#include "omv/recording/clips/frame_times.h"

namespace omv::clips {

enum class State {
  armed,      ///< no clip; the ring fills
  recording,  ///< frames go to a clip as they come (or, without a key frame yet, wait for one)
  lingering,  ///< the clip has all it asked for; what comes is held in case a trigger continues it
  finishing   ///< while the target is told of the end
};

/// frames = dropped + in clips + held and never in a clip. triggers = used + merged + ignored + waiting.
struct RingStats {
  std::uint64_t frames = 0;         ///< delivered
  std::uint64_t bytes = 0;          ///< of these
  std::uint64_t held_frames = 0;    ///< now
  std::uint64_t held_memory = 0;    ///< of these, as ClipSettings::max_bytes counts
  Time held_time{0};                ///< from the first one to the end of the last
  std::uint64_t frames_out = 0;     ///< given to clips; more than once where clips overlap
  std::uint64_t dropped = 0;        ///< forgotten without having been in a clip
  std::uint64_t triggers = 0;       ///< raised
  std::uint64_t used = 0;           ///< began a clip
  std::uint64_t merged = 0;         ///< joined a clip
  std::uint64_t ignored = 0;        ///< changed nothing
  std::uint64_t waiting = 0;        ///< their time has not come
  std::uint64_t clips = 0;          ///< ended
  std::uint64_t preroll_short = 0;  ///< of these, those that say so
};

/// The rules:
/// - Start of a clip: the latest key frame at or before trigger - pre_time, or pre_frames before the trigger's frame,
///   whichever is later. When it is no longer held: the first key frame that is, and preroll_short says so.
/// - End, half-open: last trigger + post_time, or post_frames from the trigger's frame on, whichever is earlier. A clip
///   has one frame at least. Where frames are delivered in another order than shown, the end counts in decode time:
///   a frame that is shown behind it may be there for those that refer to it.
/// - After the end, frames are held for `gap`: a trigger before end + gap continues the clip. With gap >= pre_time, so
///   does any trigger whose clip would begin before the end of this one, however far apart key frames are: no two clips
///   have a frame in common, and none between them that a trigger asked for is missing. With a shorter gap, clips may
///   overlap; `continues` and `missing_before` tell.
/// - A trigger in the past finds what is held (lateness). One whose frames the clip before has all of, or of whose
///   frames none is held, is ignored. One in the future waits for its time.
/// - A clip is split in front of a key frame (max_time, another format, a trigger when the setting is start_new); the
///   next begins with that frame.
/// - max_bytes counts whatever is held, in every state: whole groups from a key frame to the next are dropped. Where
///   that hits what is held after the end of a clip, the clip ends there.
///
/// Adding a frame costs the same however many are held; a trigger costs a binary search. Not synchronised.
class ClipMachine {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void on_begin(const Clip& clip) = 0;
    virtual void on_frame(const Clip& clip, const RingFrame& frame) = 0;
    virtual void on_end(const Clip& clip) = 0;
    virtual void on_forget() = 0;  ///< the frame that has been held longest is gone
  };

  ClipMachine(const ClipSettings& settings, Listener& listener);

  /// A frame is there. After max_clips clips it is forgotten at once.
  void push(const Frame& frame);
  void trigger(const Trigger& trigger);

  /// No frame before this running time is to come.
  void advance(Time time);

  /// What holds from now on.
  void change(const ClipSettings& settings);

  /// What was delivered is void: the clip ends (flush), what is held is forgotten, times begin anew.
  void flush() { leave(EndReason::flush); }

  /// The last frame was delivered. The clip ends (complete, or end_of_stream when it asked for more), or OnEos::save
  /// makes one of what is held and in no clip.
  void end_of_stream();

  /// Nobody is interested any more: the clip ends (stopped), what is held is forgotten.
  void stop() { leave(EndReason::stopped); }

  State state() const { return state_; }
  bool is_done() const { return done_; }  ///< max_clips clips have ended
  RingStats stats() const;

 private:
  struct Waiting {
    Trigger trigger;
    std::optional<Time> time;  // of the ring; nullopt: the first frame's
  };
  enum class Verdict { wait, begin, merge, cut, ignore };

  // Triggers.
  void run();
  bool settle_next_trigger();
  Verdict judge(Time time) const;
  Verdict judge_inside(Time time) const;
  bool is_due(Time time) const;
  bool is_inside(Time time) const;
  void begin(const Trigger& trigger, Time time);
  void merge(const Trigger& trigger, Time time);
  void join(const Trigger& trigger, Time time);
  void cut(const Trigger& trigger, Time time);
  void take_cuts(Time until, bool begins);
  void ignore_waiting();
  std::optional<std::uint64_t> frame_in_clip(Time time) const;

  // Where a clip begins.
  bool qualifies(const FrameIndex::Key& key, Time time, std::uint64_t trigger_frame) const;
  std::optional<FrameIndex::Key> start_of(Time time) const;
  bool is_short(Time time) const;
  bool adds_nothing(Time time, std::uint64_t start) const;
  bool avoids_overlap() const;
  std::uint64_t end_of_last_clip() const;
  void choose_start(Time time);

  // Where it ends.
  void set_last_trigger(Time time);
  bool is_past_end(const RingFrame& frame) const;
  Time end_time() const;
  bool linger_is_over() const;

  // The clip's frames.
  void progress();
  void deliver();
  bool deliver_one(RingFrame& frame);
  void open(const RingFrame& frame);
  void emit(RingFrame& frame);
  void abandon();
  std::optional<EndReason> reason_to_split(const RingFrame& frame) const;
  void split(const RingFrame& frame, EndReason reason);
  void linger(std::uint64_t end, Time time);
  void end_clip(EndReason reason);
  void close(EndReason reason);
  void save_rest();
  void leave(EndReason reason);

  // What is held.
  void trim();
  void drop_unusable();
  void drop_aged();
  void drop_excess();
  void drop_group();
  void drop_front();
  void forget();

  ClipSettings settings_;
  Listener& listener_;
  State state_ = State::armed;
  bool done_ = false;
  RingStats stats_;
  FrameTimes times_;
  FrameIndex frames_;
  std::uint64_t stream_begin_ = 0;  // the first frame since the last flush
  std::uint64_t late_ = 0;          // the first frame at which a trigger may still be expected
  std::optional<Time> now_;         // no frame in front of it is to come
  std::deque<Waiting> waiting_;     // in the order of their times
  std::vector<Waiting> cuts_;       // at which the clip is to be split, as soon as a key frame comes

  ClipRecord record_;                 // the clip that is open
  std::optional<Clip> before_;        // the one before
  std::uint64_t next_ = 0;            // the next frame to go into the clip
  bool start_known_ = false;          // next_ is where the clip begins, be it past the end
  bool endless_ = false;              // no trigger asked for the clip
  std::uint32_t format_ = 0;          // of the clip's first frame
  std::optional<Time> last_trigger_;  // the latest one
  std::optional<std::uint64_t> last_trigger_frame_;
  Time chain_start_{0};  // of the clips that follow each other without a gap up to this one
  std::uint64_t chain_begin_ = 0;
  bool chain_is_open_ = false;  // its first frame is known
  std::uint64_t end_ = 0;       // lingering: the first frame behind the clip, and its time
  Time end_time_{0};
};

}  // namespace omv::clips
