// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the library's errors meet GStreamer's: one mapping, and one guard that keeps exceptions out of C.
#pragma once

#include <gst/gst.h>

#include <exception>
#include <utility>

#include "omv/base/result.h"

namespace omv::gst {

/// Posts an error message on the bus. `what` is the sentence a user reads first; the error's own message follows as
/// the debug detail. Call without locks.
void post_error(GstElement* element, const Error& error, const char* what);

/// The same as a warning: the element goes on.
void post_warning(GstElement* element, const Error& error, const char* what);

/// Runs the body of a vfunc; an exception becomes an element error and `fallback` is returned.
template <typename Value, typename Body>
Value guarded(gpointer element, Value fallback, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const std::exception& exception) {
    GST_ELEMENT_ERROR(element, LIBRARY, FAILED, (nullptr), ("exception: %s", exception.what()));
  } catch (...) {
    GST_ELEMENT_ERROR(element, LIBRARY, FAILED, (nullptr), ("unknown exception"));
  }
  return fallback;
}

}  // namespace omv::gst
