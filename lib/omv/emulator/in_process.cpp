// SPDX-License-Identifier: LGPL-2.1-or-later
// A transport with the camera at its other end, and the cameras that outlive their transports.
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "omv/camera/transport/pipe_transport.h"
#include "omv/emulator/server.h"

namespace omv::emulator {

namespace {

class EmulatorTransport final : public camera::Transport {
 public:
  EmulatorTransport(std::shared_ptr<Emulator> emulator, camera::TransportPair pipe,
                    std::shared_ptr<camera::Cancellation> camera_side)
      : emulator_(std::move(emulator)),
        host_end_(std::move(pipe.first)),
        camera_end_(std::move(pipe.second)),
        camera_side_(std::move(camera_side)),
        thread_([this] { run(); }) {}

  ~EmulatorTransport() override {
    camera_side_->cancel();
    thread_.join();
  }

  Result<std::size_t> read(ByteSpan into, Time deadline) override { return host_end_->read(into, deadline); }
  Result<std::size_t> write(ConstByteSpan from, Time deadline) override { return host_end_->write(from, deadline); }
  std::string describe() const override { return "emulator"; }

 private:
  // The host's end learns that the camera is gone when this end is.
  void run() {
    emulator_->serve(*camera_end_);
    camera_end_.reset();
  }

  std::shared_ptr<Emulator> emulator_;
  std::unique_ptr<camera::Transport> host_end_;
  std::unique_ptr<camera::Transport> camera_end_;
  std::shared_ptr<camera::Cancellation> camera_side_;
  std::thread thread_;  // last: everything above exists when it starts
};

struct Cameras {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Emulator>, std::less<>> by_name;
};

Cameras& cameras() {
  static Cameras all;
  return all;
}

Result<std::shared_ptr<Emulator>> find_or_make(const EmulatorOptions& options) {
  if (!options.name) {
    OMV_TRY(auto fresh, Emulator::create(options));
    return std::shared_ptr<Emulator>(std::move(fresh));
  }
  const std::lock_guard lock(cameras().mutex);
  std::shared_ptr<Emulator>& known = cameras().by_name[*options.name];
  if (known) return known;
  auto fresh = Emulator::create(options);
  if (!fresh) {
    cameras().by_name.erase(*options.name);
    return std::move(fresh).error();
  }
  known = *std::move(fresh);
  return known;
}

}  // namespace

std::shared_ptr<Emulator> named_emulator(std::string_view name) {
  const std::lock_guard lock(cameras().mutex);
  const auto found = cameras().by_name.find(name);
  return found == cameras().by_name.end() ? nullptr : found->second;
}

void forget_emulator(std::string_view name) {
  const std::lock_guard lock(cameras().mutex);
  const auto found = cameras().by_name.find(name);
  if (found != cameras().by_name.end()) cameras().by_name.erase(found);
}

Result<std::unique_ptr<camera::Transport>> connect_emulator(const EmulatorOptions& options,
                                                            std::shared_ptr<camera::Cancellation> cancellation) {
  OMV_TRY(auto emulator, find_or_make(options));
  const std::string who = "emulator" + (options.name ? " '" + *options.name + "'" : std::string());
  if (emulator->being_served()) return Error{Errc::busy, who + ": somebody else is connected"};
  if (!emulator->come_back()) return Error{Errc::io, who + ": no such device, the camera is unplugged"};
  auto camera_side = std::make_shared<camera::Cancellation>();
  OMV_TRY(auto pipe, camera::make_pipe(std::move(cancellation), camera_side));
  return std::unique_ptr<camera::Transport>(
      new EmulatorTransport(std::move(emulator), std::move(pipe), std::move(camera_side)));
}

}  // namespace omv::emulator
