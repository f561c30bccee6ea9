// SPDX-License-Identifier: LGPL-2.1-or-later
// The firmware's own stills beside the source tree, with what stills.json says about them. Needs json-glib.
#pragma once

#include <json-glib/json-glib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "omv/base/bytes.h"

namespace omv::test {

struct StillSample {
  std::string name;           // of the file
  std::string pixel_format;   // of what was saved: "RGB565"
  std::string source_sha256;  // of its bytes
  std::string rgb_sha256;     // of the decoded picture as R, G, B triples, by another decoder; empty: not said
  Bytes file;
};

inline std::filesystem::path still_samples_dir() {
  const char* root = std::getenv("OMV_SOURCE_ROOT");
  if (root == nullptr) return {};
  return std::filesystem::path(root) / ".." / "shared" / "samples" / "still";
}

inline std::string sha256_of(ConstByteSpan bytes) {
  gchar* text = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes.data(), bytes.size());
  std::string result = text;
  g_free(text);
  return result;
}

inline std::string text_of(JsonObject* object, const char* name) {
  return json_object_has_member(object, name) ? json_object_get_string_member(object, name) : "";
}

inline StillSample still_sample(JsonObject* object) {
  StillSample sample;
  sample.name = text_of(object, "file");
  sample.pixel_format = text_of(object, "pixfmt");
  sample.source_sha256 = text_of(object, "src_sha256");
  sample.rgb_sha256 = text_of(object, "sha256_rgb");
  std::ifstream in(still_samples_dir() / sample.name, std::ios::binary);
  sample.file.assign(std::istreambuf_iterator<char>(in), {});
  return sample;
}

/// Empty when the samples are not there; a line of the list whose file is missing is left out.
inline std::vector<StillSample> still_samples() {
  std::vector<StillSample> samples;
  JsonParser* parser = json_parser_new();
  const std::string list = (still_samples_dir() / "stills.json").string();
  if (json_parser_load_from_file(parser, list.c_str(), nullptr)) {
    JsonArray* array = json_node_get_array(json_parser_get_root(parser));
    for (guint i = 0; i < json_array_get_length(array); ++i) {
      samples.push_back(still_sample(json_array_get_object_element(array, i)));
      if (samples.back().file.empty()) samples.pop_back();
    }
  }
  g_object_unref(parser);
  return samples;
}

}  // namespace omv::test
