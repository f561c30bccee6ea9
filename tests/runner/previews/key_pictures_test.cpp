// SPDX-License-Identifier: LGPL-2.1-or-later
// Live pictures of coded video: which frames are decoded, and what is said when none can be.
#include "runner/previews/key_pictures.h"

#include <gst/app/gstappsink.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "runner/previews/decoding.h"
#include "runner/previews/parameter_sets.h"

namespace omv::runner {
namespace {

using namespace std::chrono_literals;

// Some frames, the first of them a key frame, with a decoder that would hold back the first for the sake of the others.
std::vector<SamplePtr> video(const std::string& encoder) {
  const std::string text = "videotestsrc num-buffers=6 ! video/x-raw,format=I420,width=96,height=64 ! " + encoder +
                           " ! appsink name=out sync=false";
  const ElementPtr pipeline(GST_ELEMENT(gst_object_ref_sink(gst_parse_launch(text.c_str(), nullptr))));
  const ElementPtr sink(gst_bin_get_by_name(GST_BIN(pipeline.get()), "out"));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  std::vector<SamplePtr> frames;
  while (GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(sink.get()), 20 * GST_SECOND))
    frames.emplace_back(sample);
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return frames;
}

bool is_there(const char* element) {
  GstElementFactory* factory = gst_element_factory_find(element);
  if (factory != nullptr) gst_object_unref(factory);
  return factory != nullptr;
}

CapsPtr caps_of(const char* text) { return CapsPtr(gst_caps_from_string(text)); }

class KeyPicturesTest : public testing::Test {
 protected:
  void take(const SamplePtr& frame) {
    pictures_.take(gst_sample_get_buffer(frame.get()), gst_sample_get_caps(frame.get()));
  }

  void take(GstCaps* caps, GstBufferFlags flags) {
    GstBuffer* frame = gst_buffer_new_allocate(nullptr, 64, nullptr);
    gst_buffer_memset(frame, 0, 0x55, 64);
    GST_BUFFER_FLAG_SET(frame, flags);
    pictures_.take(frame, caps);
    gst_buffer_unref(frame);
  }

  bool tend_until(const std::function<bool()>& is_so) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!is_so() && std::chrono::steady_clock::now() < deadline) {
      pictures_.tend(true);
      while (g_main_context_iteration(nullptr, FALSE) != FALSE) {
      }
      std::this_thread::sleep_for(2ms);
    }
    return is_so();
  }

  void expect_pictures_of(const char* encoder, const std::string& rest, const char* decoded) {
    if (!is_there(encoder)) GTEST_SKIP() << encoder << " is not installed";
    if (!decoding_of(caps_of(decoded).get())) GTEST_SKIP() << "nothing decodes " << decoded;
    for (const SamplePtr& frame : video(encoder + rest)) take(frame);
    EXPECT_EQ("", pictures_.problem());
    EXPECT_TRUE(tend_until([this] { return made_ > 0; })) << pictures_.problem();
    EXPECT_EQ("", pictures_.problem());
  }

  EventLoop loop_;
  Timebase timebase_;
  Log log_;
  const Services services_{loop_, timebase_, log_};
  std::atomic<int> made_ = 0;
  KeyPictures pictures_{1ms, services_, [this](GstBuffer* jpeg) {
                          guint8 start[2] = {};
                          gst_buffer_extract(jpeg, 0, start, sizeof start);
                          made_ += start[0] == 0xFF && start[1] == 0xD8;
                        }};
};

TEST_F(KeyPicturesTest, ShowsTheKeyFramesOfH264) {
  expect_pictures_of("x264enc", " bframes=2 b-adapt=false ! h264parse", "video/x-h264");
}

TEST_F(KeyPicturesTest, ShowsTheKeyFramesOfH265) {
  expect_pictures_of("x265enc", " speed-preset=ultrafast ! h265parse", "video/x-h265");
}

TEST_F(KeyPicturesTest, HoldsOneForWhoeverLooksNext) {
  if (!is_there("x264enc") || !decoding_of(caps_of("video/x-h264").get())) GTEST_SKIP() << "H.264 is not installed";
  take(video("x264enc ! h264parse").front());
  ASSERT_TRUE(tend_until([this] { return made_ == 1; }));
  pictures_.tend(false);
  EXPECT_TRUE(tend_until([this] { return made_ == 2; }));
}

// As cameras send them that say them once.
TEST_F(KeyPicturesTest, PutsTheParameterSetsInFrontThatWereSaidOnce) {
  if (!is_there("x264enc") || !decoding_of(caps_of("video/x-h264").get())) GTEST_SKIP() << "H.264 is not installed";
  const SamplePtr first = std::move(
      video("x264enc key-int-max=1 ! h264parse ! video/x-h264,stream-format=byte-stream,alignment=au").front());
  GstBuffer* frame = gst_sample_get_buffer(first.get());
  Bytes bytes(gst_buffer_get_size(frame));
  gst_buffer_extract(frame, 0, bytes.data(), bytes.size());
  const std::size_t sets = parameter_set_bytes(bytes, false);
  ASSERT_GT(sets, 0U);
  const BufferPtr slice(gst_buffer_copy_region(frame, GST_BUFFER_COPY_ALL, sets, bytes.size() - sets));
  take(first);
  pictures_.take(slice.get(), gst_sample_get_caps(first.get()));
  EXPECT_TRUE(tend_until([this] { return made_ > 0; })) << pictures_.problem();
}

TEST_F(KeyPicturesTest, WaitsForAKeyFrame) {
  take(caps_of("video/x-h264,alignment=au").get(), GST_BUFFER_FLAG_DELTA_UNIT);
  EXPECT_EQ("no live picture yet: H.264 begins with a key frame", pictures_.problem());
}

TEST_F(KeyPicturesTest, SaysWhatIsWrongWithAKeyFrameUntilNobodyLooks) {
  if (!decoding_of(caps_of("video/x-h264").get())) GTEST_SKIP() << "nothing decodes H.264";
  take(caps_of("video/x-h264,stream-format=byte-stream,alignment=au").get(), GST_BUFFER_FLAG_MARKER);
  ASSERT_TRUE(tend_until([this] { return !pictures_.problem().empty(); }));
  EXPECT_NE(std::string::npos, pictures_.problem().find("can't be decoded")) << pictures_.problem();
  pictures_.tend(false);
  EXPECT_EQ("", pictures_.problem());
  EXPECT_EQ(0, made_);
}

TEST_F(KeyPicturesTest, NamesTheCureOfFramesInPieces) {
  take(caps_of("video/x-h265,alignment=nal").get(), GST_BUFFER_FLAG_MARKER);
  pictures_.tend(false);
  EXPECT_NE(std::string::npos, pictures_.problem().find("h265parse ! video/x-h265,alignment=au"))
      << pictures_.problem();
}

constexpr std::uint8_t kH264[] = {0, 0, 0, 1,    0x09, 0xF0, 0, 0, 1,    0x67, 0x42,
                                  0, 0, 1, 0x68, 0xCE, 0,    0, 1, 0x65, 0x88};
constexpr std::uint8_t kH265[] = {0, 0, 1, 0x40, 1, 0, 0, 1, 0x42, 1, 7, 0, 0, 1, 0x44, 1, 0, 0, 1, 0x2A, 1};

TEST(ParameterSets, EndWithTheFirstSlice) {
  EXPECT_EQ(16U, parameter_set_bytes(kH264, false));
  EXPECT_EQ(16U, parameter_set_bytes(kH265, true));
}

TEST(ParameterSets, AreNotThereWithoutASequence) {
  EXPECT_EQ(0U, parameter_set_bytes(ConstByteSpan(kH264).subspan(11), false));
  EXPECT_EQ(0U, parameter_set_bytes(ConstByteSpan(kH265).subspan(11), true));
  EXPECT_EQ(0U, parameter_set_bytes({}, false));
}

TEST(ParameterSets, NeedAWholeBeginning) {
  for (std::size_t size = 0; size < 20; ++size) {
    const Bytes cut(kH264, kH264 + size);  // of its own, so that reading behind it shows
    EXPECT_EQ(0U, parameter_set_bytes(cut, false)) << size;
  }
}

// As on a machine without them.
TEST(Decoding, NamesWhatToInstall) {
  const CapsPtr h264 = caps_of("video/x-h264,profile=main");
  GList* all = gst_element_factory_list_get_elements(GST_ELEMENT_FACTORY_TYPE_DECODER, GST_RANK_MARGINAL);
  GList* decoders = gst_element_factory_list_filter(all, h264.get(), GST_PAD_SINK, FALSE);
  std::vector<std::pair<GstPluginFeature*, guint>> ranks;
  for (GList* one = decoders; one != nullptr; one = one->next) {
    auto* feature = GST_PLUGIN_FEATURE(one->data);
    ranks.emplace_back(feature, gst_plugin_feature_get_rank(feature));
    gst_plugin_feature_set_rank(feature, GST_RANK_NONE);
  }
  const auto decoding = decoding_of(h264.get());
  for (const auto& [feature, rank] : ranks) gst_plugin_feature_set_rank(feature, rank);
  gst_plugin_feature_list_free(decoders);
  gst_plugin_feature_list_free(all);
  ASSERT_FALSE(decoding);
  EXPECT_EQ(Errc::unsupported, decoding.error().code);
  EXPECT_EQ(
      "no live picture: nothing on this machine decodes H.264; install gstreamer1.0-libav and start the rig again",
      decoding.error().message);
}

}  // namespace
}  // namespace omv::runner
