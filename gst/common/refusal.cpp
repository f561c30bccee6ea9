// SPDX-License-Identifier: LGPL-2.1-or-later
// Caps in words.
#include "common/refusal.h"

namespace omv::gst {

namespace {

constexpr std::size_t kReadable = 200;  // longer caps are cut down to their media types

// "video/x-raw GRAY8 320x240"
std::string in_words(const GstCaps* fixed) {
  const GstStructure* structure = gst_caps_get_structure(fixed, 0);
  std::string text = gst_structure_get_name(structure);
  if (const gchar* format = gst_structure_get_string(structure, "format"); format != nullptr)
    text += std::string(" ") + format;
  gint width = 0;
  gint height = 0;
  if (gst_structure_get_int(structure, "width", &width) && gst_structure_get_int(structure, "height", &height))
    text += " " + std::to_string(width) + "x" + std::to_string(height);
  return text;
}

std::string media_types(const GstCaps* caps) {
  std::string types;
  for (guint i = 0; i < gst_caps_get_size(caps); ++i) {
    const std::string name = gst_structure_get_name(gst_caps_get_structure(caps, i));
    if (types.find(name) == std::string::npos) types += (types.empty() ? "" : ", ") + name;
  }
  return types;
}

std::string taken_by(const GstCaps* caps) {
  if (gst_caps_is_empty(caps)) return "nothing that could be sent";
  gchar* text = gst_caps_to_string(caps);
  const std::string whole = text;
  g_free(text);
  return whole.size() <= kReadable ? whole : media_types(caps);
}

bool has_raw_video(const GstCaps* caps) { return media_types(caps).find("video/x-raw") != std::string::npos; }

std::string advice(const GstCaps* sent, const GstCaps* taken) {
  const GstStructure* structure = gst_caps_get_structure(sent, 0);
  if (!has_raw_video(taken)) return "";
  if (gst_structure_has_name(structure, "image/jpeg")) return "; put jpegdec in between or ask for stream=raw";
  if (gst_structure_has_name(structure, "video/x-raw")) return "; put videoconvert and videoscale in between";
  return "";
}

}  // namespace

std::string why_refused(GstPad* source_pad, const GstCaps* caps) {
  // The query is declared to change caps, which it does not.
  if (gst_pad_peer_query_accept_caps(source_pad, const_cast<GstCaps*>(caps))) return "";
  GstCaps* taken = gst_pad_peer_query_caps(source_pad, nullptr);
  const std::string why = in_words(caps) + " is sent, but downstream takes " + taken_by(taken) + advice(caps, taken);
  gst_caps_unref(taken);
  return why;
}

}  // namespace omv::gst
