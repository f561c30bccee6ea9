// SPDX-License-Identifier: LGPL-2.1-or-later
// appsrc, a decoder where one is needed, omvjpegenc, appsink.
#include "runner/previews/preview_encoder.h"

#include <gst/app/gstappsrc.h>

#include <string>
#include <utility>

namespace omv::runner {

namespace {

constexpr const char* kInput = "omv.input";
constexpr const char* kOutput = "omv.output";

// Empty: there is none.
std::string decoder_for(const GstCaps* caps) {
  const GstStructure* kind = gst_caps_get_structure(caps, 0);
  if (gst_structure_has_name(kind, "video/x-raw")) return "identity";
  if (gst_structure_has_name(kind, "image/png")) return "pngdec";
  if (gst_structure_has_name(kind, "video/x-bayer") || gst_structure_has_name(kind, "video/x-openmv-binary"))
    return "imageiomux ! imageiodecodebin";
  return "";
}

}  // namespace

Result<std::unique_ptr<PreviewEncoder>> PreviewEncoder::launch(GstCaps* caps, const Services& services,
                                                               OnJpeg on_jpeg) {
  const std::string decoder = decoder_for(caps);
  if (decoder.empty())
    return Error{Errc::unsupported, std::string("no live pictures of ") +
                                        gst_structure_get_name(gst_caps_get_structure(caps, 0)) + " frames"};
  const std::string text = std::string("appsrc name=") + kInput +
                           " is-live=true format=time max-buffers=1 max-bytes=0 leaky-type=downstream ! " + decoder +
                           " ! videoconvert ! omvjpegenc quality=75 threads=1 ! appsink name=" + kOutput +
                           " sync=false max-buffers=1 drop=true";
  std::unique_ptr<PreviewEncoder> encoder(new PreviewEncoder(std::move(on_jpeg)));
  OMV_TRY(encoder->pipeline_, Pipeline::launch(text, services.timebase, [log = &services.log](GstMessage* message) {
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

GstFlowReturn PreviewEncoder::on_sample(GstAppSink* sink, gpointer self) {
  const SamplePtr sample(gst_app_sink_pull_sample(sink));
  if (sample && gst_sample_get_buffer(sample.get()) != nullptr)
    static_cast<PreviewEncoder*>(self)->on_jpeg_(gst_sample_get_buffer(sample.get()));
  return GST_FLOW_OK;
}

}  // namespace omv::runner
