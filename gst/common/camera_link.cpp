// SPDX-License-Identifier: LGPL-2.1-or-later
// From an address to a connection.
#include "common/camera_link.h"

#include <algorithm>
#include <variant>

#include "omv/camera/device_address.h"
#include "omv/camera/discovery.h"
#include "omv/camera/open_link.h"
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

/// Opens the link again and again: the same camera's, wherever its port is now.
class Opener {
 public:
  Opener(std::string device, Time connect_timeout) : device_(std::move(device)), connect_timeout_(connect_timeout) {}

  OpenResult open(const std::shared_ptr<Cancellation>& cancellation, bool again) {
    OMV_TRY(const auto address, address_of(again));
    if (const auto* emulated = std::get_if<camera::EmulatorAddress>(&address)) {
      OMV_TRY(const auto options, emulator::parse_options(emulated->query));
      return emulator::connect_emulator(options, cancellation);
    }
    return camera::open_link(address, connect_timeout_, cancellation);
  }

 private:
  Result<camera::DeviceAddress> address_of(bool again) {
    if (again && !serial_.empty()) return camera::DeviceAddress(camera::SerialNumberAddress{serial_});
    OMV_TRY(auto address, device_.empty() ? camera::find_first_camera() : camera::parse_device_address(device_));
    if (const auto* port = std::get_if<camera::SerialAddress>(&address)) serial_ = serial_at(port->path);
    return address;
  }

  // Empty: no USB port, or one without a serial number.
  static std::string serial_at(const std::string& path) {
    for (const camera::SerialPort& port : camera::find_serial_ports())
      if (port.path == path) return port.serial;
    return {};
  }

  std::string device_;
  Time connect_timeout_;
  std::string serial_;  // of the camera that was opened
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

void suit_link(const std::string& device, camera::LiveOptions& options) {
  const auto address = camera::parse_device_address(device);
  if (!address) return;
  options.session = camera::tuned_for(*address, std::move(options.session));
  options.protocol = camera::protocol_for(*address, options.protocol);
}

camera::LiveCamera::Opener camera_opener(const std::string& device, Time connect_timeout) {
  return [opener = std::make_shared<Opener>(device, connect_timeout)](const auto& cancellation, bool again) {
    return opener->open(cancellation, again);
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
