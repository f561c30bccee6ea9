// SPDX-License-Identifier: LGPL-2.1-or-later
// The two faces of `omv info`: aligned text for people, JSON for programs. Both write to standard output.
#pragma once

#include <string>

#include "omv/base/result.h"
#include "omv/recording/imageio.h"
#include "recording_summary.h"
#include "still_summary.h"

namespace omv::tool {

/// One frame as it reads back.
struct FrameLine {
  imageio::FrameTiming timing;
  imageio::Chunk chunk;
  std::size_t bytes = 0;  ///< of the frame in memory
  std::string sha256;     ///< of those bytes
};

/// What happens for every file of the command line, in this order; `fail` instead of everything behind it. A still has
/// its own summary and no frames.
class InfoOutput {
 public:
  virtual ~InfoOutput() = default;
  virtual void begin(std::size_t files) = 0;
  virtual void summary(const std::string& path, const RecordingSummary& summary) = 0;
  virtual void still(const std::string& path, const StillSummary& still) = 0;
  virtual void frame(const FrameLine& frame) = 0;
  virtual void end_file() = 0;
  virtual void fail(const std::string& path, const Error& error) = 0;
  virtual void end() = 0;
};

class TextOutput final : public InfoOutput {
 public:
  void begin(std::size_t) override {}
  void summary(const std::string& path, const RecordingSummary& summary) override;
  void still(const std::string& path, const StillSummary& still) override;
  void frame(const FrameLine& frame) override;
  void end_file() override {}
  void fail(const std::string&, const Error&) override {}
  void end() override {}

 private:
  void begin_file(const std::string& path);

  bool first_file_ = true;
  bool table_begun_ = false;
  int time_digits_ = 3;  // behind the point of seconds
};

/// One object, or an array of them for several files. Frames leave one by one: their number has no limit.
class JsonOutput final : public InfoOutput {
 public:
  explicit JsonOutput(bool with_frames) : with_frames_(with_frames) {}
  void begin(std::size_t files) override;
  void summary(const std::string& path, const RecordingSummary& summary) override;
  void still(const std::string& path, const StillSummary& still) override;
  void frame(const FrameLine& frame) override;
  void end_file() override;
  void fail(const std::string& path, const Error& error) override;
  void end() override;

 private:
  void separate_files();
  void close_frames();

  bool with_frames_;
  bool is_array_ = false;
  bool first_file_ = true;
  bool first_frame_ = true;
  bool in_frames_ = false;
};

}  // namespace omv::tool
