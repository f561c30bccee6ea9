// SPDX-License-Identifier: LGPL-2.1-or-later
// From an address to a connection.
#include "common/camera_link.h"

#include <variant>

#include "omv/camera/device_address.h"
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

std::unique_ptr<camera::FrameMemory> allocate_buffer(const FrameInfo&, std::size_t size) {
  auto memory = std::make_unique<BufferMemory>(size);
  if (!memory->is_there()) return nullptr;
  return memory;
}

OpenResult open_transport(const camera::DeviceAddress& address, Time connect_timeout,
                          const std::shared_ptr<Cancellation>& cancellation) {
  const auto* emulated = std::get_if<camera::EmulatorAddress>(&address);
  if (emulated == nullptr) return camera::open_link(address, connect_timeout, cancellation);
  OMV_TRY(const auto options, emulator::parse_options(emulated->query));
  return emulator::connect_emulator(options, cancellation);
}

}  // namespace

Result<void> check_device(const std::string& device) {
  if (device.empty()) return {};
  OMV_TRY(const auto address, camera::parse_device_address(device));
  if (const auto* emulator = std::get_if<camera::EmulatorAddress>(&address))
    if (const auto options = emulator::parse_options(emulator->query); !options)
      return Error{options.error().code, "device '" + device + "': " + options.error().message};
  return {};
}

Result<std::unique_ptr<camera::Connection>> open_camera(const std::string& device, camera::HostOptions options,
                                                        std::shared_ptr<Cancellation> cancellation) {
  OMV_TRY(const auto address, device.empty() ? camera::find_first_camera() : camera::parse_device_address(device));
  OMV_TRY(auto transport, open_transport(address, options.connect_timeout, cancellation));
  options = camera::tuned_for(address, std::move(options));
  return std::make_unique<camera::Connection>(
      std::move(transport), camera::make_host_session(camera::Protocol::v2, std::move(options), allocate_buffer));
}

GstBuffer* take_buffer(camera::FrameReceived frame) {
  return static_cast<BufferMemory&>(*frame.memory).take(frame.size);
}

}  // namespace omv::gst
