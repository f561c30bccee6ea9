// SPDX-License-Identifier: LGPL-2.1-or-later
// Right colours, then the codec, then a buffer.
#include "common/encode_job.h"

namespace omv::gst {

namespace {

Result<void> encode(const EncodeJob& job, GstBuffer* picture, Bytes& file) {
  formats::EncodeOptions options = job.options;
  options.metadata = job.metadata.get();
  options.jpeg.limited_range = job.pictures->is_limited();
  OMV_TRY(const MappedPicture mapped, MappedPicture::map(picture, job.pictures->layout()));
  return job.format->encode(mapped.view(), options, file);
}

}  // namespace

Result<GstBuffer*> encode_picture(const EncodeJob& job, GstBuffer* picture) {
  thread_local Bytes file;
  OMV_TRY(GstBuffer* const full_range, job.pictures->convert(picture));
  const auto encoded = encode(job, full_range, file);
  gst_buffer_unref(full_range);
  if (!encoded) return encoded.error();
  return gst_buffer_new_memdup(file.data(), file.size());
}

}  // namespace omv::gst
