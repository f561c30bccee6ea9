// SPDX-License-Identifier: LGPL-2.1-or-later
// From an address to a connection.
#include "common/camera_link.h"

#include <optional>
#include <variant>

#include "omv/camera/device_address.h"
#include "omv/camera/discovery.h"
#include "omv/camera/open_link.h"
#include "omv/emulator/options.h"
#include "omv/emulator/server.h"

namespace omv::gst {

namespace {

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
  const auto address = camera::parse_device_address(device);
  if (const auto* emulated = address ? std::get_if<camera::EmulatorAddress>(&*address) : nullptr)
    return [query = emulated->query](const auto& cancellation, bool) -> OpenResult {
      OMV_TRY(const auto options, emulator::parse_options(query));
      return emulator::connect_emulator(options, cancellation);
    };
  const auto wanted = address ? std::optional(*address) : std::nullopt;
  return [opener = std::make_shared<camera::LinkOpener>(wanted, connect_timeout)](
             const auto& cancellation, bool again) { return opener->open(cancellation, again); };
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
