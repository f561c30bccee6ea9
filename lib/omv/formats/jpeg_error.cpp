// SPDX-License-Identifier: LGPL-2.1-or-later
// libjpeg's error manager with a jump instead of exit() and silence instead of stderr.
#include "omv/formats/jpeg_error.h"

namespace omv::formats::detail {

namespace {

JpegErrors& errors_of(j_common_ptr object) { return *reinterpret_cast<JpegErrors*>(object->err); }

void remember(j_common_ptr object) {
  JpegErrors& errors = errors_of(object);
  errors.code = errors.base.msg_code;
  errors.base.format_message(object, errors.message.data());
}

[[noreturn]] void on_error(j_common_ptr object) {
  remember(object);
  std::longjmp(errors_of(object).jump, 1);
}

// Level -1 is a warning: the picture is damaged, except for a few that only complain about taste.
void on_message(j_common_ptr object, int level) {
  JpegErrors& errors = errors_of(object);
  if (level >= 0 || errors.code != 0) return;
  const int code = errors.base.msg_code;
  if (code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR) return;
  remember(object);
}

void on_output(j_common_ptr) {}

Errc errc_of(int code) {
  switch (code) {
    case JWRN_JPEG_EOF:
    case JERR_INPUT_EOF:
    case JERR_INPUT_EMPTY: return Errc::truncated;
    case JERR_OUT_OF_MEMORY: return Errc::limit;
    default: return Errc::invalid;
  }
}

}  // namespace

void JpegErrors::exceed(const char* limit) {
  code = JERR_OUT_OF_MEMORY;
  std::snprintf(message.data(), message.size(), "%s", limit);
  std::longjmp(jump, 1);
}

jpeg_error_mgr* JpegErrors::install() {
  jpeg_std_error(&base);
  base.error_exit = on_error;
  base.emit_message = on_message;
  base.output_message = on_output;
  reset();
  return &base;
}

void JpegErrors::reset() {
  code = 0;
  message[0] = '\0';
  base.num_warnings = 0;
}

Error JpegErrors::to_error(const char* what) const {
  return {errc_of(code), std::string(what) + ": " + message.data()};
}

}  // namespace omv::formats::detail
