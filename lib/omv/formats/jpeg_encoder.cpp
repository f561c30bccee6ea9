// SPDX-License-Identifier: LGPL-2.1-or-later
// JpegEncoder: rows or planes of any raw format into libjpeg, its output into a growing Bytes.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "omv/formats/jpeg.h"
#include "omv/formats/jpeg_error.h"
#include "omv/formats/jpeg_input.h"
#include "omv/formats/jpeg_metadata.h"
#include "omv/formats/jpeg_planes.h"
#include "omv/formats/still_checks.h"

namespace omv::formats {

namespace {

constexpr std::size_t kFirstOutputBytes = 16384;
constexpr int kMaxRestartRows = 65535;

// Writes into a Bytes whose size is what may be filled; finish() cuts it to what was.
struct Destination {
  jpeg_destination_mgr base;
  Bytes* into;
};

bool resize_quietly(Bytes& bytes, std::size_t size) noexcept {
  try {
    bytes.resize(size);
    return true;
  } catch (...) {
    return false;
  }
}

void offer(Destination& destination, std::size_t used) {
  destination.base.next_output_byte = destination.into->data() + used;
  destination.base.free_in_buffer = destination.into->size() - used;
}

void on_begin(j_compress_ptr object) {
  auto& destination = *reinterpret_cast<Destination*>(object->dest);
  const std::size_t size = std::max(destination.into->capacity(), kFirstOutputBytes);
  if (!resize_quietly(*destination.into, size)) ERREXIT1(object, JERR_OUT_OF_MEMORY, 0);
  offer(destination, 0);
}

boolean on_full(j_compress_ptr object) {
  auto& destination = *reinterpret_cast<Destination*>(object->dest);
  const std::size_t used = destination.into->size();
  if (!resize_quietly(*destination.into, used * 2)) ERREXIT1(object, JERR_OUT_OF_MEMORY, 0);
  offer(destination, used);
  return TRUE;
}

// Only shrinks, so it does not throw.
void on_end(j_compress_ptr object) {
  auto& destination = *reinterpret_cast<Destination*>(object->dest);
  destination.into->resize(destination.into->size() - destination.base.free_in_buffer);
}

void set_sampling(jpeg_compress_struct& codec, Subsampling subsampling) {
  if (codec.num_components != 3) return;
  const detail::ChromaSharing sharing = detail::sharing_of(subsampling);
  codec.comp_info[0].h_samp_factor = sharing.columns;
  codec.comp_info[0].v_samp_factor = sharing.rows;
}

void set_density(jpeg_compress_struct& codec, const JfifDensity& density) {
  codec.density_unit = density.unit;
  codec.X_density = codec.Y_density = density.dots;
}

Error outside(const char* field, int value, int from, int to) {
  return {Errc::invalid, std::string("JPEG ") + field + " " + std::to_string(value) + " is not in " +
                             std::to_string(from) + ".." + std::to_string(to)};
}

Result<void> check(const FrameInfo& info, const JpegSettings& settings) {
  OMV_CHECK(detail::check_writable(kJpegFormat, info));
  if (settings.quality < 1 || settings.quality > 100) return outside("quality", settings.quality, 1, 100);
  if (settings.restart_rows < 0 || settings.restart_rows > kMaxRestartRows)
    return outside("restart interval", settings.restart_rows, 0, kMaxRestartRows);
  return {};
}

// A picture on its way, and what is written in front of it.
struct Job {
  const ImageView& image;
  const JpegSettings& settings;
  detail::JpegInput input;
  JfifDensity density;
  std::vector<JpegSegment> segments;
};

}  // namespace

struct JpegEncoder::State {
  State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { jpeg_destroy_compress(&codec); }

  bool create();
  bool encode(const Job& job);
  void configure(const Job& job);
  void write_rows(const ImageView& image, const detail::JpegInput& input);
  void write_planes(std::uint32_t height);

  jpeg_compress_struct codec = {};
  detail::JpegErrors errors = {};
  Destination destination = {};
  Bytes row;
  detail::JpegPlanes planes;
};

JpegEncoder::State::State() {
  codec.err = errors.install();
  destination.base.init_destination = on_begin;
  destination.base.empty_output_buffer = on_full;
  destination.base.term_destination = on_end;
}

// Everything that calls libjpeg stays within create() and encode(), whose locals have no destructors.
bool JpegEncoder::State::create() {
  if (setjmp(errors.jump) != 0) return false;
  if (codec.mem == nullptr) jpeg_create_compress(&codec);
  codec.dest = &destination.base;
  return true;
}

bool JpegEncoder::State::encode(const Job& job) {
  if (setjmp(errors.jump) != 0) {
    jpeg_abort_compress(&codec);
    return false;
  }
  configure(job);
  jpeg_start_compress(&codec, TRUE);
  for (const JpegSegment& segment : job.segments)
    jpeg_write_marker(&codec, segment.marker, segment.body.data(), static_cast<unsigned>(segment.body.size()));
  if (job.input.raw)
    write_planes(job.image.info.height);
  else
    write_rows(job.image, job.input);
  jpeg_finish_compress(&codec);
  return true;
}

void JpegEncoder::State::configure(const Job& job) {
  codec.image_width = job.image.info.width;
  codec.image_height = job.image.info.height;
  codec.input_components = job.input.components;
  codec.in_color_space = job.input.space;
  jpeg_set_defaults(&codec);
  jpeg_set_quality(&codec, job.settings.quality, TRUE);
  set_sampling(codec, job.input.subsampling);
  set_density(codec, job.density);
  codec.raw_data_in = job.input.raw ? TRUE : FALSE;
  codec.restart_in_rows = job.settings.restart_rows;
  codec.optimize_coding = job.settings.optimize ? TRUE : FALSE;
  if (job.settings.progressive) jpeg_simple_progression(&codec);
}

void JpegEncoder::State::write_rows(const ImageView& image, const detail::JpegInput& input) {
  for (std::uint32_t y = 0; y < image.info.height; ++y) {
    // libjpeg wants a pointer to writable samples but only reads them.
    auto samples = const_cast<JSAMPROW>(image.row(y));
    if (input.unpack != nullptr) {
      input.unpack(image, y, row.data());
      if (input.expand != nullptr) input.expand(row.data(), image.info.width, row.data());
      samples = row.data();
    }
    jpeg_write_scanlines(&codec, &samples, 1);
  }
}

void JpegEncoder::State::write_planes(std::uint32_t height) {
  const std::uint32_t rows = planes.luma_rows();
  for (std::uint32_t y = 0; y < height; y += rows) jpeg_write_raw_data(&codec, planes.rows_at(y), rows);
}

JpegEncoder::JpegEncoder() : state_(std::make_unique<State>()) {}
JpegEncoder::JpegEncoder(JpegEncoder&&) noexcept = default;
JpegEncoder& JpegEncoder::operator=(JpegEncoder&&) noexcept = default;
JpegEncoder::~JpegEncoder() = default;

Result<void> JpegEncoder::encode(const ImageView& image, const JpegSettings& settings, Bytes& into,
                                 const Metadata& metadata) {
  into.clear();
  OMV_CHECK(check(image.info, settings));
  const detail::JpegInput input = detail::jpeg_input_for(image.info.format, settings);
  OMV_TRY(std::vector<JpegSegment> segments, jpeg_segments(metadata));
  const Job job = {image, settings, input, jfif_density(metadata.dots_per_metre), std::move(segments)};
  if (input.raw)
    state_->planes.open(image, detail::sharing_of(input.subsampling), settings.limited_range);
  else
    state_->row.resize(static_cast<std::size_t>(image.info.width) * static_cast<std::size_t>(input.components));
  state_->destination.into = &into;
  state_->errors.reset();
  if (state_->create() && state_->encode(job)) return {};
  into.clear();
  return state_->errors.to_error("JPEG encoder");
}

}  // namespace omv::formats
