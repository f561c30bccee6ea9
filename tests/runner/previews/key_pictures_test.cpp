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

constexpr const char* kNoH264 = "x264enc, h264parse, or a decoder of H.264 is not installed";

constexpr const char* kNoH265 = "nothing decodes H.265";

bool has_h264() { return is_there("x264enc") && is_there("h264parse") && decoding_of(caps_of("video/x-h264").get()); }

// A gradient of 64x64 pixels: VPS, SPS, PPS, a CRA slice.
constexpr std::uint8_t kH265Picture[] = {
    0x00, 0x00, 0x00, 0x01, 0x40, 0x01, 0x0c, 0x01, 0xff, 0xff, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90,
    0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x1e, 0x95, 0x94, 0x09, 0x00, 0x00, 0x00, 0x01, 0x42, 0x01,
    0x01, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x1e, 0xa0,
    0x20, 0x81, 0x05, 0x96, 0x56, 0x54, 0xa4, 0xc2, 0xff, 0xf0, 0x00, 0x10, 0x00, 0x16, 0xa0, 0xc0, 0xc0,
    0xc0, 0x80, 0x00, 0x00, 0x03, 0x00, 0x80, 0x00, 0x00, 0x0f, 0x04, 0x00, 0x00, 0x00, 0x01, 0x44, 0x01,
    0xc0, 0x71, 0x81, 0x12, 0x00, 0x00, 0x00, 0x01, 0x28, 0x01, 0xac, 0x2d, 0x80, 0x0e, 0xef, 0x2b, 0xd6,
    0x31, 0xe4, 0x98, 0x5d, 0xf9, 0xae, 0x4a, 0x7a, 0xae, 0x6a, 0xdb, 0x15, 0xfc};

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

  void take(ConstByteSpan h265) {
    const BufferPtr frame(gst_buffer_new_memdup(h265.data(), h265.size()));
    pictures_.take(frame.get(), h265_.get());
  }

  bool tend_until(const std::function<bool()>& is_so) {
    const auto deadline = std::chrono::steady_clock::now() + 40s;
    while (!is_so() && std::chrono::steady_clock::now() < deadline) {
      pictures_.tend(true);
      while (g_main_context_iteration(nullptr, FALSE) != FALSE) {
      }
      std::this_thread::sleep_for(2ms);
    }
    return is_so();
  }

  const CapsPtr h265_ = caps_of("video/x-h265,stream-format=byte-stream,alignment=au,width=64,height=64");
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
  if (!has_h264()) GTEST_SKIP() << kNoH264;
  for (const SamplePtr& frame : video("x264enc bframes=2 b-adapt=false ! h264parse")) take(frame);
  EXPECT_EQ("", pictures_.problem());
  EXPECT_TRUE(tend_until([this] { return made_ > 0; })) << pictures_.problem();
  EXPECT_EQ("", pictures_.problem());
}

TEST_F(KeyPicturesTest, ShowsTheKeyFramesOfH265) {
  if (!decoding_of(h265_.get())) GTEST_SKIP() << kNoH265;
  take(kH265Picture);
  EXPECT_TRUE(tend_until([this] { return made_ > 0; })) << pictures_.problem();
}

TEST_F(KeyPicturesTest, HoldsOneForWhoeverLooksNext) {
  if (!decoding_of(h265_.get())) GTEST_SKIP() << kNoH265;
  take(kH265Picture);
  ASSERT_TRUE(tend_until([this] { return made_ == 1; })) << pictures_.problem();
  pictures_.tend(false);
  EXPECT_TRUE(tend_until([this] { return made_ == 2; })) << pictures_.problem();
}

// As cameras send them that say them once.
TEST_F(KeyPicturesTest, PutsTheParameterSetsInFrontThatWereSaidOnce) {
  if (!decoding_of(h265_.get())) GTEST_SKIP() << kNoH265;
  const std::size_t sets = parameter_set_bytes(kH265Picture, true);
  ASSERT_GT(sets, 0U);
  take(ConstByteSpan(kH265Picture).first(sets + 8));  // too little for a picture
  take(ConstByteSpan(kH265Picture).subspan(sets));
  EXPECT_TRUE(tend_until([this] { return made_ > 0; })) << pictures_.problem();
}

TEST_F(KeyPicturesTest, WaitsForAKeyFrame) {
  take(caps_of("video/x-h264,alignment=au").get(), GST_BUFFER_FLAG_DELTA_UNIT);
  EXPECT_EQ("no live picture yet: H.264 begins with a key frame", pictures_.problem());
}

TEST_F(KeyPicturesTest, ForgetsWhatTheCameraSendsNoLonger) {
  take(caps_of("video/x-h264, stream-format=byte-stream").get(), GST_BUFFER_FLAG_DELTA_UNIT);
  pictures_.tend(false);
  EXPECT_NE(pictures_.problem(), "");
  pictures_.forget();
  pictures_.tend(false);
  EXPECT_EQ(pictures_.problem(), "");
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

TEST(Decoding, HasABound) {
  const auto decoding = decoding_of(caps_of("video/x-h264,width=32767,height=32767").get());
  ASSERT_FALSE(decoding);
  EXPECT_NE(std::string::npos, decoding.error().message.find("32767x32767 pixels")) << decoding.error().message;
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
