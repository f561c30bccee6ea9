// SPDX-License-Identifier: LGPL-2.1-or-later
// Which kind of recording a file is, by its bytes, or is to become, by its name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "omv/convert/frame_reader.h"
#include "omv/convert/frame_writer.h"
#include "omv/recording/imageio_format.h"

namespace omv::convert {

enum class Kind {
  imageio,
  avi,    ///< of Motion JPEG, or of something that this library does not read
  gif,    ///< also one of a single frame
  still,  ///< a format of the registry
  other,  ///< nothing that this library reads or writes: some video, perhaps
};

/// By the first bytes, whatever its name. Errc::io.
Result<Kind> kind_of_file(const std::string& path);

/// By the extension, in any case: .bin and .imageio, .avi and .mjpeg, .gif, those of the registry.
Kind kind_for_path(const std::string& path);

struct ReaderOptions {
  imageio::Rgb565Order rgb565_order = imageio::Rgb565Order::swap;  ///< of V1.0 files
  avi::Rate still_rate = {25, 1};                                  ///< stills have no times
};

/// A reader of a file of any kind but still and other, which are Errc::unsupported; so is an AVI of another coding than
/// Motion JPEG.
Result<std::unique_ptr<FrameReader>> open_recording(const std::string& path, Kind kind, const ReaderOptions& options);

/// A writer for the kind of the name; Errc::unsupported for others.
Result<std::unique_ptr<FrameWriter>> create_recording(const std::string& path, const WriterOptions& options);

}  // namespace omv::convert
