// SPDX-License-Identifier: LGPL-2.1-or-later
// An ImageIO recording that was cut off, as a whole one.
#pragma once

#include <cstdint>
#include <functional>

#include "omv/base/file.h"
#include "omv/base/result.h"
#include "omv/recording/imageio_reader.h"

namespace omv::imageio {

struct Recovered {
  std::uint64_t frames = 0;
  std::uint64_t lost_bytes = 0;  ///< of the input, behind the last whole frame
  Microseconds length{0};
};

/// Copies every whole frame up to the first that is not, byte for byte, into `output`, which is empty and open for
/// writing; padding that is missing behind the last one is added. The output is complete when this succeeds, and on the
/// medium. `source` is the reader's; `progress` (may be empty) is called now and then with the bytes that are done.
/// Errc::end: there is no frame.
Result<Recovered> recover(Reader& reader, const ByteSource& source, File& output,
                          const std::function<void(std::uint64_t)>& progress = {});

}  // namespace omv::imageio
