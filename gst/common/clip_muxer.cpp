// SPDX-License-Identifier: LGPL-2.1-or-later
// Extensions and descriptions of muxers.
#include "common/clip_muxer.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "common/still_caps.h"
#include "omv/storage/part_file.h"

namespace omv::gst {

namespace {

using Kind = ClipMuxer::Kind;

struct Preset {
  const char* extension;
  const char* muxer;
};

// An MP4 is written in fragments, so that it plays when its writer was killed, and becomes a plain one at its end.
constexpr const char* kFragments = " fragment-duration=1000 fragment-mode=first-moov-then-finalise";

constexpr std::array<Preset, 8> kPresets{{{"bin", "imageiomux"},
                                          {"avi", "omvmjpegmux"},
                                          {"gif", "gif"},
                                          {"mkv", "matroskamux"},
                                          {"webm", "webmmux"},
                                          {"mp4", "mp4mux"},
                                          {"mov", "qtmux"},
                                          {"ts", "mpegtsmux"}}};

std::string extension_of(const std::string& location) {
  const std::string name = location.substr(location.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  std::string extension = dot == std::string::npos ? "" : name.substr(dot + 1);
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

std::string known_extensions() {
  std::string all;
  for (const Preset& preset : kPresets) all += std::string(all.empty() ? "." : ", .") + preset.extension;
  return all;
}

Result<std::string> preset_for(const std::string& location) {
  const std::string extension = extension_of(location);
  for (const Preset& preset : kPresets)
    if (extension == preset.extension) return std::string(preset.muxer);
  return Error{Errc::unsupported, "location=" + location + ": its extension says no muxer; it is one of " +
                                      known_extensions() + ", or set muxer"};
}

bool starts_with(const GstCaps* caps, const char* media_type) {
  return gst_caps_get_size(caps) > 0 && gst_structure_has_name(gst_caps_get_structure(caps, 0), media_type);
}

// Of an element alone, without settings.
std::string with_fragments(const std::string& muxer) {
  return muxer == "mp4mux" || muxer == "qtmux" ? muxer + kFragments : muxer;
}

Result<GstElement*> build(const std::string& description) {
  GError* failed = nullptr;
  GstElement* bin =
      gst_parse_bin_from_description_full(description.c_str(), FALSE, nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &failed);
  if (bin != nullptr) return static_cast<GstElement*>(gst_object_ref_sink(bin));
  Error error{Errc::unsupported, "muxer=" + description + ": " + failed->message};
  g_error_free(failed);
  return error;
}

// The caps of whatever sinks an element may have.
void add_sink_caps(GstElement* element, GstCaps* all) {
  const GList* shapes = gst_element_class_get_pad_template_list(GST_ELEMENT_GET_CLASS(element));
  for (; shapes != nullptr; shapes = shapes->next) {
    auto* shape = static_cast<GstPadTemplate*>(shapes->data);
    if (GST_PAD_TEMPLATE_DIRECTION(shape) == GST_PAD_SINK) gst_caps_append(all, gst_pad_template_get_caps(shape));
  }
}

GstCaps* entrance_caps(GstElement* bin) {
  GstPad* pad = gst_bin_find_unlinked_pad(GST_BIN(bin), GST_PAD_SINK);
  if (pad != nullptr) {
    GstCaps* caps = gst_pad_query_caps(pad, nullptr);
    gst_object_unref(pad);
    return caps;
  }
  GstCaps* all = gst_caps_new_empty();
  GstIterator* elements = gst_bin_iterate_elements(GST_BIN(bin));
  GValue item = G_VALUE_INIT;
  while (gst_iterator_next(elements, &item) == GST_ITERATOR_OK) {
    auto* element = static_cast<GstElement*>(g_value_get_object(&item));
    if (element->numsinkpads == 0) add_sink_caps(element, all);
    g_value_reset(&item);
  }
  gst_iterator_free(elements);
  return all;
}

const char* still_extension(const GstCaps* caps) {
  if (starts_with(caps, "image/jpeg")) return ".jpg";
  return starts_with(caps, "video/x-bayer") ? ".raw" : ".png";
}

}  // namespace

Result<ClipMuxer> choose_clip_muxer(const std::string& muxer, const std::string& location) {
  ClipMuxer chosen;
  if (muxer.empty()) {
    OMV_TRY(chosen.name, preset_for(location));
  } else {
    chosen.name = muxer;
  }
  if (chosen.name == "gif" || chosen.name == "images") {
    chosen.kind = chosen.name == "gif" ? Kind::gif : Kind::images;
    return chosen;
  }
  chosen.is_whole_anywhere = chosen.name == "imageiomux";
  chosen.description = with_fragments(chosen.name);
  OMV_TRY(GstElement * bin, build(chosen.description));
  gst_object_unref(bin);
  return chosen;
}

GstCaps* clip_muxer_caps(const ClipMuxer& muxer) {
  if (muxer.kind == Kind::images) return still_template_caps();
  if (muxer.kind == Kind::gif) return gst_caps_from_string("video/x-raw; image/jpeg; image/png");
  const auto bin = build(muxer.description);
  if (!bin) return gst_caps_new_any();
  GstCaps* caps = entrance_caps(*bin);
  gst_object_unref(*bin);
  return caps;
}

std::string clip_chain_for(const ClipMuxer& muxer, const GstCaps* caps) {
  if (muxer.kind == Kind::images) return "omvimagesink name=stills";
  if (muxer.kind == Kind::elements) return muxer.description;
  const std::string encoder = "videoconvert ! omvgifenc";
  if (starts_with(caps, "image/jpeg")) return "jpegdec ! " + encoder;
  return starts_with(caps, "image/png") ? "pngdec ! " + encoder : encoder;
}

std::string clip_stills_location(const std::string& directory, const GstCaps* caps) {
  std::string location;
  for (const char c : directory) location += c == '%' ? "%%" : std::string(1, c);
  return location + "/%{index:06d}" + still_extension(caps);
}

}  // namespace omv::gst
