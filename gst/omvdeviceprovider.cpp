// SPDX-License-Identifier: LGPL-2.1-or-later
// Lists OpenMV cameras, and tells when one is plugged in or out.

/**
 * SECTION:provider-omvdeviceprovider
 * @title: omvdeviceprovider
 *
 * OpenMV cameras on USB, known by their ids; a camera is not opened to be listed. Each device makes an omvsrc that
 * finds the same camera again by its serial number, whatever port it gets.
 *
 * ## Example launch line
 * |[
 * gst-device-monitor-1.0 Video/Source
 * ]|
 */

#include "omvdeviceprovider.h"

#include <memory>
#include <vector>

#include "common/camera_device.h"
#include "common/port_watch.h"
#include "omv/camera/discovery.h"

GST_DEBUG_CATEGORY_STATIC(omv_device_provider_debug);
#define GST_CAT_DEFAULT omv_device_provider_debug

namespace {

using omv::camera::SerialPort;

struct State {
  std::vector<SerialPort> ports;               // that were told; used by the watch's thread alone
  std::unique_ptr<omv::gst::PortWatch> watch;  // while started
};

std::vector<SerialPort> cameras() {
  std::vector<SerialPort> ports = omv::camera::find_serial_ports();
  std::erase_if(ports, [](const SerialPort& port) { return !port.is_camera(); });
  return ports;
}

}  // namespace

struct _GstOmvDeviceProvider {
  GstDeviceProvider parent;
  State* state;
};

G_DEFINE_TYPE(GstOmvDeviceProvider, gst_omv_device_provider, GST_TYPE_DEVICE_PROVIDER)
GST_DEVICE_PROVIDER_REGISTER_DEFINE(omvdeviceprovider, "omvdeviceprovider", GST_RANK_PRIMARY,
                                    GST_TYPE_OMV_DEVICE_PROVIDER)

namespace {

// A new reference to the device that was told for `port`; NULL: none.
GstDevice* find_device(GstDeviceProvider* provider, const SerialPort& port) {
  GST_OBJECT_LOCK(provider);
  GstDevice* found = nullptr;
  for (GList* item = provider->devices; item != nullptr && found == nullptr; item = item->next)
    if (omv::gst::port_of(GST_OMV_DEVICE(item->data)) == port) found = GST_DEVICE(gst_object_ref(item->data));
  GST_OBJECT_UNLOCK(provider);
  return found;
}

void remove_device(GstDeviceProvider* provider, const SerialPort& port) {
  GstDevice* device = find_device(provider, port);
  if (device == nullptr) return;
  GST_INFO_OBJECT(provider, "%s is gone", port.path.c_str());
  gst_device_provider_device_remove(provider, device);
  gst_object_unref(device);
}

void add_device(GstDeviceProvider* provider, const SerialPort& port) {
  GST_INFO_OBJECT(provider, "%s is %s, serial number %s", port.path.c_str(), port.board.c_str(), port.serial.c_str());
  gst_device_provider_device_add(provider, omv::gst::make_camera_device(port));
}

void update(GstOmvDeviceProvider* self) {
  GstDeviceProvider* provider = GST_DEVICE_PROVIDER(self);
  std::vector<SerialPort> now = cameras();
  const omv::camera::PortChanges changes = omv::camera::compare_ports(self->state->ports, now);
  for (const SerialPort& port : changes.removed) remove_device(provider, port);
  for (const SerialPort& port : changes.added) add_device(provider, port);
  self->state->ports = std::move(now);
}

// There is no bus for errors of a provider, and nothing may be thrown into C.
template <typename Value, typename Body>
Value guarded(gpointer self, Value fallback, Body&& body) noexcept {
  try {
    return body();
  } catch (const std::exception& exception) {
    GST_ERROR_OBJECT(self, "exception: %s", exception.what());
    return fallback;
  }
}

}  // namespace

static GList* gst_omv_device_provider_probe(GstDeviceProvider* provider) {
  return guarded(provider, static_cast<GList*>(nullptr), [] {
    GList* devices = nullptr;
    for (const SerialPort& port : cameras())
      devices = g_list_append(devices, gst_object_ref_sink(omv::gst::make_camera_device(port)));
    return devices;
  });
}

static gboolean gst_omv_device_provider_start(GstDeviceProvider* provider) {
  GstOmvDeviceProvider* self = GST_OMV_DEVICE_PROVIDER(provider);
  return guarded(self, FALSE, [self] {
    self->state->watch = std::make_unique<omv::gst::PortWatch>([self] {
      guarded(self, FALSE, [self] {
        update(self);
        return TRUE;
      });
    });
    return TRUE;
  });
}

static void gst_omv_device_provider_stop(GstDeviceProvider* provider) {
  State& state = *GST_OMV_DEVICE_PROVIDER(provider)->state;
  state.watch.reset();
  state.ports.clear();
}

static void gst_omv_device_provider_finalize(GObject* object) {
  delete GST_OMV_DEVICE_PROVIDER(object)->state;
  G_OBJECT_CLASS(gst_omv_device_provider_parent_class)->finalize(object);
}

static void gst_omv_device_provider_class_init(GstOmvDeviceProviderClass* klass) {
  GST_DEBUG_CATEGORY_INIT(omv_device_provider_debug, "omvdeviceprovider", 0, "OpenMV camera provider");
  GstDeviceProviderClass* provider_class = GST_DEVICE_PROVIDER_CLASS(klass);
  G_OBJECT_CLASS(klass)->finalize = gst_omv_device_provider_finalize;
  provider_class->probe = gst_omv_device_provider_probe;
  provider_class->start = gst_omv_device_provider_start;
  provider_class->stop = gst_omv_device_provider_stop;
  gst_device_provider_class_set_static_metadata(provider_class, "OpenMV camera provider", "Source/Video/Hardware",
                                                "Lists OpenMV cameras on USB", "The gst-openmv developers");
}

static void gst_omv_device_provider_init(GstOmvDeviceProvider* self) { self->state = new State(); }
