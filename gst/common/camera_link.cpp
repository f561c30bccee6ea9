// SPDX-License-Identifier: LGPL-2.1-or-later
// From an address to a connection.
#include "common/camera_link.h"

#include <variant>

#include "omv/camera/device_address.h"
#include "omv/camera/discovery.h"
#include "omv/camera/serial_transport.h"
#include "omv/camera/tcp_transport.h"
#include "omv/emulator/options.h"
#include "omv/emulator/server.h"

namespace omv::gst {

namespace {

using camera::Cancellation;
using camera::Transport;
using OpenResult = Result<std::unique_ptr<Transport>>;

constexpr Time kConnectTimeout = std::chrono::seconds(10);

// A mapped buffer that is being filled.
class BufferMemory final : public camera::FrameMemory {
 public:
  explicit BufferMemory(std::size_t size) : buffer_(gst_buffer_new_allocate(nullptr, size, nullptr)) {
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

std::unique_ptr<camera::FrameMemory> allocate_buffer(const FrameInfo&, std::size_t size) {
  auto memory = std::make_unique<BufferMemory>(size);
  if (!memory->is_there()) return nullptr;
  return memory;
}

Error no_camera(const std::vector<camera::SerialPort>& ports) {
  std::string message = "no camera found";
  for (const camera::SerialPort& port : ports)
    message += (message.back() == 'd' ? "; other ports: " : ", ") + port.path;
  return {Errc::io, message + ". Connect one, or set device to /dev/ttyACM0, tcp://host:port or emulator:"};
}

OpenResult open_first(const std::shared_ptr<Cancellation>& cancellation) {
  const auto ports = camera::find_serial_ports();
  if (ports.empty() || ports.front().board.empty()) return no_camera(ports);
  return camera::open_serial(ports.front().path, cancellation);
}

OpenResult open_transport(const camera::DeviceAddress& address, const std::shared_ptr<Cancellation>& cancellation) {
  if (const auto* serial = std::get_if<camera::SerialAddress>(&address))
    return camera::open_serial(serial->path, cancellation);
  if (const auto* tcp = std::get_if<camera::TcpAddress>(&address))
    return camera::connect_tcp(tcp->host, tcp->port, Clock::steady()->now() + kConnectTimeout, cancellation);
  OMV_TRY(const auto options, emulator::parse_options(std::get<camera::EmulatorAddress>(address).query));
  return emulator::connect_emulator(options, cancellation);
}

}  // namespace

Result<void> check_device(const std::string& device) {
  if (device.empty()) return {};
  OMV_TRY(const auto address, camera::parse_device_address(device));
  if (const auto* emulator = std::get_if<camera::EmulatorAddress>(&address))
    OMV_CHECK(emulator::parse_options(emulator->query));
  return {};
}

Result<std::unique_ptr<camera::Connection>> open_camera(const std::string& device, camera::HostOptions options,
                                                        std::shared_ptr<Cancellation> cancellation) {
  OpenResult transport = Error{};
  if (device.empty()) {
    transport = open_first(cancellation);
  } else {
    OMV_TRY(const auto address, camera::parse_device_address(device));
    transport = open_transport(address, cancellation);
  }
  if (!transport) return std::move(transport).error();
  return std::make_unique<camera::Connection>(*std::move(transport), std::move(options), allocate_buffer);
}

GstBuffer* take_buffer(camera::FrameReceived frame) {
  return static_cast<BufferMemory&>(*frame.memory).take(frame.size);
}

}  // namespace omv::gst
