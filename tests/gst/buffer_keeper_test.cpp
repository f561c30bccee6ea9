// SPDX-License-Identifier: LGPL-2.1-or-later
// Buffers that are held: as they are, or as copies when there are few of them.
#include "common/buffer_keeper.h"

#include <gst/video/video.h>
#include <gtest/gtest.h>

#include <cstring>

namespace omv::gst {
namespace {

class Pool {
 public:
  explicit Pool(guint most) : pool_(gst_video_buffer_pool_new()) {
    GstVideoInfo info;
    gst_video_info_set_format(&info, GST_VIDEO_FORMAT_GRAY8, 33, 17);
    GstCaps* caps = gst_video_info_to_caps(&info);
    GstStructure* config = gst_buffer_pool_get_config(pool_);
    gst_buffer_pool_config_set_params(config, caps, static_cast<guint>(info.size), 0, most);
    gst_buffer_pool_config_add_option(config, GST_BUFFER_POOL_OPTION_VIDEO_META);
    gst_caps_unref(caps);
    EXPECT_TRUE(gst_buffer_pool_set_config(pool_, config));
    EXPECT_TRUE(gst_buffer_pool_set_active(pool_, TRUE));
  }
  ~Pool() {
    gst_buffer_pool_set_active(pool_, FALSE);
    gst_object_unref(pool_);
  }
  BufferPtr acquire() {
    GstBuffer* buffer = nullptr;
    EXPECT_EQ(gst_buffer_pool_acquire_buffer(pool_, &buffer, nullptr), GST_FLOW_OK);
    gst_buffer_memset(buffer, 0, 42, gst_buffer_get_size(buffer));
    return BufferPtr(buffer);
  }

 private:
  GstBufferPool* pool_;
};

TEST(BufferKeeper, HoldsBuffersThatAreNotScarce) {
  BufferKeeper keeper;
  Pool pool(0);
  const BufferPtr pooled = pool.acquire();
  EXPECT_EQ(keeper.keep(pooled.get()).get(), pooled.get());
  const BufferPtr single(gst_buffer_new_memdup("abc", 3));
  EXPECT_EQ(keeper.keep(single.get()).get(), single.get());
}

TEST(BufferKeeper, CopiesBuffersOfASmallPool) {
  BufferKeeper keeper;
  Pool small(2);
  Pool large(0);
  for (int i = 0; i < 10; ++i) {  // would wait for ever if they were held
    const BufferPtr buffer = small.acquire();
    const BufferPtr kept = keeper.keep(buffer.get());
    ASSERT_NE(kept.get(), buffer.get());
    EXPECT_EQ(gst_buffer_memcmp(kept.get(), 0, std::string(100, 42).data(), 100), 0);
    EXPECT_NE(gst_buffer_get_video_meta(kept.get()), nullptr);
    const BufferPtr other = large.acquire();
    EXPECT_EQ(keeper.keep(other.get()).get(), other.get());
  }
}

TEST(BufferKeeper, CopiesMemoryThatMayNotBeShared) {
  BufferKeeper keeper;
  GstMemory* memory = gst_allocator_alloc(nullptr, 100, nullptr);
  GST_MINI_OBJECT_FLAG_SET(memory, GST_MEMORY_FLAG_NO_SHARE);
  const BufferPtr buffer(gst_buffer_new());
  gst_buffer_append_memory(buffer.get(), memory);
  EXPECT_NE(keeper.keep(buffer.get()).get(), buffer.get());
}

}  // namespace
}  // namespace omv::gst
