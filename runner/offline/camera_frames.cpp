// SPDX-License-Identifier: LGPL-2.1-or-later
// omvsrc, and what it counts.
#include "runner/offline/camera_frames.h"

#include <gst/gst.h>

#include <utility>

#include "runner/offline/pulled_frames.h"

namespace omv::runner {

namespace {

// Frames wait here while a disk is slow: four seconds at 30 a second.
constexpr const char* kPipeline =
    "omvsrc name=in ! queue max-size-buffers=120 max-size-bytes=0 max-size-time=0 ! "
    "appsink name=out sync=false max-buffers=1";

Result<void> set_property(GstElement* camera, const std::string& name, const std::string& value) {
  GParamSpec* spec = g_object_class_find_property(G_OBJECT_GET_CLASS(camera), name.c_str());
  if (spec == nullptr) return Error{Errc::invalid, "omvsrc has no property '" + name + "'"};
  GValue parsed = G_VALUE_INIT;
  g_value_init(&parsed, spec->value_type);
  const bool is_right = gst_value_deserialize_with_pspec(&parsed, value.c_str(), spec) != FALSE;
  if (is_right) g_object_set_property(G_OBJECT(camera), name.c_str(), &parsed);
  g_value_unset(&parsed);
  return is_right ? Result<void>() : Error{Errc::invalid, name + " can't be '" + value + "'"};
}

class Camera final : public CameraFrames {
 public:
  explicit Camera(std::unique_ptr<PulledFrames> frames) : frames_(std::move(frames)) {}

  Result<bool> next(convert::TimedFrame& into) override { return frames_->next(into); }

  std::uint64_t lost() const override {
    const ElementPtr source = frames_->pipeline().find("in");
    GstStructure* raw = nullptr;
    g_object_get(source.get(), "stats", &raw, nullptr);
    const StructurePtr stats(raw);
    std::uint64_t lost = 0;
    for (const char* field : {"dropped-busy", "dropped-corrupt", "dropped-resync", "dropped-refused"}) {
      guint64 count = 0;
      if (stats && gst_structure_get_uint64(stats.get(), field, &count)) lost += count;
    }
    return lost;
  }

 private:
  std::unique_ptr<PulledFrames> frames_;
};

}  // namespace

Result<std::unique_ptr<CameraFrames>> open_camera(const CameraProperties& properties, std::function<bool()> go_on) {
  OMV_TRY(OfflinePipeline pipeline, OfflinePipeline::launch(kPipeline, "camera"));
  const ElementPtr source = pipeline.find("in");
  for (const auto& [name, value] : properties) OMV_CHECK(set_property(source.get(), name, value));
  const ElementPtr sink = pipeline.find("out");
  const CapsPtr caps(gst_caps_from_string(kPulledCaps));
  g_object_set(sink.get(), "caps", caps.get(), nullptr);
  auto frames = std::make_unique<PulledFrames>("camera", std::move(pipeline), std::move(go_on));
  OMV_CHECK(frames->start());
  return std::unique_ptr<CameraFrames>(std::make_unique<Camera>(std::move(frames)));
}

}  // namespace omv::runner
