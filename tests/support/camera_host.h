// SPDX-License-Identifier: LGPL-2.1-or-later
// A host for tests that talk to a camera through a real transport: waits for events, with a deadline.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "omv/camera/connection.h"
#include "omv/emulator/scene_code.h"
#include "omv/formats/jpeg.h"

namespace omv::test {

inline constexpr Time kPatience = std::chrono::seconds(20);  // generous: sanitizers, busy machines

inline Time deadline() { return Clock::steady()->now() + kPatience; }

inline camera::HostOptions raw_host(std::string script = "run()\n") {
  camera::HostOptions options;
  options.script = std::move(script);
  options.stream = {true, 4096, 4096};
  return options;
}

class CameraHost {
 public:
  CameraHost(std::unique_ptr<camera::Transport> transport, camera::HostOptions options,
             camera::Protocol protocol = camera::Protocol::v2)
      : connection_(std::move(transport), camera::make_host_session(protocol, std::move(options))) {}

  /// The next event of type T; those before it are forgotten. Throws what came instead: an error, the end, nothing.
  template <typename T>
  T wait_for() {
    const Time end = deadline();
    while (true) {
      auto event = connection_.next_event(end);
      if (!event) throw std::runtime_error(event.error().message);
      if (T* wanted = std::get_if<T>(&*event)) return std::move(*wanted);
      if (const auto* lost = std::get_if<camera::ConnectionLost>(&*event))
        throw std::runtime_error(lost->error.message);
    }
  }

  /// The code of the next frame of a scene.
  emulator::SceneCode next_code() {
    const auto frame = wait_for<camera::FrameReceived>();
    const ConstByteSpan data = frame.memory->bytes().first(frame.size);
    const auto code = frame.info.format == PixelFormat::jpeg ? code_of_jpeg(data)
                                                             : emulator::read_code(packed_view(frame.info, data));
    if (!code) throw std::runtime_error(code.error().message);
    return *code;
  }

  camera::HostSession& session() { return connection_.session(); }

 private:
  static Result<emulator::SceneCode> code_of_jpeg(ConstByteSpan data) {
    OMV_TRY(const Frame picture, formats::decode_jpeg(data, PixelFormat::grayscale));
    return emulator::read_code(packed_view(picture.info, ConstByteSpan(picture.data)));
  }

  camera::Connection connection_;
};

}  // namespace omv::test
