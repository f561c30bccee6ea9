// SPDX-License-Identifier: LGPL-2.1-or-later
// Decoders by media type, those of software first.
#include "runner/previews/decoding.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "runner/gst_ptr.h"
#include "runner/pipelines/format_name.h"

namespace omv::runner {

namespace {

constexpr std::pair<std::string_view, const char*> kStills[] = {
    {"image/jpeg", "jpegdec"},
    {"video/x-raw", "identity"},
    {"image/png", "pngdec"},
    {"video/x-bayer", "imageiomux ! imageiodecodebin"},
    {"video/x-openmv-binary", "imageiomux ! imageiodecodebin"},
};

constexpr const char* kSmaller =
    "videoconvert ! videoscale ! video/x-raw,width=[1,1280],height=[1,1280],pixel-aspect-ratio=1/1";

constexpr std::int64_t kMostPixels = 64'000'000;

const GstStructure* kind_of(const GstCaps* caps) { return gst_caps_get_structure(caps, 0); }

// Empty: no single picture.
std::string still_decoder(const GstCaps* caps) {
  for (const auto& [type, decoder] : kStills)
    if (type == gst_structure_get_name(kind_of(caps))) return decoder;
  return "";
}

struct FeatureListDeleter {
  void operator()(GList* list) const { gst_plugin_feature_list_free(list); }
};
using FeatureList = std::unique_ptr<GList, FeatureListDeleter>;

// The media type alone: a parser in front of the decoder makes what it wants of the rest.
CapsPtr type_of(const GstCaps* caps) {
  CapsPtr type(gst_caps_new_empty_simple(gst_structure_get_name(kind_of(caps))));
  gint version = 0;
  if (gst_structure_get_int(kind_of(caps), "mpegversion", &version) != FALSE)
    gst_caps_set_simple(type.get(), "mpegversion", G_TYPE_INT, version, nullptr);
  return type;
}

FeatureList decoders_of(const GstCaps* caps, GstElementFactoryListType kind) {
  const FeatureList all(gst_element_factory_list_get_elements(kind, GST_RANK_MARGINAL));
  return FeatureList(gst_element_factory_list_filter(all.get(), type_of(caps).get(), GST_PAD_SINK, FALSE));
}

bool is_of_software(gpointer factory) {
  return !gst_element_factory_list_is_type(GST_ELEMENT_FACTORY(factory), GST_ELEMENT_FACTORY_TYPE_HARDWARE);
}

std::string package_for(const GstCaps* caps) {
  constexpr std::pair<std::string_view, const char*> kElsewhere[] = {
      {"video/x-vp8", "gstreamer1.0-plugins-good"},
      {"video/x-vp9", "gstreamer1.0-plugins-good"},
      {"video/x-av1", "gstreamer1.0-plugins-bad"},
  };
  for (const auto& [type, package] : kElsewhere)
    if (type == gst_structure_get_name(kind_of(caps))) return package;
  return "gstreamer1.0-libav";
}

// A buffer has to be a whole frame for one of them to be decoded.
Result<void> check_whole(const GstCaps* caps) {
  if (g_strcmp0(gst_structure_get_string(kind_of(caps), "alignment"), "nal") != 0) return {};
  const std::string parser = gst_structure_has_name(kind_of(caps), "video/x-h265") ? "h265parse" : "h264parse";
  return Error{Errc::unsupported,
               "no live picture: frames of this camera come in pieces (alignment=nal); let its pipeline end with " +
                   parser + " ! video/x-" + parser.substr(0, 4) + ",alignment=au"};
}

// What a stream claims is allocated by the decoder several times over.
Result<void> check_size(const GstCaps* caps) {
  gint width = 0;
  gint height = 0;
  gst_structure_get_int(kind_of(caps), "width", &width);
  gst_structure_get_int(kind_of(caps), "height", &height);
  if (std::int64_t{width} * height <= kMostPixels) return {};
  return Error{Errc::unsupported, "no live picture: " + std::to_string(width) + "x" + std::to_string(height) +
                                      " pixels are too many to be decoded beside recording"};
}

Result<std::string> video_decoding(const GstCaps* caps) {
  OMV_CHECK(check_whole(caps));
  OMV_CHECK(check_size(caps));
  constexpr GstElementFactoryListType kDecoders =
      GST_ELEMENT_FACTORY_TYPE_DECODER | GST_ELEMENT_FACTORY_TYPE_MEDIA_VIDEO | GST_ELEMENT_FACTORY_TYPE_MEDIA_IMAGE;
  const FeatureList decoders = decoders_of(caps, kDecoders);
  if (!decoders)
    return Error{Errc::unsupported, "no live picture: nothing on this machine decodes " + format_name(kind_of(caps)) +
                                        "; install " + package_for(caps) + " and start the rig again"};
  bool is_soft = false;
  for (const GList* one = decoders.get(); one != nullptr; one = one->next)
    is_soft = is_soft || is_of_software(one->data);
  // One picture now and then is not worth a device, which has to be opened and may be somebody else's.
  return std::string("decodebin force-sw-decoders=") + (is_soft ? "true" : "false") + " ! " + kSmaller;
}

}  // namespace

bool is_coded_video(const GstCaps* caps) { return still_decoder(caps).empty(); }

Result<std::string> decoding_of(const GstCaps* caps) {
  std::string decoder = still_decoder(caps);
  if (decoder.empty()) return video_decoding(caps);
  return decoder + " ! videoconvert";
}

}  // namespace omv::runner
