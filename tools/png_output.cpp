// SPDX-License-Identifier: LGPL-2.1-or-later
// Coded in memory, written without a name.
#include "png_output.h"

#include "omv/formats/png.h"
#include "omv/storage/atomic_file.h"
#include "omv/storage/directories.h"

namespace omv::tool {

Result<void> write_png(const Frame& picture, const std::string& path) {
  Bytes file;
  formats::PngEncoder encoder;
  OMV_CHECK(encoder.encode(packed_view(picture.info, ConstByteSpan(picture.data)), {}, file));
  storage::AtomicFiles files;
  OMV_TRY(storage::AtomicFile output, files.begin(storage::directory_of(path)));
  OMV_CHECK(output.write(file));
  return output.commit(path);
}

}  // namespace omv::tool
