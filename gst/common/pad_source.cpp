// SPDX-License-Identifier: LGPL-2.1-or-later
// Pulling ranges, and looking into an adapter.
#include "common/pad_source.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace omv::gst {

namespace {

Error flow_error(GstFlowReturn flow, std::uint64_t offset) {
  const std::string where = "reading at offset " + std::to_string(offset) + ": " + gst_flow_get_name(flow);
  switch (flow) {
    case GST_FLOW_EOS: return {Errc::truncated, where};
    case GST_FLOW_FLUSHING: return {Errc::cancelled, where};
    default: return {Errc::io, where};
  }
}

Error too_few(std::uint64_t offset, std::size_t wanted) {
  return {Errc::truncated,
          std::to_string(wanted) + " bytes wanted at offset " + std::to_string(offset) + ", the stream ends before"};
}

}  // namespace

Result<GstBuffer*> PullSource::pull(std::uint64_t offset, std::uint64_t bytes) const {
  GstBuffer* buffer = nullptr;
  const GstFlowReturn flow = gst_pad_pull_range(pad_, offset, static_cast<guint>(bytes), &buffer);
  if (flow != GST_FLOW_OK) return flow_error(flow, offset);
  return buffer;
}

Result<void> PullSource::read_at(std::uint64_t offset, ByteSpan into) const {
  if (offset >= tail_offset_ && offset + into.size() <= tail_offset_ + tail_bytes_) {
    std::memcpy(into.data(), tail_.data() + (offset - tail_offset_), into.size());
    return {};
  }
  if (into.empty()) return {};
  OMV_TRY(GstBuffer * buffer, pull(offset, into.size()));
  const gsize got = gst_buffer_extract(buffer, 0, into.data(), into.size());
  gst_buffer_unref(buffer);
  if (got < into.size()) return too_few(offset, into.size());
  return {};
}

Result<std::uint64_t> PullSource::size() const {
  gint64 bytes = 0;
  if (size_ == 0 && gst_pad_peer_query_duration(pad_, GST_FORMAT_BYTES, &bytes) && bytes > 0)
    size_ = static_cast<std::uint64_t>(bytes);
  if (size_ == 0) return Error{Errc::io, "the source does not know its size"};
  return size_;
}

bool PullSource::refresh_size() {
  const std::uint64_t before = size_;
  size_ = 0;
  const auto now = size();
  if (!now) size_ = before;
  return size_ > before;
}

void PullSource::forget() {
  size_ = 0;
  tail_bytes_ = 0;
}

void PullSource::remember_tail(GstBuffer* buffer, std::uint64_t buffer_offset, std::uint64_t tail_offset) {
  tail_offset_ = tail_offset;
  tail_bytes_ = gst_buffer_extract(buffer, tail_offset - buffer_offset, tail_.data(), tail_.size());
}

Result<void> AdapterSource::read_at(std::uint64_t offset, ByteSpan into) const {
  if (offset < start_) return Error{Errc::io, "offset " + std::to_string(offset) + " has been dropped already"};
  if (offset + into.size() > end()) {
    if (finished_) return too_few(offset, into.size());
    return Error{Errc::again, "more bytes are needed"};
  }
  if (!into.empty()) gst_adapter_copy(adapter_, into.data(), offset - start_, into.size());
  return {};
}

Result<std::uint64_t> AdapterSource::size() const {
  if (!finished_) return Error{Errc::again, "the end of the stream is not known yet"};
  return end();
}

void AdapterSource::skip_to(std::uint64_t offset) {
  gst_adapter_flush(adapter_, offset - start_);
  start_ = offset;
}

void AdapterSource::clear() {
  gst_adapter_clear(adapter_);
  start_ = 0;
  finished_ = false;
}

}  // namespace omv::gst
