// SPDX-License-Identifier: LGPL-2.1-or-later
// The firmware's own recordings beside the source tree, with what their sidecars say about them. Needs json-glib.
#pragma once

#include <json-glib/json-glib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "omv/base/bytes.h"

namespace omv::test {

struct SampleFrame {
  std::int64_t chunk_offset = 0;
  std::int64_t payload_offset = 0;
  std::int64_t interval_ms = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t format_code = 0;  // V2 id or V1 bpp, as stored
  std::int64_t payload_bytes = 0;
  std::int64_t pad_bytes = 0;
  std::int64_t memory_bytes = 0;
  std::string format;         // "RGB565"
  std::string sha256;         // of the payload as stored
  std::string sha256_native;  // of V1.0 RGB565 in native order; else empty
};

struct Sample {
  std::string path;
  std::string name;
  std::string magic;
  std::vector<SampleFrame> frames;
};

/// ../shared/samples/imageio beside the source tree; empty when there is none.
inline std::filesystem::path imageio_samples_dir() {
  const char* root = std::getenv("OMV_SOURCE_ROOT");
  if (root == nullptr) return {};
  const auto dir = std::filesystem::path(root) / ".." / "shared" / "samples" / "imageio";
  return std::filesystem::is_directory(dir) ? dir : std::filesystem::path();
}

inline std::string sha256(ConstByteSpan bytes) {
  gchar* text = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes.data(), bytes.size());
  std::string result = text;
  g_free(text);
  return result;
}

inline std::int64_t number(JsonObject* object, std::initializer_list<const char*> names, std::int64_t fallback) {
  for (const char* name : names)
    if (json_object_has_member(object, name)) return json_object_get_int_member(object, name);
  return fallback;
}

inline std::string text(JsonObject* object, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (json_object_has_member(object, name)) return json_object_get_string_member(object, name);
  return {};
}

inline SampleFrame parse_sample_frame(JsonObject* object) {
  SampleFrame frame;
  frame.chunk_offset = number(object, {"chunk_offset"}, -1);
  frame.payload_offset = number(object, {"payload_offset"}, -1);
  frame.interval_ms = number(object, {"elapsed_ms"}, -1);
  frame.width = number(object, {"w"}, -1);
  frame.height = number(object, {"h"}, -1);
  frame.format_code = number(object, {"pixfmt_id", "code"}, -1);
  frame.payload_bytes = number(object, {"payload_bytes"}, -1);
  frame.pad_bytes = number(object, {"pad_bytes"}, -1);
  frame.memory_bytes = number(object, {"memory_bytes"}, frame.payload_bytes);
  frame.format = text(object, {"pixfmt", "format"});
  frame.sha256 = text(object, {"sha256"});
  frame.sha256_native = text(object, {"sha256_native_le"});
  return frame;
}

inline Sample load_sample(const std::filesystem::path& sidecar) {
  const std::unique_ptr<JsonParser, void (*)(void*)> parser(json_parser_new(), g_object_unref);
  if (json_parser_load_from_file(parser.get(), sidecar.c_str(), nullptr) == 0)
    throw std::runtime_error("can't parse " + sidecar.string());
  JsonObject* root = json_node_get_object(json_parser_get_root(parser.get()));
  Sample sample;
  sample.name = text(root, {"file"});
  sample.path = (sidecar.parent_path() / sample.name).string();
  sample.magic = text(root, {"magic"});
  JsonArray* frames = json_object_get_array_member(root, "frames");
  for (guint i = 0; i < json_array_get_length(frames); ++i)
    sample.frames.push_back(parse_sample_frame(json_array_get_object_element(frames, i)));
  return sample;
}

/// Every recording with a sidecar, by name.
inline std::vector<Sample> imageio_samples() {
  std::vector<Sample> samples;
  const auto dir = imageio_samples_dir();
  if (dir.empty()) return samples;
  for (const auto& entry : std::filesystem::directory_iterator(dir))
    if (entry.path().extension() == ".json") samples.push_back(load_sample(entry.path()));
  std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.name < b.name; });
  return samples;
}

}  // namespace omv::test
