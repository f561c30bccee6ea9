// SPDX-License-Identifier: LGPL-2.1-or-later
// What a ring gives out, kept to be looked at; breaches of the order of calls are found at once.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "omv/recording/clips/clip_ring.h"

namespace omv::test {

struct CollectedClip {
  clips::Clip facts;
  std::vector<clips::RingFrame> frames;
  bool ended = false;
};

/// Payloads are the sequence numbers the frames ought to have.
class ClipCollector final : public clips::ClipTarget<std::uint64_t> {
 public:
  void begin(const clips::Clip& clip) override {
    EXPECT_TRUE(clips.empty() || clips.back().ended) << "begun within a clip";
    EXPECT_EQ(clip.number, clips.size());
    clips.push_back({clip, {}, false});
  }

  void frame(const clips::Clip& clip, const clips::RingFrame& frame, const std::uint64_t& payload) override {
    EXPECT_EQ(frame.sequence, payload);
    EXPECT_EQ(clip.frames, clips.back().frames.size() + 1);
    clips.back().frames.push_back(frame);
  }

  void end(const clips::Clip& clip) override {
    EXPECT_FALSE(clips.back().ended);
    clips.back().facts = clip;
    clips.back().ended = true;
  }

  std::vector<CollectedClip> clips;
};

}  // namespace omv::test
