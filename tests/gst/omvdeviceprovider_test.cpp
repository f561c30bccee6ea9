// SPDX-License-Identifier: LGPL-2.1-or-later
// Cameras of a made-up machine as GStreamer devices: listed, plugged in and out, and played.
#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "camera_pipeline.h"
#include "fake_machine.h"

namespace omv::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Unref {
  void operator()(gpointer object) const { gst_object_unref(object); }
};
using DevicePtr = std::unique_ptr<GstDevice, Unref>;
using ElementPtr = std::unique_ptr<GstElement, Unref>;

std::string text(gchar* owned) {
  const std::string copy = owned != nullptr ? owned : "";
  g_free(owned);
  return copy;
}

std::string name_of(GstDevice* device) { return text(gst_device_get_display_name(device)); }

std::string device_of(GstElement* element) {
  gchar* device = nullptr;
  g_object_get(element, "device", &device, nullptr);
  return text(device);
}

std::vector<DevicePtr> take(GList* list) {
  std::vector<DevicePtr> devices;
  for (GList* item = list; item != nullptr; item = item->next) devices.emplace_back(GST_DEVICE(item->data));
  g_list_free(list);
  return devices;
}

std::vector<std::string> names(const std::vector<DevicePtr>& devices) {
  std::vector<std::string> list;
  for (const DevicePtr& device : devices) list.push_back(name_of(device.get()));
  return list;
}

class OmvDeviceProvider : public testing::Test {
 protected:
  void SetUp() override {
    machine.enter();
    provider.reset(gst_device_provider_factory_get_by_name("omvdeviceprovider"));
    ASSERT_NE(provider, nullptr);
  }
  void TearDown() override {
    if (started) gst_device_provider_stop(provider.get());
  }
  void start() { started = gst_device_provider_start(provider.get()) != FALSE; }
  std::vector<DevicePtr> devices() const { return take(gst_device_provider_get_devices(provider.get())); }

  /// The device of the next message of this type.
  DevicePtr wait_for(GstMessageType type) const {
    GstBus* bus = gst_device_provider_get_bus(provider.get());
    GstMessage* message = gst_bus_timed_pop_filtered(bus, kMaxWait, type);
    gst_object_unref(bus);
    if (message == nullptr) return nullptr;
    GstDevice* device = nullptr;
    if (type == GST_MESSAGE_DEVICE_ADDED)
      gst_message_parse_device_added(message, &device);
    else
      gst_message_parse_device_removed(message, &device);
    gst_message_unref(message);
    return DevicePtr(device);
  }

  FakeMachine machine;
  std::unique_ptr<GstDeviceProvider, Unref> provider;
  bool started = false;
};

TEST_F(OmvDeviceProvider, ListsCamerasAndNothingElse) {
  machine.plug_in("ttyACM0", "37c5", "1060", "123ABC");
  machine.plug_in("ttyACM1", "1209", "abd1");
  machine.plug_in("ttyACM2", "1209", "abd1", "000000000010");  // a bootloader
  machine.plug_in("ttyUSB0", "10c4", "ea60", "0001");
  const std::string second = "OpenMV camera (" + machine.node("ttyACM1") + ")";
  EXPECT_THAT(names(devices()), ElementsAre("OpenMV RT1062 (123ABC)", second)) << "probed";
  start();
  EXPECT_EQ(devices().size(), 2u) << "started";
}

TEST_F(OmvDeviceProvider, DescribesACamera) {
  machine.plug_in("ttyACM0", "37c5", "1060", "123ABC");
  const auto list = devices();
  ASSERT_EQ(list.size(), 1u);
  GstDevice* device = list[0].get();
  EXPECT_TRUE(gst_device_has_classes(device, "Video/Source"));
  GstStructure* properties = gst_device_get_properties(device);
  EXPECT_STREQ(gst_structure_get_string(properties, "board"), "OpenMV RT1062");
  EXPECT_STREQ(gst_structure_get_string(properties, "serial"), "123ABC");
  EXPECT_EQ(gst_structure_get_string(properties, "path"), machine.node("ttyACM0"));
  guint vid = 0;
  guint pid = 0;
  EXPECT_TRUE(gst_structure_get_uint(properties, "vid", &vid) && gst_structure_get_uint(properties, "pid", &pid));
  EXPECT_EQ(vid, 0x37C5u);
  EXPECT_EQ(pid, 0x1060u);
  gst_structure_free(properties);
}

TEST_F(OmvDeviceProvider, HasTheCapsOfTheSource) {
  machine.plug_in("ttyACM0", "37c5", "1060");
  const auto list = devices();
  ASSERT_EQ(list.size(), 1u);
  GstCaps* caps = gst_device_get_caps(list[0].get());
  const ElementPtr source(GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make("omvsrc", nullptr))));
  GstPadTemplate* pad = gst_element_get_pad_template(source.get(), "src");
  EXPECT_TRUE(gst_caps_is_equal(caps, GST_PAD_TEMPLATE_CAPS(pad)));
  gst_caps_unref(caps);
}

TEST_F(OmvDeviceProvider, ElementsFindTheCameraBySerialNumber) {
  machine.plug_in("ttyACM0", "37c5", "1060", "123ABC");
  machine.plug_in("ttyACM1", "37c5", "1060");
  const auto list = devices();
  ASSERT_EQ(list.size(), 2u);
  const ElementPtr first(GST_ELEMENT(gst_object_ref_sink(gst_device_create_element(list[0].get(), "cam"))));
  EXPECT_STREQ(GST_OBJECT_NAME(first.get()), "cam");
  EXPECT_EQ(device_of(first.get()), "serial:123ABC");
  EXPECT_TRUE(gst_device_reconfigure_element(list[1].get(), first.get()));
  EXPECT_EQ(device_of(first.get()), machine.node("ttyACM1"));
  const ElementPtr other(GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make("identity", nullptr))));
  EXPECT_FALSE(gst_device_reconfigure_element(list[1].get(), other.get()));
}

TEST_F(OmvDeviceProvider, TellsWhatIsPluggedInAndOut) {
  machine.plug_in("ttyACM0", "37c5", "1060", "A");
  start();
  EXPECT_EQ(name_of(wait_for(GST_MESSAGE_DEVICE_ADDED).get()), "OpenMV RT1062 (A)");
  machine.plug_in("ttyACM1", "37c5", "16e3", "B");
  EXPECT_EQ(name_of(wait_for(GST_MESSAGE_DEVICE_ADDED).get()), "OpenMV AE3 (B)");
  machine.unplug("ttyACM0");
  EXPECT_EQ(name_of(wait_for(GST_MESSAGE_DEVICE_REMOVED).get()), "OpenMV RT1062 (A)");
  EXPECT_THAT(names(devices()), ElementsAre("OpenMV AE3 (B)"));
}

TEST_F(OmvDeviceProvider, CanBeStartedAgain) {
  machine.plug_in("ttyACM0", "37c5", "1060", "A");
  for (int round = 0; round < 3; ++round) {
    start();
    EXPECT_EQ(devices().size(), 1u);
    gst_device_provider_stop(provider.get());
    started = false;
  }
}

TEST_F(OmvDeviceProvider, AMachineWithoutCamerasHasNone) {
  EXPECT_THAT(names(devices()), IsEmpty());
  start();
  EXPECT_THAT(names(devices()), IsEmpty());
}

// From the list to frames, with a camera behind a pseudo-terminal.
TEST_F(OmvDeviceProvider, ListedCamerasPlay) {
  const auto camera = serve_pty(kFast + "&size=64x64");
  machine.plug_in("ttyACM0", "37c5", "1060", "123ABC");
  std::filesystem::create_symlink(camera->path(), machine.node("ttyACM0"));
  const auto list = devices();
  ASSERT_EQ(list.size(), 1u);
  Pipeline pipeline("identity name=in" + kAppSink);
  GstElement* source = gst_device_create_element(list[0].get(), "src");
  g_object_set(source, "num-buffers", 10, nullptr);
  gst_util_set_object_arg(G_OBJECT(source), "stream", "raw");
  ASSERT_TRUE(gst_bin_add(GST_BIN(pipeline.get()), source));
  ASSERT_TRUE(gst_element_link(source, pipeline.child("in")));
  pipeline.set_state(GST_STATE_PLAYING);
  std::vector<Received> frames;
  drain(pipeline, frames);
  EXPECT_THAT(sequences_of(frames), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
}

}  // namespace
}  // namespace omv::test
