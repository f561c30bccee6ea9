// SPDX-License-Identifier: LGPL-2.1-or-later
// AVIs that genuine firmware wrote, against what their sidecars say, as they are and recovered.
#include <gtest/gtest.h>

#include "imageio_samples.h"
#include "omv/recording/avi/recover.h"
#include "temp_dir.h"

namespace omv::avi {
namespace {

struct CameraFrame {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::string sha256;  // of the chunk as stored
};

struct CameraFile {
  std::string path;
  std::vector<CameraFrame> frames;
};

CameraFile load(const std::filesystem::path& sidecar) {
  const std::unique_ptr<JsonParser, void (*)(void*)> parser(json_parser_new(), g_object_unref);
  if (json_parser_load_from_file(parser.get(), sidecar.c_str(), nullptr) == 0)
    throw std::runtime_error("can't parse " + sidecar.string());
  JsonObject* root = json_node_get_object(json_parser_get_root(parser.get()));
  CameraFile file{(sidecar.parent_path() / test::text(root, {"file"})).string(), {}};
  JsonArray* frames = json_object_get_array_member(root, "frames");
  for (guint i = 0; i < json_array_get_length(frames); ++i) {
    JsonObject* frame = json_array_get_object_element(frames, i);
    file.frames.push_back({static_cast<std::uint64_t>(test::number(frame, {"chunk_offset"}, -1)),
                           static_cast<std::uint64_t>(test::number(frame, {"chunk_size"}, -1)),
                           test::text(frame, {"sha256_chunk"})});
  }
  return file;
}

std::vector<CameraFile> camera_files() {
  std::vector<CameraFile> files;
  const auto dir = test::imageio_samples_dir();
  if (dir.empty() || !std::filesystem::is_directory(dir / ".." / "avi")) return files;
  for (const auto& entry : std::filesystem::directory_iterator(dir / ".." / "avi"))
    if (entry.path().extension() == ".json") files.push_back(load(entry.path()));
  return files;
}

void expect_frames(const Reader& reader, const std::vector<StoredFrame>& found, const CameraFile& camera) {
  ASSERT_EQ(found.size(), camera.frames.size());
  Bytes payload;
  for (std::size_t n = 0; n < found.size(); ++n) {
    ASSERT_TRUE(reader.read(found[n], payload));
    EXPECT_EQ(test::sha256(payload), camera.frames[n].sha256) << "frame " << n;
  }
}

TEST(AviSamples, EveryFrameOfTheCameraIsFound) {
  const auto files = camera_files();
  if (files.empty()) GTEST_SKIP() << "no samples beside the source tree";
  for (const CameraFile& camera : files) {
    SCOPED_TRACE(camera.path);
    const auto file = File::open(camera.path, File::Mode::read);
    ASSERT_TRUE(file);
    const auto reader = Reader::open(*file);
    ASSERT_TRUE(reader) << reader.error().message;
    const auto contents = reader->scan();
    ASSERT_TRUE(contents);
    EXPECT_TRUE(contents->damage.empty());
    expect_frames(*reader, contents->frames, camera);
    for (std::size_t n = 0; n < contents->frames.size(); ++n) {
      EXPECT_EQ(contents->frames[n].offset, camera.frames[n].offset);
      EXPECT_EQ(contents->frames[n].bytes, camera.frames[n].bytes);
    }
  }
}

TEST(AviSamples, RecoveredTheyAreWholeAndTheirFramesUntouched) {
  const auto files = camera_files();
  if (files.empty()) GTEST_SKIP() << "no samples beside the source tree";
  for (const CameraFile& camera : files) {
    SCOPED_TRACE(camera.path);
    const test::TempDir dir;
    const auto file = File::open(camera.path, File::Mode::read);
    const auto reader = Reader::open(*file);
    auto out = File::open(dir / "out.avi", File::Mode::create_new);
    ASSERT_TRUE(reader && out);
    const auto recovered = recover(*reader, *out);
    ASSERT_TRUE(recovered) << recovered.error().message;
    EXPECT_FALSE(recovered->is_lossy());
    const auto again = Reader::open(*out);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->header().length, camera.frames.size());
    EXPECT_EQ(again->header().riff_end, again->file_bytes());
    const auto indexed = again->read_indexes();
    ASSERT_TRUE(indexed) << indexed.error().message;
    expect_frames(*again, indexed->frames, camera);
  }
}

}  // namespace
}  // namespace omv::avi
