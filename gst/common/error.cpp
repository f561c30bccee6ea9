// SPDX-License-Identifier: LGPL-2.1-or-later
// Errc to GStreamer domains and codes.
#include "common/error.h"

namespace omv::gst {

namespace {

struct Domain {
  GQuark domain;
  gint code;
};

Domain domain_of(Errc code) {
  switch (code) {
    case Errc::truncated:
    case Errc::invalid: return {GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX};
    case Errc::unsupported: return {GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT};
    case Errc::limit: return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT};
    case Errc::io: return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ};
    case Errc::full: return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT};
    case Errc::exists: return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE};
    case Errc::timeout: return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ};
    case Errc::closed: return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_CLOSE};
    case Errc::busy: return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY};
    case Errc::end:
    case Errc::again:
    case Errc::cancelled:
    case Errc::mode: break;
  }
  return {GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_FAILED};
}

void post(GstElement* element, GstMessageType type, const Error& error, const char* what) {
  const Domain domain = domain_of(error.code);
  gst_element_message_full(element, type, domain.domain, domain.code,
                           g_strdup_printf("%s: %s", what, error.message.c_str()),
                           g_strdup_printf("%s", to_string(error.code)), __FILE__, "omv", __LINE__);
}

}  // namespace

void post_error(GstElement* element, const Error& error, const char* what) {
  post(element, GST_MESSAGE_ERROR, error, what);
}

void post_warning(GstElement* element, const Error& error, const char* what) {
  post(element, GST_MESSAGE_WARNING, error, what);
}

}  // namespace omv::gst
