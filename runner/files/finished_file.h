// SPDX-License-Identifier: LGPL-2.1-or-later
// What sinks say of a file when it is done.
#pragma once

#include <gst/gst.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "runner/control.h"

namespace omv::runner {

struct FinishedFile {
  std::string record;
  std::string camera;
  std::string trigger;   ///< the first one; empty: none
  std::string path;      ///< as the sink was told, relative to the working directory
  bool complete = true;  ///< false: `path` is what there is of it
  std::string error;     ///< why frames are missing, or it is not complete
  std::uint64_t bytes = 0;
  std::uint64_t frames = 0;
  std::uint64_t lost = 0;  ///< frames that should be in it and are not
  WallTime time{0};        ///< of the first frame
  std::chrono::milliseconds duration{0};
};

/// Of omvclipsink's omv-clip-done and omvimagesink's GstMultiFileSink, without record and camera; nullopt: another
/// message.
std::optional<FinishedFile> finished_file(const GstStructure* said);

/// A file with record, camera, path, bytes and time.
using ExpectFile = std::function<void(const FinishedFile& file)>;

/// Has `expect` called, by any thread, for each file of an omvclipsink or omvimagesink when it is whole and about to
/// get its name: also for those that are finished after the sink was stopped. Before the sink is started.
void expect_files(GstElement* sink, const std::string& record, const std::string& camera, ExpectFile expect);

}  // namespace omv::runner
