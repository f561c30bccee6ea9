// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv info` for people.
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <ctime>

#include "info_output.h"

namespace omv::tool {

namespace {

using imageio::Microseconds;

constexpr std::size_t kMostPictureRows = 20;

std::string size_text(const FrameInfo& info) { return std::to_string(info.width) + "x" + std::to_string(info.height); }

// Milliseconds with as many digits as it takes: "33 ms", "33.367 ms".
std::string ms_text(double us) {
  char text[64];
  std::snprintf(text, sizeof text, "%.3f", us / 1000);
  std::string trimmed = text;
  while (trimmed.back() == '0') trimmed.pop_back();
  if (trimmed.back() == '.') trimmed.pop_back();
  return trimmed + " ms";
}

std::string ms_text(Microseconds time) { return ms_text(static_cast<double>(time.count())); }

double seconds(Microseconds time) { return static_cast<double>(time.count()) / 1e6; }

const char* plural(std::size_t count) { return count == 1 ? "" : "s"; }

void print_label(const char* label) { std::printf("  %-10s ", label); }

void print_pictures(const RecordingSummary& summary) {
  std::size_t rows = 0;
  for (const PictureCount& picture : summary.pictures) {
    if (rows == kMostPictureRows) break;
    print_label(rows++ == 0 ? "pictures" : "");
    std::printf("%-11s %-11s %8zu frame%-1s %14" PRIu64 " bytes\n", std::string(to_string(picture.info.format)).c_str(),
                size_text(picture.info).c_str(), picture.frames, plural(picture.frames), picture.bytes);
  }
  if (summary.pictures.size() <= rows) return;
  print_label("");
  std::printf("and %zu other formats and sizes\n", summary.pictures.size() - rows);
}

void print_timing(const RecordingSummary& summary) {
  print_label("duration");
  std::printf("%.3f s\n", seconds(summary.duration));
  if (const auto rate = summary.mean_rate()) {
    print_label("rate");
    std::printf("%.2f frames/s in the mean\n", *rate);
  }
  if (!summary.intervals) return;
  const IntervalSummary& intervals = *summary.intervals;
  print_label("intervals");
  std::printf("min %s, median %s, mean %s, max %s\n", ms_text(intervals.min).c_str(), ms_text(intervals.median).c_str(),
              ms_text(intervals.mean_us).c_str(), ms_text(intervals.max).c_str());
}

void print_gaps(const RecordingSummary& summary) {
  if (summary.absurd_intervals > 0) {
    print_label("clock");
    std::printf("set back %zu time%s; these intervals are read as 0\n", summary.absurd_intervals,
                plural(summary.absurd_intervals));
  }
  if (!summary.intervals) return;
  print_label("gaps");
  const GapSummary& gaps = summary.gaps;
  if (gaps.count == 0)
    std::printf("none\n");
  else
    std::printf("%zu of more than %s (twice the median); the longest is %s, before frame %zu\n", gaps.count,
                ms_text(gaps.threshold).c_str(), ms_text(gaps.longest).c_str(), gaps.frame_behind_longest);
}

// The first of what a text says; what could move the cursor becomes a space.
std::string shown(const std::string& text) {
  constexpr std::size_t kMost = 100;
  std::string line = text.substr(0, kMost);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = ' ';
  return text.size() > kMost ? line + "…" : line;
}

void print_bytes(const char* label, std::size_t bytes) {
  if (bytes == 0) return;
  print_label(label);
  std::printf("%zu bytes\n", bytes);
}

void print_metadata(const formats::Metadata& metadata) {
  print_bytes("EXIF", metadata.exif.size());
  print_bytes("XMP", metadata.xmp.size());
  print_bytes("ICC", metadata.icc.size());
  if (metadata.dots_per_metre != 0) {
    print_label("resolution");
    std::printf("%" PRIu32 " dots per metre\n", metadata.dots_per_metre);
  }
  for (const std::string& comment : metadata.comments) {
    print_label("comment");
    std::printf("%s\n", shown(comment).c_str());
  }
  for (const auto& [keyword, text] : metadata.texts) {
    print_label("text");
    std::printf("%s: %s\n", shown(keyword).c_str(), shown(text).c_str());
  }
}

std::string time_text(avi::Nanoseconds since_1970) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_1970);
  const std::time_t time = seconds.count();
  std::tm parts{};
  char text[40];
  if (gmtime_r(&time, &parts) == nullptr || std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts) == 0)
    return "?";
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%03d UTC", static_cast<int>((since_1970 - seconds).count() / 1'000'000));
  return std::string(text) + fraction;
}

void print_avi(const AviFacts& facts) {
  print_label("grid");
  std::printf("%u/%u slots/s, %" PRIu64 " slots, exact times of %zu frame%s\n", facts.rate.numerator,
              facts.rate.denominator, facts.slots, facts.exact_times, plural(facts.exact_times));
  if (facts.captured) {
    print_label("captured");
    std::printf("%s\n", time_text(*facts.captured).c_str());
  }
  for (const avi::Tag& tag : facts.tags) {
    print_label(shown(tag.id).c_str());
    std::printf("%s\n", shown(tag.text).c_str());
  }
  print_label("header");
  if (facts.header_faults.empty()) std::printf("complete\n");
  for (std::size_t i = 0; i < facts.header_faults.size(); ++i) {
    if (i > 0) print_label("");
    std::printf("%s\n", facts.header_faults[i].c_str());
  }
}

void print_gif(const GifFacts& facts) {
  print_label("plays");
  std::printf("%s\n", facts.plays == 0 ? "for ever" : (std::to_string(facts.plays) + " x").c_str());
  print_label("palettes");
  if (facts.own_palettes == 0)
    std::printf("one for all frames\n");
  else
    std::printf("%zu frame%s one of their own\n", facts.own_palettes, facts.own_palettes == 1 ? " has" : "s have");
  print_label("trailer");
  std::printf("%s\n", facts.is_closed ? "there" : "none: it was never closed (`omv recover` repairs that)");
}

}  // namespace

void TextOutput::begin_file(const std::string& path) {
  std::printf("%s%s\n", first_file_ ? "" : "\n", path.c_str());
  first_file_ = false;
}

void TextOutput::still(const std::string& path, const StillSummary& still) {
  begin_file(path);
  print_label("format");
  std::printf("%s\n", std::string(still.format->name).c_str());
  print_label("picture");
  std::printf("%s %s\n", std::string(to_string(still.info.format)).c_str(), size_text(still.info).c_str());
  print_label("file");
  std::printf("%" PRIu64 " bytes\n", still.file_bytes);
  print_metadata(still.metadata);
  print_label("damage");
  std::printf("%s\n", still.damage ? still.damage->message.c_str() : "none");
}

void TextOutput::summary(const std::string& path, const RecordingSummary& summary) {
  begin_file(path);
  print_label("version");
  std::printf("%s\n", summary.version.c_str());
  print_label("frames");
  std::printf("%zu\n", summary.frames);
  if (summary.frames > 0) print_timing(summary);
  print_gaps(summary);
  print_pictures(summary);
  print_label("payload");
  std::printf("%" PRIu64 " of %" PRIu64 " bytes\n", summary.payload_bytes, summary.file_bytes);
  if (summary.avi) print_avi(*summary.avi);
  if (summary.gif) print_gif(*summary.gif);
  print_label("damage");
  std::printf("%s\n", summary.damage ? summary.damage->message.c_str() : "none");
  table_begun_ = false;
  time_digits_ = summary.time_digits;
}

void TextOutput::frame(const FrameLine& frame) {
  if (!table_begun_)
    std::printf("\n  %8s %12s %12s %-11s %-11s %10s %14s  %s\n", "frame", "time/s", "interval/s", "size", "format",
                "bytes", "offset", "sha256");
  table_begun_ = true;
  std::printf("  %8zu %12.*f %12.*f %-11s %-11s %10zu %14" PRIu64 "  %s\n", frame.timing.index, time_digits_,
              seconds(frame.timing.time), time_digits_, seconds(frame.timing.interval),
              size_text(frame.chunk.info).c_str(), std::string(to_string(frame.chunk.info.format)).c_str(), frame.bytes,
              frame.chunk.offset, frame.sha256.c_str());
}

}  // namespace omv::tool
