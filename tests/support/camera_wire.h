// SPDX-License-Identifier: LGPL-2.1-or-later
// A host session and an emulated camera joined in one thread, with time that moves only when nothing else does.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "omv/base/clock.h"
#include "omv/camera/device_session.h"
#include "omv/camera/host_session.h"
#include "omv/camera/transport/transport.h"

namespace omv::camera::test {

/// Plays `frames` in a circle, one per `interval` (0: as fast as they are taken), `count` of them in all.
class ListProvider final : public FrameProvider {
 public:
  std::vector<Frame> frames;
  Time interval = std::chrono::milliseconds(20);
  std::size_t count = SIZE_MAX;
  std::string text_per_frame;
  std::vector<DynamicChannel*> script_channels;
  std::string failure;  ///< of the first capture; empty: none

  // What has happened.
  std::string script;
  int starts = 0;
  std::vector<StreamRequest> requests;
  std::size_t skipped = 0;

  void start(Time now, std::string_view text) override {
    script = text;
    ++starts;
    next_ = now + interval;
    made_ = 0;
    output_.clear();
  }
  std::optional<Time> due(Time) override {
    if (!failure.empty()) return next_;
    if (made_ >= count || frames.empty()) return std::nullopt;
    return next_;
  }
  Result<CapturedFrame> capture(const StreamRequest& request, Time) override {
    if (!failure.empty()) return Error{Errc::io, failure};
    requests.push_back(request);
    const Frame& frame = frames[made_ % frames.size()];
    advance();
    return CapturedFrame{frame.info, frame.data, 25.0F};
  }
  void skip(Time) override {
    ++skipped;
    if (interval.count() > 0) advance();
  }
  std::string_view take_output() override {
    shown_ = std::exchange(output_, {});
    return shown_;
  }
  std::span<DynamicChannel* const> channels() override { return script_channels; }

 private:
  void advance() {
    ++made_;
    next_ += interval;
    output_ += text_per_frame;
  }

  Time next_{0};
  std::size_t made_ = 0;
  std::string output_;
  std::string shown_;
};

inline Frame raw_frame(PixelFormat format, std::uint32_t width, std::uint32_t height, std::uint8_t seed = 1) {
  Frame frame{{format, width, height}, {}};
  frame.data.resize(payload_bytes(frame.info));
  for (std::size_t i = 0; i < frame.data.size(); ++i) frame.data[i] = static_cast<std::uint8_t>(i * 7 + i / 251 + seed);
  return frame;
}

/// Not decodable, but a JPEG to everything that looks at markers: one scan of `size` bytes.
inline Frame jpeg_frame(std::uint32_t width, std::uint32_t height, std::size_t size) {
  const auto high = [](std::uint32_t v) { return static_cast<std::uint8_t>(v >> 8); };
  const auto low = [](std::uint32_t v) { return static_cast<std::uint8_t>(v); };
  Frame frame{{PixelFormat::jpeg, width, height}, {}};
  frame.data = {0xFF,        0xD8,       0xFF, 0xC0, 0,    11, 8,    high(height), low(height),
                high(width), low(width), 1,    1,    0x11, 0,  0xFF, 0xDA,         0,
                8,           1,          1,    0,    0,    63, 0};
  for (std::size_t i = 0; i < size; ++i) frame.data.push_back(static_cast<std::uint8_t>(i % 255));
  frame.data.push_back(0xFF);
  frame.data.push_back(0xD9);
  return frame;
}

class Wire {
 public:
  Wire(HostOptions host_options, DeviceOptions device_options, FrameProvider& provider,
       Protocol host_protocol = Protocol::v2, Protocol device_protocol = Protocol::v2)
      : host_(make_host_session(host_protocol, std::move(host_options))),
        device_(make_device_session(device_protocol, std::move(device_options), provider)),
        host(*host_),
        device(*device_) {}

 private:
  std::unique_ptr<HostSession> host_;
  std::unique_ptr<DeviceSession> device_;

 public:
  ManualClock clock;
  HostSession& host;
  DeviceSession& device;
  std::deque<HostEvent> events;
  /// Called with every run of bytes on its way; may change, shorten or extend it.
  std::function<void(Bytes&)> on_way_to_device, on_way_to_host;

  Time now() const { return clock.now(); }

  void start() {
    device.start(now());
    host.start(now());
    collect();
  }

  /// Runs until `done()` or until `limit` has passed; true when done.
  bool run(const std::function<bool()>& done, Time limit = std::chrono::seconds(60)) {
    const Time end = now() + limit;
    while (!done()) {
      if (move_bytes()) continue;
      const Time next = std::min(host.next_deadline(), device.next_deadline());
      if (next > end) return false;
      // A deadline that has passed and stays would be a busy loop in a real program.
      clock.sleep_until(std::max(next, now() + std::chrono::microseconds(1)));
      host.poll(now());
      device.poll(now());
      collect();
    }
    return true;
  }

  void run_for(Time time) {
    (void)run([] { return false; }, time);
    clock.sleep_until(now());
  }

  template <typename Event>
  std::size_t count() const {
    return static_cast<std::size_t>(std::count_if(
        events.begin(), events.end(), [](const HostEvent& event) { return std::holds_alternative<Event>(event); }));
  }
  template <typename Event>
  const Event* last() const {
    const auto found = std::find_if(events.rbegin(), events.rend(),
                                    [](const HostEvent& event) { return std::holds_alternative<Event>(event); });
    return found == events.rend() ? nullptr : &std::get<Event>(*found);
  }
  template <typename Event>
  bool wait_for(std::size_t total = 1, Time limit = std::chrono::seconds(60)) {
    return run([&] { return count<Event>() >= total; }, limit);
  }
  std::string text() const {
    std::string all;
    for (const HostEvent& event : events)
      if (const auto* text = std::get_if<TextReceived>(&event)) all += text->text;
    return all;
  }

 private:
  bool move_bytes() {
    const bool out = carry_to_device();
    const bool in = carry_to_host();
    collect();
    return out || in;
  }

  bool carry_to_device() {
    const ConstByteSpan output = host.output();
    Bytes bytes(output.begin(), output.end());
    host.sent(bytes.size());
    if (!bytes.empty() && on_way_to_device) on_way_to_device(bytes);
    append(waiting_, bytes);
    if (waiting_.empty()) return false;
    const std::size_t taken = device.receive(waiting_, now());
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(taken));
    return taken > 0;
  }

  bool carry_to_host() {
    const ConstByteSpan output = device.output();
    if (output.empty()) return false;
    Bytes bytes(output.begin(), output.end());
    device.sent(bytes.size(), now());
    if (on_way_to_host) on_way_to_host(bytes);
    host.receive(bytes, now());
    return true;
  }

  void collect() {
    while (host.has_event()) events.push_back(host.take_event());
  }

  Bytes waiting_;
};

}  // namespace omv::camera::test
