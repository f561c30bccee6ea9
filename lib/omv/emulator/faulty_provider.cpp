// SPDX-License-Identifier: LGPL-2.1-or-later
// What reaches the stream buffer is what a broken camera would put there.
#include "omv/emulator/faulty_provider.h"

namespace omv::emulator {

namespace {

constexpr std::uint32_t kWrongBy = 1000;  // bytes

bool is_nth(std::uint64_t number, std::uint64_t n) { return n > 0 && number % n == 0; }

}  // namespace

FaultyProvider::FaultyProvider(camera::FrameProvider& inner, const DeviceFaults& faults, std::uint32_t stream_buffer,
                               std::atomic<std::uint64_t>& frames)
    : inner_(inner), faults_(faults), stream_buffer_(stream_buffer), frames_(frames) {}

void FaultyProvider::start(Time now, std::string_view script) {
  script_ = script;
  frames_before_script_ = frames_;
  inner_.start(now, script);
}

Result<camera::CapturedFrame> FaultyProvider::capture(const camera::StreamRequest& request, Time now) {
  const std::uint64_t number = frames_.fetch_add(1, std::memory_order_relaxed) + 1;
  auto frame = inner_.capture(request, now);
  if (frame && !frame->data.empty()) spoil(*frame, number);
  return frame;
}

void FaultyProvider::spoil(camera::CapturedFrame& frame, std::uint64_t number) {
  const bool compressed = is_compressed(frame.info.format);
  if (is_nth(number, faults_.cut_jpeg) && frame.info.format == PixelFormat::jpeg)
    frame.data = frame.data.first((frame.data.size() + 1) / 2);
  if (is_nth(number, faults_.bad_length) && compressed)
    frame.claimed_bytes = static_cast<std::uint32_t>(frame.data.size()) + kWrongBy;
  if (is_nth(number, faults_.bad_length) && !compressed) ++frame.info.height;
  if (!is_nth(number, faults_.oversized)) return;
  oversized_.assign(stream_buffer_, 0);
  frame.info.format = PixelFormat::jpeg;
  frame.data = oversized_;
}

}  // namespace omv::emulator
