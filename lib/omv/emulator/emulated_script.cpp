// SPDX-License-Identifier: LGPL-2.1-or-later
// A script finds something in a picture before anybody sees it.
#include "omv/emulator/emulated_script.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "omv/camera/v2/protocol_v2.h"
#include "omv/emulator/noise.h"

namespace omv::emulator {

namespace {

constexpr std::uint32_t kTicksPeriod = 1U << 30;
constexpr std::uint64_t kLinesAtOnce = 1000;  // after a pause
constexpr char kTriggerMark = '\x1E';
constexpr const char* kRegularEnd = "\x1E{\"end\": \"no more frames\"}\n";
constexpr std::size_t kMaxWaiting = 16 * 1024;

std::string trigger_json(std::uint64_t frame, std::uint32_t ticks) {
  const std::uint32_t place = hash(0, static_cast<std::uint32_t>(frame), 0);
  std::array<char, 160> text = {};
  std::snprintf(text.data(), text.size(),
                "{\"trigger\": \"blob\", \"ticks_ms\": %u, \"frame\": %llu, \"x\": %u, \"y\": %u}", ticks,
                static_cast<unsigned long long>(frame), place % 320, (place >> 16) % 240);
  return text.data();
}

}  // namespace

std::uint32_t CameraTicks::at(Time now) const {
  const auto microseconds = static_cast<std::uint64_t>((now - power_up_).count() / 1000);
  const std::uint64_t ticks = microseconds * static_cast<std::uint64_t>(speed_) / (1000 * kNominal);
  return static_cast<std::uint32_t>((offset_ + ticks) % kTicksPeriod);
}

/// A queue of lines; reading takes them out, as from a console.
class EmulatedScript::TriggerChannel final : public camera::DynamicChannel {
 public:
  void clear() { *this = TriggerChannel(); }
  void add(const std::string& json) {
    if (waiting_.size() + json.size() < kMaxWaiting) waiting_ += json + "\n";
    has_news_ = true;
  }

  std::string_view name() const override { return "trigger"; }
  std::uint8_t flags() const override { return camera::channel_flag::kRead; }
  std::uint32_t size() override { return static_cast<std::uint32_t>(waiting_.size()); }
  std::vector<std::uint32_t> shape() override { return {size()}; }
  Bytes read(std::uint32_t, std::size_t count) override {
    const ConstByteSpan taken = as_bytes(waiting_).first(std::min(count, waiting_.size()));
    Bytes out(taken.begin(), taken.end());
    waiting_.erase(0, out.size());
    return out;
  }
  bool take_notification() override { return std::exchange(has_news_, false); }

 private:
  std::string waiting_;
  bool has_news_ = false;
};

EmulatedScript::EmulatedScript(camera::FrameProvider& inner, const ScriptOptions& options)
    : inner_(inner),
      options_(options),
      channel_(std::make_unique<TriggerChannel>()),
      channels_{channel_.get()},
      ticks_(options, Time(0)) {}

EmulatedScript::~EmulatedScript() = default;

void EmulatedScript::start(Time now, std::string_view script) {
  inner_.start(now, script);
  channel_->clear();
  waiting_.clear();
  start_ = now;
  frame_ = lines_ = 0;
  worked_ = ended_ = false;
}

std::span<camera::DynamicChannel* const> EmulatedScript::channels() {
  if (options_.triggers == 0 || options_.trigger_by == TriggerBy::console) return {};
  return channels_;
}

std::optional<Time> EmulatedScript::due(Time now) {
  const std::optional<Time> due = inner_.due(now);
  if (due && *due <= now && !std::exchange(worked_, true)) work(now);
  if (!due && !std::exchange(ended_, true)) waiting_ += kRegularEnd;
  return due;
}

// With the picture that has just been taken, before it is shown.
void EmulatedScript::work(Time now) {
  if (options_.triggers > 0 && (frame_ + 1) % options_.triggers == 0) raise_trigger(now);
  if (options_.text.empty()) return;
  const auto microseconds = static_cast<std::uint64_t>((now - start_).count() / 1000);
  const std::uint64_t lines = options_.text_rate > 0 ? microseconds * options_.text_rate / 1'000'000 : frame_ + 1;
  lines_ = std::max(lines_, lines - std::min(lines, kLinesAtOnce));
  for (; lines_ < lines; ++lines_) waiting_ += options_.text + "\n";
}

void EmulatedScript::raise_trigger(Time now) {
  const std::string json = trigger_json(frame_, ticks_.at(now));
  if (options_.trigger_by == TriggerBy::channel)
    channel_->add(json);
  else
    waiting_ += kTriggerMark + json + "\n";
}

Result<camera::CapturedFrame> EmulatedScript::capture(const camera::StreamRequest& request, Time now) {
  advance();
  return inner_.capture(request, now);
}

// A provider without a rate of its own keeps its frame.
void EmulatedScript::skip(Time now) {
  const std::optional<Time> before = inner_.due(now);
  inner_.skip(now);
  if (inner_.due(now) != before) advance();
}

std::string_view EmulatedScript::take_output() {
  taken_ = std::exchange(waiting_, {});
  taken_ += inner_.take_output();
  return taken_;
}

}  // namespace omv::emulator
