// SPDX-License-Identifier: LGPL-2.1-or-later
// appsrc, what makes pixels of its frames, omvjpegenc, appsink.
#include "runner/previews/preview_encoder.h"

#include <gst/app/gstappsrc.h>

#include <string>
#include <utility>

#include "runner/guarded.h"
#include "runner/previews/decoding.h"

namespace omv::runner {

namespace {

constexpr const char* kInput = "omv.input";
constexpr const char* kOutput = "omv.output";

}  // namespace

Result<std::unique_ptr<PreviewEncoder>> PreviewEncoder::launch(GstCaps* caps, const Services& services,
                                                               OnJpeg on_jpeg) {
  OMV_TRY(const std::string decoding, decoding_of(caps));
  const std::string text = std::string("appsrc name=") + kInput +
                           " is-live=true format=time max-buffers=1 max-bytes=0 leaky-type=downstream ! " + decoding +
                           " ! omvjpegenc quality=75 threads=1 ! appsink name=" + kOutput +
                           " sync=false max-buffers=1 drop=true";
  std::unique_ptr<PreviewEncoder> encoder(new PreviewEncoder(std::move(on_jpeg)));
  OMV_TRY(encoder->pipeline_,
          Pipeline::launch(text, services.timebase, [made = encoder.get(), log = &services.log](GstMessage* message) {
            made->on_message(message);
            if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) log->debug("page", "preview: " + message_text(message));
          }));
  encoder->input_ = encoder->pipeline_->find(kInput);
  gst_app_src_set_caps(GST_APP_SRC(encoder->input_.get()), caps);
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = on_sample;
  const ElementPtr output = encoder->pipeline_->find(kOutput);
  gst_app_sink_set_callbacks(GST_APP_SINK(output.get()), &callbacks, encoder.get(), nullptr);
  encoder->pipeline_->set_state(GST_STATE_PLAYING);
  return encoder;
}

void PreviewEncoder::push(GstBuffer* frame) {
  gst_app_src_push_buffer(GST_APP_SRC(input_.get()), gst_buffer_ref(frame));
}

void PreviewEncoder::finish() { gst_app_src_end_of_stream(GST_APP_SRC(input_.get())); }

void PreviewEncoder::on_message(GstMessage* message) {
  const bool is_error = GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR;
  if (is_error && failure_.empty()) failure_ = message_text(message);
  is_done_ = is_done_ || is_error || GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS;
}

GstFlowReturn PreviewEncoder::on_sample(GstAppSink* sink, gpointer data) {
  const SamplePtr sample(gst_app_sink_pull_sample(sink));
  if (!sample || gst_sample_get_buffer(sample.get()) == nullptr) return GST_FLOW_OK;
  auto* self = static_cast<PreviewEncoder*>(data);
  guarded([&] {
    self->on_jpeg_(gst_sample_get_buffer(sample.get()));
    self->has_picture_ = true;
  });
  return GST_FLOW_OK;
}

}  // namespace omv::runner
