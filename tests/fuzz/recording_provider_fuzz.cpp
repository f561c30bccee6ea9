// SPDX-License-Identifier: LGPL-2.1-or-later
// Any bytes as the recording that an emulated camera sees: frames in every form that a host can ask for, or an error.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "omv/base/file.h"
#include "omv/emulator/recording_provider.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string path = "/tmp/omv-fuzz-recording-" + std::to_string(::getpid());
  auto file = omv::File::open(path, omv::File::Mode::create);
  if (!file || !file->write_at(0, {data, size})) std::abort();
  auto provider = omv::emulator::RecordingProvider::open(path, {});
  ::unlink(path.c_str());
  if (!provider) return 0;
  provider->start(omv::Time(0), "");
  for (const omv::camera::StreamRequest& request :
       {omv::camera::StreamRequest{}, omv::camera::StreamRequest{true, 4096, 4096}, {true, 20, 20}})
    for (int n = 0; n < 8 && provider->due(omv::Time(0)); ++n) (void)provider->capture(request, omv::Time(0));
  return 0;
}
