// SPDX-License-Identifier: LGPL-2.1-or-later
// gst-launch-1.0 records the emulated camera and is killed; what reached the file is played back, frame for frame.
#include <gst/gst.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "omv/emulator/scene_code.h"
#include "omv/formats/jpeg.h"
#include "pipeline.h"
#include "temp_dir.h"

namespace {

using omv::Bytes;
using omv::ConstByteSpan;
using omv::PixelFormat;
using std::chrono::steady_clock;

constexpr std::size_t kMagicBytes = 16;
constexpr std::size_t kHeaderBytes = 32;
constexpr std::size_t kAlignment = 16;

// One way to record; the camera has more frames than any round waits for, and then falls silent.
struct Recorder {
  const char* name;
  const char* camera;
  const char* stream;
  const char* buffer_mode;  // of the filesink
  std::uint64_t most_bytes;
};

constexpr const char* kRgb565 = "emulator:?fps=0&lock-interval=0&format=RGB565&size=160x120&frames=1000";
constexpr const char* kGray = "emulator:?fps=0&lock-interval=0&format=GRAYSCALE&size=92x75&frames=2000";  // padded
constexpr const char* kColour = "emulator:?fps=0&lock-interval=0&size=320x240&frames=2000";

constexpr Recorder kRecorders[] = {
    {"RGB565, unbuffered", kRgb565, "raw", "unbuffered", 8'000'000},
    {"RGB565, default", kRgb565, "raw", "default", 8'000'000},
    {"JPEG, unbuffered", kColour, "jpeg", "unbuffered", 2'000'000},
    {"JPEG, default", kColour, "jpeg", "default", 2'000'000},
    {"GRAYSCALE, full", kGray, "raw", "full", 4'000'000},
};

[[noreturn]] void record(const Recorder& recorder, const std::string& path) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // it waits for ever should the test go first
  const std::string device = std::string("device=") + recorder.camera;
  const std::string stream = std::string("stream=") + recorder.stream;
  const std::string location = "location=" + path;
  const std::string mode = std::string("buffer-mode=") + recorder.buffer_mode;
  execlp("gst-launch-1.0", "gst-launch-1.0", "-q", "omvsrc", device.c_str(), stream.c_str(), "timeout=0", "!",
         "imageiomux", "!", "filesink", location.c_str(), mode.c_str(), nullptr);
  _exit(127);
}

std::uint64_t size_of(const std::string& path) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  return missing ? 0 : size;
}

// Kills the recorder once the file has `bytes`, wherever in a frame it is then; says what went wrong, if anything.
std::string record_and_kill(const Recorder& recorder, const std::string& path, std::uint64_t bytes) {
  const pid_t child = fork();
  if (child == 0) record(recorder, path);
  const auto deadline = steady_clock::now() + std::chrono::seconds(60);
  int status = 0;
  while (size_of(path) < bytes) {
    if (waitpid(child, &status, WNOHANG) == child) return "the recorder ended with status " + std::to_string(status);
    if (steady_clock::now() > deadline) break;
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  if (size_of(path) < bytes) return "the file did not reach " + std::to_string(bytes) + " bytes";
  return WIFSIGNALED(status) ? "" : "the recorder ended by itself";
}

// ---- the judge: knows the format, not our library's reader
// -----------------------------------------------------------

struct Chunk {
  omv::FrameInfo info;
  Bytes payload;
};

std::size_t payload_size(std::uint32_t w, std::uint32_t h, std::uint32_t id, std::uint32_t size) {
  switch (id) {
    case 0x08020001: return std::size_t{w} * h;
    case 0x0C030002: return std::size_t{w} * h * 2;
    case 0x06060000: return size;
    default: throw std::runtime_error("pixel format " + std::to_string(id) + " was never recorded");
  }
}

// Every frame whose header and payload are whole.
std::vector<Chunk> whole_frames(const Bytes& file) {
  std::vector<Chunk> frames;
  std::size_t at = kMagicBytes;
  while (at + kHeaderBytes <= file.size()) {
    const auto field = [&](std::size_t n) { return omv::load_le<std::uint32_t>(file.data() + at + 4 * n); };
    const std::size_t size = payload_size(field(1), field(2), field(3), field(4));
    if (at + kHeaderBytes + size > file.size()) break;
    const auto payload = ConstByteSpan(file).subspan(at + kHeaderBytes, size);
    const omv::FrameInfo info{static_cast<PixelFormat>(field(3)), field(1), field(2)};
    frames.push_back({info, Bytes(payload.begin(), payload.end())});
    at += (kHeaderBytes + size + kAlignment - 1) / kAlignment * kAlignment;
  }
  return frames;
}

omv::Result<std::uint32_t> sequence_of(const Chunk& frame) {
  omv::Frame picture{frame.info, frame.payload};
  if (frame.info.format == PixelFormat::jpeg) {
    OMV_TRY(picture, omv::formats::decode_jpeg(frame.payload, PixelFormat::grayscale));
  }
  OMV_TRY(const auto code, omv::emulator::read_code(omv::packed_view(picture.info, ConstByteSpan(picture.data))));
  return code.sequence;
}

void expect_no_gap(const std::vector<Chunk>& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto sequence = sequence_of(frames[i]);
    ASSERT_TRUE(sequence) << "frame " << i << ": " << sequence.error().message;
    ASSERT_EQ(*sequence, i) << "frames are missing in the recording";
  }
}

void expect_playback(const std::string& path, const std::vector<Chunk>& frames) {
  const auto played =
      omv::test::run("filesrc location=" + path + " ! imageiodemux ! appsink name=out sync=false max-buffers=0");
  ASSERT_EQ(played.frames.size(), frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i)
    ASSERT_TRUE(played.frames[i].bytes == frames[i].payload) << "frame " << i << " plays back as another one";
  if (frames.empty()) return;  // nothing but a header is an error to the demuxer
  EXPECT_EQ(played.error, "");
  EXPECT_TRUE(played.eos);
}

// ---- the test
// --------------------------------------------------------------------------------------------------------

int rounds() {
  const char* wanted = std::getenv("OMV_KILL_ROUNDS");
  return wanted != nullptr ? std::max(1, std::atoi(wanted)) : static_cast<int>(std::size(kRecorders));
}

unsigned seed() {
  const char* wanted = std::getenv("OMV_KILL_SEED");
  return wanted != nullptr ? static_cast<unsigned>(std::atoi(wanted)) : 9;
}

// What is in the file as it is; returns the number of its whole frames.
std::size_t check(const std::string& path) {
  const auto frames = whole_frames(omv::test::read_file(path));
  expect_no_gap(frames);
  expect_playback(path, frames);
  return frames.size();
}

TEST(KilledRecording, KeepsEveryFrameThatReachedTheFile) {
  if (std::system("gst-launch-1.0 --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no gst-launch-1.0";
  std::mt19937 random(seed());
  std::size_t total = 0;
  for (int round = 0; round < rounds() && !HasFailure(); ++round) {
    const omv::test::TempDir dir;
    const std::string path = dir / "killed.bin";
    const Recorder& recorder = kRecorders[static_cast<std::size_t>(round) % std::size(kRecorders)];
    const std::uint64_t bytes = 1 + random() % recorder.most_bytes;
    SCOPED_TRACE("round " + std::to_string(round) + ": " + recorder.name + ", " + std::to_string(bytes) + " bytes");
    ASSERT_EQ(record_and_kill(recorder, path, bytes), "");
    const std::uint64_t killed_at = size_of(path);
    const std::size_t frames = check(path);
    // Most systems finish a write whose process is killed; the power does not ask.
    const std::uint64_t cut = random() % killed_at;
    std::filesystem::resize_file(path, cut);
    const std::size_t left = check(path);
    std::printf("%-20s killed at %9llu bytes: %5zu whole frames; cut at %9llu: %5zu; all played\n", recorder.name,
                static_cast<unsigned long long>(killed_at), frames, static_cast<unsigned long long>(cut), left);
    total += frames + left;
  }
  std::printf("%d kills, %zu frames, none lost\n", rounds(), total);
  EXPECT_GT(total, 0u);
}

}  // namespace
