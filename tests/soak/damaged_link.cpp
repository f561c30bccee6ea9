// SPDX-License-Identifier: LGPL-2.1-or-later
// One packet in a hundred is damaged, for minutes: every frame that comes is the one that was shown, and every frame
// that does not come is counted.
#include <chrono>
#include <vector>

#include "omv/emulator/scene.h"
#include "process_figures.h"
#include "soak_pipeline.h"

namespace omv::test {
namespace {

using std::chrono::steady_clock;

constexpr FrameInfo kPicture{PixelFormat::rgb565, 320, 240};
const int kSeed = soak_setting("OMV_SOAK_SEED", 1);  // of picture and faults
constexpr guint64 kWarmUp = 20;                      // frames
constexpr guint64 kFramesPerAmbiguity = 5000;  // 1 % of the answers times 1 % of the announcements is one in 10,000
constexpr std::size_t kMoreKiB = 4 * 1024;     // growth that is no leak

struct Case {
  const char* name;
  bool on_pty;
  const char* stream;
};

// For messages of failures.
[[maybe_unused]] void PrintTo(const Case& tested, std::ostream* out) { *out << tested.name; }

constexpr Case kCases[] = {{"TcpRaw", false, "raw"}, {"PtyRaw", true, "raw"}, {"PtyJpeg", true, "jpeg"}};

class Damage : public ::testing::TestWithParam<Case> {
 protected:
  Damage()
      : camera_(GetParam().on_pty,
                "fps=0&lock-interval=0&size=QVGA&format=rgb565&corrupt=0.01&seed=" + std::to_string(kSeed)),
        pipeline_(soak_pipeline(
            camera_.device(), std::string("protocol=v2 overflow=block reconnect-delay=1 stream=") + GetParam().stream)),
        scene_(*emulator::Scene::create(kPicture, static_cast<std::uint64_t>(kSeed))) {}

  // The picture is the one that was shown, every byte of it when it is raw.
  void judge(const Received& frame) {
    const std::int64_t sequence = sequence_of(frame);
    ASSERT_GE(sequence, 0) << "a frame is damaged";
    ASSERT_TRUE(sequence == last_ + 1 || frame.discont) << sequence << " after " << last_;
    if (sequence <= last_) {
      ASSERT_NO_FATAL_FAILURE(take_restart(sequence));
    }
    skipped_ += static_cast<guint64>(sequence - last_ - 1);
    last_ = sequence;
    ++frames_;
    if (is_compressed(info_of(frame).format)) return;
    const auto code = emulator::read_code(view_of(frame));
    const ConstByteSpan shown = scene_.render(*code);
    ASSERT_TRUE(std::equal(shown.begin(), shown.end(), frame.bytes.begin(), frame.bytes.end())) << sequence;
  }

  // Behind a connection that did not recover, a new one begins; the script then counts from 0.
  void take_restart(std::int64_t sequence) {
    const guint64 allowed = soak_stat(pipeline_, "reconnects") + soak_stat(pipeline_, "script-restarts");
    ASSERT_LT(restarts_, allowed) << sequence << " after " << last_ << ": a frame came twice";
    ++restarts_;
    last_ = -1;
  }

  guint64 counted() {
    guint64 sum = 0;
    for (const char* name : {"received", "dropped-corrupt", "dropped-resync", "dropped-refused"})
      sum += soak_stat(pipeline_, name);
    return sum;
  }

  // One frame may wait on the camera, and one may have at the end of each connection that did not recover; the others
  // arrive while nobody takes any. When both the answer to a LOCK and the announcement of the next frame are damaged,
  // no host can tell that there were two frames: LOCK and announcement are one packet each, so this is rare.
  void expect_every_frame_counted() {
    const guint64 ambiguous = 1 + (frames_ + skipped_) / kFramesPerAmbiguity;
    const guint64 unknown = 1 + soak_stat(pipeline_, "reconnects") + ambiguous;
    guint64 shown = 0;
    guint64 known = 0;
    for (int i = 0; i < 5000 && (shown == 0 || known > shown || known + unknown < shown); ++i) {
      g_usleep(1000);
      shown = camera_.emulator().counters().frames;
      known = counted();
    }
    std::printf("  shown by the camera %llu, counted by omvsrc %llu\n", static_cast<unsigned long long>(shown),
                static_cast<unsigned long long>(known));
    EXPECT_LE(known, shown);
    EXPECT_GE(known + unknown, shown);
  }

  void print_statistics() {
    std::printf("%s: %llu frames came, each intact, %llu did not\n", GetParam().name,
                static_cast<unsigned long long>(frames_), static_cast<unsigned long long>(skipped_));
    std::printf("  packets damaged %llu;", static_cast<unsigned long long>(camera_.emulator().counters().link.damaged));
    for (const char* name : {"received", "dropped-corrupt", "dropped-resync", "crc-errors", "sequence-errors",
                             "timeouts", "resyncs", "reconnects", "script-restarts"})
      std::printf(" %s %llu", name, static_cast<unsigned long long>(soak_stat(pipeline_, name)));
    std::printf("\n");
  }

  SoakCamera camera_;
  Pipeline pipeline_;
  emulator::Scene scene_;
  std::int64_t last_ = -1;
  guint64 restarts_ = 0;
  guint64 frames_ = 0;
  guint64 skipped_ = 0;
};

TEST_P(Damage, EveryFrameIsWholeAndEveryLossCounted) {
  pipeline_.set_state(GST_STATE_PLAYING);
  const auto end = steady_clock::now() + std::chrono::seconds(soak_setting("OMV_SOAK_SECONDS", 120));
  ProcessFigures start;
  while (steady_clock::now() < end) {
    const auto frames = pull(pipeline_, 1);
    ASSERT_EQ(frames.size(), 1u) << "no frame; " << empty_bus(pipeline_);
    ASSERT_NO_FATAL_FAILURE(judge(frames[0]));
    ASSERT_EQ(empty_bus(pipeline_, true), "");
    if (frames_ == kWarmUp) start = process_figures();
  }
  ASSERT_GT(frames_, kWarmUp) << "the stream has not gone on";
  pipeline_.set_state(GST_STATE_PAUSED);  // the camera has to wait
  print_statistics();
  expect_every_frame_counted();
  const ProcessFigures last = process_figures();
  print("start", start);
  print("end", last);
  EXPECT_GT(camera_.emulator().counters().link.damaged, 0u);
  EXPECT_LE(last.descriptors, start.descriptors);
  EXPECT_LE(last.threads, start.threads);
  EXPECT_LE(last.resident_kib, start.resident_kib + kMoreKiB);
}

INSTANTIATE_TEST_SUITE_P(Links, Damage, ::testing::ValuesIn(kCases),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace omv::test
