// SPDX-License-Identifier: LGPL-2.1-or-later
// AVIs made in memory: frames that look like JPEG, and an output that a test can kill.
#pragma once

#include <algorithm>

#include "omv/base/bytes.h"
#include "omv/base/file.h"
#include "omv/recording/avi/output.h"
#include "omv/recording/avi/reader.h"
#include "omv/recording/avi/recording.h"

namespace omv::test {

/// SOI, a comment of so many bytes that the whole has `bytes`, SOF0 of 7x9, EOI. `bytes` is at least 23.
inline Bytes tiny_jpeg(std::size_t bytes, std::uint8_t content = 0) {
  const Bytes frame = {0xFF, 0xC0, 0, 11, 8, 0, 9, 0, 7, 1, 1, 0x11, 0, 0xFF, 0xD9};
  const std::size_t comment = bytes - frame.size() - 4;
  Bytes jpeg = {0xFF, 0xD8, 0xFF, 0xFE, static_cast<std::uint8_t>(comment >> 8), static_cast<std::uint8_t>(comment)};
  jpeg.resize(4 + comment, content);
  append(jpeg, frame);
  return jpeg;
}

/// A file in memory. After `writes_left` more writes nothing reaches it, like a process that is killed.
class MemoryOutput final : public avi::Output {
 public:
  void set_payload(Bytes payload) { payload_ = std::move(payload); }
  void append(ConstByteSpan bytes) override {
    if (end_ != file.size() || !takes_write()) return;
    omv::append(file, bytes);
    end_ += bytes.size();
  }
  void append_payload() override { append(payload_); }
  void patch(std::uint64_t offset, ConstByteSpan bytes) override {
    if (!takes_write()) return;
    std::copy(bytes.begin(), bytes.end(), file.begin() + static_cast<std::ptrdiff_t>(offset));
    ++patches;
  }
  void barrier() override {}

  Bytes file;
  std::size_t patches = 0;
  std::size_t writes = 0;
  std::size_t writes_left = SIZE_MAX;

 private:
  bool takes_write() {
    if (writes == writes_left) return false;
    ++writes;
    return true;
  }

  Bytes payload_;
  std::size_t end_ = 0;
};

inline avi::MuxerSettings avi_settings(avi::Rate rate) { return {.width = 7, .height = 9, .rate = rate}; }

inline avi::Contents scan(ConstByteSpan file) {
  const MemorySource source(file);
  const auto reader = avi::Reader::open(source);
  if (!reader) return {};
  return reader->scan().value_or(avi::Contents());
}

}  // namespace omv::test
