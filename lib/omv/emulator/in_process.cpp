// SPDX-License-Identifier: LGPL-2.1-or-later
// A transport with the camera at its other end.
#include <thread>
#include <utility>

#include "omv/camera/transport/pipe_transport.h"
#include "omv/emulator/server.h"

namespace omv::emulator {

namespace {

class EmulatorTransport final : public camera::Transport {
 public:
  EmulatorTransport(std::unique_ptr<Emulator> emulator, camera::TransportPair pipe,
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

  std::unique_ptr<Emulator> emulator_;
  std::unique_ptr<camera::Transport> host_end_;
  std::unique_ptr<camera::Transport> camera_end_;
  std::shared_ptr<camera::Cancellation> camera_side_;
  std::thread thread_;  // last: everything above exists when it starts
};

}  // namespace

Result<std::unique_ptr<camera::Transport>> connect_emulator(const EmulatorOptions& options,
                                                            std::shared_ptr<camera::Cancellation> cancellation) {
  OMV_TRY(auto emulator, Emulator::create(options));
  auto camera_side = std::make_shared<camera::Cancellation>();
  OMV_TRY(auto pipe, camera::make_pipe(std::move(cancellation), camera_side));
  return std::unique_ptr<camera::Transport>(
      new EmulatorTransport(std::move(emulator), std::move(pipe), std::move(camera_side)));
}

}  // namespace omv::emulator
