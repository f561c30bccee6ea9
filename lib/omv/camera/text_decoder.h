// SPDX-License-Identifier: LGPL-2.1-or-later
// UTF-8 from a stream of bytes that cuts its sequences anywhere.
#pragma once

#include <string>

#include "omv/base/bytes.h"

namespace omv::camera {

class TextDecoder {
 public:
  /// Appends the whole sequences among what came so far; an unfinished one at the end waits for the next bytes.
  /// Every byte that cannot belong to a sequence becomes U+FFFD, so what is appended is always valid UTF-8.
  void decode(ConstByteSpan bytes, std::string& to);

 private:
  std::string rest_;  // an unfinished sequence, at most 3 bytes
};

}  // namespace omv::camera
