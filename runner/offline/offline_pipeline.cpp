// SPDX-License-Identifier: LGPL-2.1-or-later
// The bus is asked instead of watched.
#include "runner/offline/offline_pipeline.h"

#include <utility>

#include "runner/pipelines/pipeline.h"

namespace omv::runner {

namespace {

struct MessageDeleter {
  void operator()(GstMessage* message) const { gst_message_unref(message); }
};
using MessagePtr = std::unique_ptr<GstMessage, MessageDeleter>;

MessagePtr pop(GstElement* pipeline, GstClockTime timeout, int types) {
  const BusPtr bus(gst_element_get_bus(pipeline));
  return MessagePtr(gst_bus_timed_pop_filtered(bus.get(), timeout, static_cast<GstMessageType>(types)));
}

}  // namespace

Result<OfflinePipeline> OfflinePipeline::launch(const std::string& text, std::string what) {
  gst_init(nullptr, nullptr);
  GError* raw_error = nullptr;
  GstElement* element = gst_parse_launch_full(text.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &raw_error);
  const GErrorPtr error(raw_error);
  if (element == nullptr) return Error{Errc::unsupported, what + ": " + (error ? error->message : "no pipeline")};
  gst_object_ref_sink(element);
  return OfflinePipeline(ElementPtr(element), std::move(what));
}

OfflinePipeline::~OfflinePipeline() {
  if (pipeline_) gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

ElementPtr OfflinePipeline::find(const char* name) const {
  return ElementPtr(gst_bin_get_by_name(GST_BIN(pipeline_.get()), name));
}

Error OfflinePipeline::error_of(GstMessage* message) const {
  return {Errc::unsupported, what_ + ": " + message_text(message)};
}

Result<void> OfflinePipeline::set_state(GstState state) {
  if (gst_element_set_state(pipeline_.get(), state) != GST_STATE_CHANGE_FAILURE) return {};
  OMV_CHECK(check());
  return Error{Errc::io, what_ + ": GStreamer could not start"};
}

Result<void> OfflinePipeline::check() {
  const MessagePtr message = pop(pipeline_.get(), 0, GST_MESSAGE_ERROR);
  return message ? Result<void>(error_of(message.get())) : Result<void>();
}

Result<bool> OfflinePipeline::wait_for(GstMessageType type, GstClockTime timeout) {
  const MessagePtr message = pop(pipeline_.get(), timeout, type | GST_MESSAGE_ERROR);
  if (message && GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR) return error_of(message.get());
  return message != nullptr;
}

Result<void> OfflinePipeline::wait_for_end() {
  OMV_CHECK(wait_for(GST_MESSAGE_EOS, GST_CLOCK_TIME_NONE));
  return {};
}

Result<bool> OfflinePipeline::has_ended(GstClockTime timeout) { return wait_for(GST_MESSAGE_EOS, timeout); }

}  // namespace omv::runner
