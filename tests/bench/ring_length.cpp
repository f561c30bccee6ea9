// SPDX-License-Identifier: LGPL-2.1-or-later
// ring_length SECONDS FRAMES: how long it takes to push so many frames of 50 fps into a ring that holds so many
// seconds, and is full; prints `seconds X`.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "omv/recording/clips/clip_ring.h"

namespace {

using Payload = std::shared_ptr<int>;

class Nobody final : public omv::clips::ClipTarget<Payload> {
 public:
  void begin(const omv::clips::Clip&) override {}
  void frame(const omv::clips::Clip&, const omv::clips::RingFrame&, const Payload&) override {}
  void end(const omv::clips::Clip&) override {}
};

constexpr omv::Time kPeriod = std::chrono::milliseconds(20);

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "Usage: ring_length SECONDS FRAMES\n"), 2;
  const omv::Time length = std::chrono::seconds(std::atoll(argv[1]));
  const std::int64_t frames = std::atoll(argv[2]);
  Nobody nobody;
  omv::clips::ClipRing<Payload> ring({.pre_time = length, .max_bytes = std::uint64_t{1} << 40}, nobody);
  const auto payload = std::make_shared<int>(0);
  std::int64_t next = 0;
  const auto push = [&] { ring.push({.time = kPeriod * next++, .duration = kPeriod, .bytes = 30'000}, payload); };
  while (next < length / kPeriod + 100) push();
  const auto start = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < frames; ++i) push();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  std::printf("seconds %.6f\n", taken.count());
}
