// SPDX-License-Identifier: LGPL-2.1-or-later
// Which buffers are scarce.
#include "common/buffer_keeper.h"

namespace omv::gst {

namespace {

bool is_bounded(GstBufferPool* pool) {
  GstStructure* config = gst_buffer_pool_get_config(pool);
  guint most = 0;
  const bool known = gst_buffer_pool_config_get_params(config, nullptr, nullptr, nullptr, &most) != FALSE;
  gst_structure_free(config);
  return known && most > 0;
}

bool has_unshareable_memory(GstBuffer* buffer) {
  for (guint i = 0; i < gst_buffer_n_memory(buffer); ++i)
    if (GST_MEMORY_FLAG_IS_SET(gst_buffer_peek_memory(buffer, i), GST_MEMORY_FLAG_NO_SHARE)) return true;
  return false;
}

}  // namespace

BufferKeeper::~BufferKeeper() { gst_clear_object(&pool_); }

// Asking a pool takes longer than anything else here, and a stream's buffers come from one.
bool BufferKeeper::is_scarce(GstBuffer* buffer) {
  if (has_unshareable_memory(buffer)) return true;
  if (buffer->pool == nullptr) return false;
  if (buffer->pool != pool_) {
    gst_object_replace(reinterpret_cast<GstObject**>(&pool_), GST_OBJECT(buffer->pool));
    pool_is_bounded_ = is_bounded(pool_);
  }
  return pool_is_bounded_;
}

BufferPtr BufferKeeper::keep(GstBuffer* buffer) {
  return BufferPtr(is_scarce(buffer) ? gst_buffer_copy_deep(buffer) : gst_buffer_ref(buffer));
}

}  // namespace omv::gst
