// SPDX-License-Identifier: LGPL-2.1-or-later
// The typefind function: every version by its magic, and nothing else.
#include <gst/base/gsttypefindhelper.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <string>

#include "omv/base/bytes.h"

namespace omv::test {
namespace {

// Name of the type that GStreamer finds; empty when it finds none.
std::string type_of(const std::string& bytes) {
  const auto data = as_bytes(bytes);
  GstCaps* caps = gst_type_find_helper_for_data(nullptr, data.data(), data.size(), nullptr);
  if (caps == nullptr) return {};
  std::string name = gst_structure_get_name(gst_caps_get_structure(caps, 0));
  gst_caps_unref(caps);
  return name;
}

TEST(Typefind, KnowsEveryVersion) {
  for (const char* version : {"V1.0", "V1.1", "V2.0", "V2.1"})
    EXPECT_EQ(type_of(std::string("OMV IMG STR ") + version), "application/x-openmv-imageio") << version;
}

TEST(Typefind, KnowsNothingElse) {
  for (const char* text : {"OMV IMG STR V3.0", "OMV IMG STR V2.", "OMV IMG STR V1.:", " OMV IMG STR V2.0"})
    EXPECT_NE(type_of(text), "application/x-openmv-imageio") << text;
}

}  // namespace
}  // namespace omv::test
