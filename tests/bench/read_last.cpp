// SPDX-License-Identifier: LGPL-2.1-or-later
// read_last --last|--all FILE: with the library alone, opens a recording and fetches its last frame, or reads the
// whole; prints `seconds X`.
#include <chrono>
#include <cstdio>
#include <cstring>

#include "omv/base/file.h"
#include "omv/recording/imageio_reader.h"

namespace {

using omv::imageio::Reader;

omv::Result<void> read_frame(Reader& reader, std::size_t number, omv::Frame& frame) {
  OMV_TRY(const omv::imageio::Chunk chunk, reader.chunk(number));
  return reader.read(chunk, frame);
}

omv::Result<void> read_last(const char* path) {
  OMV_TRY(const omv::File file, omv::File::open(path, omv::File::Mode::read));
  OMV_TRY(Reader reader, Reader::open(file));
  OMV_TRY(const std::size_t count, reader.count());
  omv::Frame frame;
  return read_frame(reader, count - 1, frame);
}

omv::Result<void> read_all(const char* path) {
  OMV_TRY(const omv::File file, omv::File::open(path, omv::File::Mode::read));
  OMV_TRY(Reader reader, Reader::open(file));
  omv::Frame frame;
  for (std::size_t number = 0;; ++number) {
    const auto read = read_frame(reader, number, frame);
    if (!read) return read.error().code == omv::Errc::end ? omv::Result<void>() : read;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("Usage: read_last --last|--all FILE\n", stderr);
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  const auto done = std::strcmp(argv[1], "--last") == 0 ? read_last(argv[2]) : read_all(argv[2]);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (!done) {
    std::fprintf(stderr, "%s\n", done.error().message.c_str());
    return 1;
  }
  std::printf("seconds %.9f\n", took.count());
  return 0;
}
