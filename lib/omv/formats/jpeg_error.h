// SPDX-License-Identifier: LGPL-2.1-or-later
// How libjpeg's error exits become an Error: a jump target and the message, for jpeg.cpp's two halves.
#pragma once

#include <cstdio>
// libjpeg's header needs stdio before it.
#include <jerror.h>
#include <jpeglib.h>

#include <array>
#include <csetjmp>
#include <string>

#include "omv/base/result.h"

namespace omv::formats::detail {

/// `base` is the first member, so that libjpeg's pointer to it is a pointer to this. Whoever calls libjpeg sets `jump`
/// first, in a function that holds only trivially destructible locals: an error exit jumps there.
struct JpegErrors {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  std::array<char, JMSG_LENGTH_MAX> message;  ///< of the error, or of the first warning that means damage
  int code;                                   ///< J_MESSAGE_CODE of it, 0 = none

  /// Initialises and returns the pointer that a libjpeg object wants as its `err`.
  jpeg_error_mgr* install();
  /// Forgets what happened, before the next picture.
  void reset();
  /// Leaves libjpeg as an error exit does, with Errc::limit.
  [[noreturn]] void exceed(const char* limit);
  /// The error as the library reports it: truncated, limit or invalid, with libjpeg's words.
  Error to_error(const char* what) const;
};

}  // namespace omv::formats::detail
