// SPDX-License-Identifier: LGPL-2.1-or-later
// The GstDevice of a camera.
#include "common/camera_device.h"

#include <string>

#include "common/caps.h"

struct _GstOmvDevice {
  GstDevice parent;
  omv::camera::SerialPort* port;
};

G_DEFINE_TYPE(GstOmvDevice, gst_omv_device, GST_TYPE_DEVICE)

static constexpr const char* kElement = "omvsrc";

static GstElement* gst_omv_device_create_element(GstDevice* device, const gchar* name) {
  GstElement* element = gst_element_factory_make(kElement, name);
  if (element != nullptr) g_object_set(element, "device", GST_OMV_DEVICE(device)->port->device().c_str(), nullptr);
  return element;
}

static gboolean gst_omv_device_reconfigure_element(GstDevice* device, GstElement* element) {
  GstElementFactory* factory = gst_element_get_factory(element);
  if (factory == nullptr || g_strcmp0(GST_OBJECT_NAME(factory), kElement) != 0) return FALSE;
  g_object_set(element, "device", GST_OMV_DEVICE(device)->port->device().c_str(), nullptr);
  return TRUE;
}

static void gst_omv_device_finalize(GObject* object) {
  delete GST_OMV_DEVICE(object)->port;
  G_OBJECT_CLASS(gst_omv_device_parent_class)->finalize(object);
}

static void gst_omv_device_class_init(GstOmvDeviceClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = gst_omv_device_finalize;
  GST_DEVICE_CLASS(klass)->create_element = gst_omv_device_create_element;
  GST_DEVICE_CLASS(klass)->reconfigure_element = gst_omv_device_reconfigure_element;
}

static void gst_omv_device_init(GstOmvDevice* self) { self->port = new omv::camera::SerialPort(); }

namespace omv::gst {

namespace {

GstStructure* properties_of(const camera::SerialPort& port) {
  GstStructure* properties = gst_structure_new(
      "openmv-camera", "device.api", G_TYPE_STRING, "openmv", "board", G_TYPE_STRING, port.board.c_str(), "path",
      G_TYPE_STRING, port.path.c_str(), "device", G_TYPE_STRING, port.device().c_str(), "vid", G_TYPE_UINT,
      guint{port.usb.vid}, "pid", G_TYPE_UINT, guint{port.usb.pid}, nullptr);
  if (!port.serial.empty()) gst_structure_set(properties, "serial", G_TYPE_STRING, port.serial.c_str(), nullptr);
  return properties;
}

}  // namespace

GstDevice* make_camera_device(const camera::SerialPort& port) {
  const std::string name = port.board + " (" + (port.serial.empty() ? port.path : port.serial) + ")";
  GstCaps* caps = camera_template_caps();
  GstStructure* properties = properties_of(port);
  gpointer device = g_object_new(GST_TYPE_OMV_DEVICE, "display-name", name.c_str(), "device-class", "Video/Source",
                                 "caps", caps, "properties", properties, nullptr);
  gst_structure_free(properties);
  gst_caps_unref(caps);
  *GST_OMV_DEVICE(device)->port = port;
  return GST_DEVICE(device);
}

const camera::SerialPort& port_of(GstOmvDevice* device) { return *device->port; }

}  // namespace omv::gst
