// SPDX-License-Identifier: LGPL-2.1-or-later
// From an address to a connection.
#include "common/camera_link.h"

#include <algorithm>
#include <variant>

#include "omv/camera/device_address.h"
#include "omv/camera/discovery.h"
#include "omv/camera/transport/serial_transport.h"
#include "omv/camera/transport/tcp_transport.h"
#include "omv/emulator/options.h"
#include "omv/emulator/server.h"

namespace omv::gst {

namespace {

using camera::Cancellation;
using camera::Transport;
using OpenResult = Result<std::unique_ptr<Transport>>;

// GStreamer's own allocator aborts when there is no memory, and the size comes from the camera.
GstBuffer* try_allocate(std::size_t size) {
  gpointer memory = g_try_malloc(size);
  return memory != nullptr ? gst_buffer_new_wrapped(memory, size) : nullptr;
}

// A mapped buffer that is being filled.
class BufferMemory final : public camera::FrameMemory {
 public:
  explicit BufferMemory(std::size_t size) : buffer_(try_allocate(size)) {
    if (buffer_ != nullptr && !gst_buffer_map(buffer_, &map_, GST_MAP_WRITE)) gst_clear_buffer(&buffer_);
  }
  ~BufferMemory() override {
    if (buffer_ == nullptr) return;
    gst_buffer_unmap(buffer_, &map_);
    gst_buffer_unref(buffer_);
  }
  BufferMemory(const BufferMemory&) = delete;
  BufferMemory& operator=(const BufferMemory&) = delete;

  bool is_there() const { return buffer_ != nullptr; }
  ByteSpan bytes() override { return {map_.data, map_.size}; }

  GstBuffer* take(std::size_t size) {
    gst_buffer_unmap(buffer_, &map_);
    gst_buffer_set_size(buffer_, static_cast<gssize>(size));
    return std::exchange(buffer_, nullptr);
  }

 private:
  GstBuffer* buffer_;
  GstMapInfo map_ = GST_MAP_INFO_INIT;
};

Error no_camera(const std::vector<camera::SerialPort>& others) {
  return {Errc::io,
          (others.empty() ? "no serial port of this machine is one"
                          : "none of the serial ports is one that is known: " + camera::list_serial_ports(others)) +
              "; connect one, or set device to /dev/ttyACM0, tcp://host:port or emulator:"};
}

// A port that can't be opened is often the wrong one.
OpenResult open_port(const std::string& path, const std::shared_ptr<Cancellation>& cancellation) {
  OpenResult port = camera::open_serial(path, cancellation);
  if (port) return port;
  const std::string there = camera::list_serial_ports(camera::find_serial_ports());
  return Error{port.error().code, port.error().message + (there.empty() ? "" : "; there is " + there)};
}

/// Opens a serial port again and again: the camera's, not that name's.
class SerialOpener {
 public:
  /// An empty path: the first camera.
  explicit SerialOpener(std::string path) : path_(std::move(path)) {}

  OpenResult open(const std::shared_ptr<Cancellation>& cancellation, bool again) {
    const auto ports = camera::find_serial_ports();
    if (again && !serial_.empty()) return open_known(ports, cancellation);
    if (path_.empty() && (ports.empty() || ports.front().board.empty())) return no_camera(ports);
    const std::string path = path_.empty() ? ports.front().path : path_;
    const auto port = std::find_if(ports.begin(), ports.end(), [&](const auto& p) { return p.path == path; });
    serial_ = port == ports.end() ? "" : port->serial;
    return open_port(path, cancellation);
  }

 private:
  OpenResult open_known(const std::vector<camera::SerialPort>& ports,
                        const std::shared_ptr<Cancellation>& cancellation) const {
    const auto port = std::find_if(ports.begin(), ports.end(), [&](const auto& p) { return p.serial == serial_; });
    if (port == ports.end()) return Error{Errc::io, "the camera with serial number " + serial_ + " is not connected"};
    return camera::open_serial(port->path, cancellation);
  }

  std::string path_;
  std::string serial_;  // USB serial number of the camera that was opened; empty: it has none
};

}  // namespace

Result<void> check_device(const std::string& device) {
  if (device.empty()) return {};
  OMV_TRY(const auto address, camera::parse_device_address(device));
  if (const auto* emulator = std::get_if<camera::EmulatorAddress>(&address))
    if (const auto options = emulator::parse_options(emulator->query); !options)
      return Error{options.error().code, "device '" + device + "': " + options.error().message};
  return {};
}

bool waits_for_host(const std::string& device) {
  const auto address = camera::parse_device_address(device);
  if (!address || !std::holds_alternative<camera::EmulatorAddress>(*address)) return false;
  const auto options = emulator::parse_options(std::get<camera::EmulatorAddress>(*address).query);
  return options && options->fps && options->fps->is_unlimited();
}

camera::LiveCamera::Opener camera_opener(const std::string& device, Time connect_timeout) {
  const auto address =
      device.empty() ? camera::DeviceAddress(camera::SerialAddress{}) : *camera::parse_device_address(device);
  if (const auto* serial = std::get_if<camera::SerialAddress>(&address))
    return [opener = std::make_shared<SerialOpener>(serial->path)](const auto& cancellation, bool again) {
      return opener->open(cancellation, again);
    };
  if (const auto* tcp = std::get_if<camera::TcpAddress>(&address))
    return [tcp = *tcp, connect_timeout](const auto& cancellation, bool) {
      return camera::connect_tcp(tcp.host, tcp.port, Clock::steady()->now() + connect_timeout, cancellation);
    };
  return [query = std::get<camera::EmulatorAddress>(address).query](const auto& cancellation, bool) -> OpenResult {
    OMV_TRY(const auto options, emulator::parse_options(query));
    return emulator::connect_emulator(options, cancellation);
  };
}

std::unique_ptr<camera::FrameMemory> allocate_buffer(const FrameInfo&, std::size_t size) {
  auto memory = std::make_unique<BufferMemory>(size);
  if (!memory->is_there()) return nullptr;
  return memory;
}

GstBuffer* take_buffer(camera::FrameReceived frame) {
  return static_cast<BufferMemory&>(*frame.memory).take(frame.size);
}

}  // namespace omv::gst
