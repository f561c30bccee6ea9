// SPDX-License-Identifier: LGPL-2.1-or-later
// A program of somebody else: knows the installed headers and `pkg-config omv`, nothing of the source tree.
#include <omv/recording/imageio_file.h>
#include <omv/recording/imageio_memory.h>

#include <chrono>
#include <cstdio>
#include <string>

namespace {

using omv::Result;
using omv::imageio::FileStream;
using omv::imageio::MemoryStream;
using omv::imageio::Stream;

constexpr omv::FrameInfo kInfo = {omv::PixelFormat::grayscale, 33, 17};

omv::Frame picture(std::uint8_t value) {
  return {kInfo, omv::Bytes(static_cast<std::size_t>(omv::payload_bytes(kInfo)), value)};
}

Result<void> write_two(Stream& stream) {
  OMV_CHECK(stream.write(picture(1), std::chrono::milliseconds(0)));
  return stream.write(picture(2), std::chrono::milliseconds(40));
}

Result<void> expect_two(Stream& stream) {
  OMV_CHECK(stream.seek(0));
  for (const std::uint8_t value : {1, 2}) {
    OMV_TRY(const auto read, stream.read({.loop = false, .pause = false}));
    if (read.frame.info != kInfo || read.frame.data != picture(value).data)
      return omv::Error{omv::Errc::invalid, "frame " + std::to_string(value) + " came back changed"};
  }
  return {};
}

Result<void> use_memory() {
  OMV_TRY(const auto stream, MemoryStream::create(kInfo, 2));
  OMV_CHECK(write_two(*stream));
  return expect_two(*stream);
}

Result<void> use_file(const char* path) {
  OMV_TRY(const auto written, FileStream::create(path));
  OMV_CHECK(write_two(*written));
  OMV_CHECK(written->close());
  OMV_TRY(const auto opened, FileStream::open(path));
  return expect_two(*opened);
}

bool report(const char* what, const Result<void>& result) {
  std::printf("%s: %s\n", what, result ? "ok" : result.error().message.c_str());
  return result.has_value();
}

}  // namespace

int main() { return report("memory", use_memory()) && report("file", use_file("consumer.bin")) ? 0 : 1; }
