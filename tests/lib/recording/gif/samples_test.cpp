// SPDX-License-Identifier: LGPL-2.1-or-later
// The camera's own GIFs: read as its sidecars say, and pixel for pixel the same when written by us.
#include <gtest/gtest.h>
#include <json-glib/json-glib.h>

#include <cstdlib>
#include <filesystem>

#include "gif_pictures.h"
#include "still_samples.h"
#include "temp_dir.h"

namespace omv::gif {
namespace {

using test::GifFile;
using test::show;
using test::ShownGif;

std::filesystem::path samples_dir() {
  const char* root = std::getenv("OMV_SOURCE_ROOT");
  return root == nullptr ? std::filesystem::path() : std::filesystem::path(root) / ".." / "shared" / "samples" / "gif";
}

Bytes rgb_of(const Bytes& rgba) {
  Bytes rgb;
  for (std::size_t i = 0; i < rgba.size(); i += 4) rgb.insert(rgb.end(), rgba.begin() + i, rgba.begin() + i + 3);
  return rgb;
}

Bytes every_third(const Bytes& rgb) {
  Bytes grey;
  for (std::size_t i = 0; i < rgb.size(); i += 3) grey.push_back(rgb[i]);
  return grey;
}

struct Sample {
  Bytes file;
  std::vector<std::string> rgb_sha256;
  std::vector<int> delays;
  bool is_grey = false;
};

Sample read_sample(const std::filesystem::path& path) {
  Sample sample = {test::read_file(path.string()), {}, {}, false};
  JsonParser* parser = json_parser_new();
  EXPECT_TRUE(json_parser_load_from_file(parser, (path.string() + ".json").c_str(), nullptr));
  JsonObject* truth = json_node_get_object(json_parser_get_root(parser));
  sample.is_grey = !json_object_get_boolean_member(truth, "color");
  JsonArray* frames = json_object_get_array_member(truth, "frames");
  for (guint i = 0; i < json_array_get_length(frames); ++i) {
    JsonObject* frame = json_array_get_object_element(frames, i);
    sample.rgb_sha256.push_back(test::text_of(frame, "sha256_rgb"));
    JsonNode* delay = json_object_get_member(frame, "delay_cs");
    sample.delays.push_back(JSON_NODE_HOLDS_NULL(delay) ? 0 : static_cast<int>(json_node_get_int(delay)));
  }
  g_object_unref(parser);
  return sample;
}

std::vector<std::filesystem::path> sample_paths() {
  std::vector<std::filesystem::path> paths;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(samples_dir(), missing))
    if (entry.path().extension() == ".gif") paths.push_back(entry.path());
  return paths;
}

TEST(GifSamples, ReadsTheCamerasOwn) {
  const auto paths = sample_paths();
  if (paths.empty()) GTEST_SKIP() << "no samples beside the source tree";
  for (const auto& path : paths) {
    const Sample sample = read_sample(path);
    const ShownGif gif = show(sample.file);
    EXPECT_EQ(test::delays_of(gif), sample.delays) << path;
    ASSERT_EQ(gif.frames.size(), sample.rgb_sha256.size()) << path;
    for (std::size_t n = 0; n < gif.frames.size(); ++n)
      EXPECT_EQ(test::sha256_of(rgb_of(gif.frames[n].screen)), sample.rgb_sha256[n]) << path << " frame " << n;
  }
}

// The camera's pixels, given to us as a picture, come out as the camera's pixels.
TEST(GifSamples, TheCamerasPaletteGivesTheCamerasPixels) {
  const auto paths = sample_paths();
  if (paths.empty()) GTEST_SKIP() << "no samples beside the source tree";
  Settings settings;
  settings.palette = PaletteMode::openmv;
  settings.fixed_delay = 10;
  for (const auto& path : paths) {
    const Sample sample = read_sample(path);
    const auto reader = Reader::open(sample.file);
    const PixelFormat format = sample.is_grey ? PixelFormat::grayscale : PixelFormat::rgb888;
    GifFile file({format, reader->width(), reader->height()}, settings);
    std::vector<Bytes> different;
    for (const auto& frame : show(sample.file).frames) {
      ASSERT_TRUE(file.add(sample.is_grey ? every_third(rgb_of(frame.screen)) : rgb_of(frame.screen), 0));
      if (different.empty() || different.back() != frame.screen) different.push_back(frame.screen);
    }
    const ShownGif ours = show(file.finish());
    ASSERT_EQ(ours.frames.size(), different.size());
    for (std::size_t n = 0; n < different.size(); ++n) EXPECT_EQ(ours.frames[n].screen, different[n]) << path;
  }
}

}  // namespace
}  // namespace omv::gif
