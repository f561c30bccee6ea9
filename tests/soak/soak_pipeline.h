// SPDX-License-Identifier: LGPL-2.1-or-later
// An emulated camera on either link, and omvsrc in front of it, for tests that run for minutes.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "camera_pipeline.h"
#include "temp_dir.h"

namespace omv::test {

/// A positive number in the environment, or what is usual.
inline int soak_setting(const char* name, int usual) {
  const char* wanted = std::getenv(name);
  return wanted != nullptr ? std::max(1, std::atoi(wanted)) : usual;
}

/// Behind a TCP port, or on a pseudo-terminal whose name changes while the link to it stays.
class SoakCamera {
 public:
  SoakCamera(bool on_pty, const std::string& options) {
    if (on_pty)
      pty_ = *emulator::PtyServer::start(make_camera(options), link_);
    else
      tcp_ = serve_tcp(options);
  }
  emulator::Emulator& emulator() { return pty_ ? pty_->emulator() : tcp_->emulator(); }
  std::string device() const { return pty_ ? link_ : tcp_->address(); }

 private:
  TempDir dir_;
  std::string link_ = dir_ / "camera";
  std::unique_ptr<emulator::PtyServer> pty_;
  std::unique_ptr<emulator::TcpServer> tcp_;
};

/// Waiting frames are bounded, so that memory says something.
inline std::string soak_pipeline(const std::string& device, const std::string& properties) {
  return "omvsrc name=src device=" + device + " " + properties + " ! appsink name=out sync=false max-buffers=4";
}

inline guint64 soak_stat(Pipeline& pipeline, const char* name) {
  GstStructure* stats = nullptr;
  g_object_get(pipeline.child("src"), "stats", &stats, nullptr);
  guint64 value = 0;
  EXPECT_TRUE(gst_structure_get_uint64(stats, name, &value)) << name;
  gst_structure_free(stats);
  return value;
}

/// Takes messages off the bus, where they would pile up, and prints warnings that are wanted; the text of the first
/// error, if any.
inline std::string empty_bus(Pipeline& pipeline, bool wants_warnings = false) {
  Outcome outcome;
  GstBus* bus = gst_element_get_bus(pipeline.get());
  while (GstMessage* message = gst_bus_pop(bus)) {
    take_message(message, outcome);
    gst_message_unref(message);
  }
  gst_object_unref(bus);
  if (wants_warnings)
    for (const std::string& warning : outcome.warnings) std::printf("  warning: %s\n", warning.c_str());
  return outcome.error;
}

}  // namespace omv::test
