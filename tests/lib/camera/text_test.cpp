// SPDX-License-Identifier: LGPL-2.1-or-later
// Console text on its way: the camera's ring, and UTF-8 cut anywhere.
#include <gtest/gtest.h>

#include "omv/camera/text_decoder.h"
#include "omv/camera/stdout_ring.h"

namespace omv::camera {
namespace {

std::string decoded(std::initializer_list<std::string_view> parts) {
  TextDecoder decoder;
  std::string out;
  for (const std::string_view part : parts) decoder.decode(as_bytes(part), out);
  return out;
}

TEST(TextDecoder, KeepsSequencesWholeWhereverTheyAreCut) {
  const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
  for (std::size_t first = 0; first <= text.size(); ++first)
    for (std::size_t second = first; second <= text.size(); ++second) {
      const std::string_view all = text;
      EXPECT_EQ(decoded({all.substr(0, first), all.substr(first, second - first), all.substr(second)}), text);
    }
}

TEST(TextDecoder, NeverHandsOutHalfASequence) {
  TextDecoder decoder;
  std::string out;
  decoder.decode(as_bytes("x\xE2\x82"), out);
  EXPECT_EQ(out, "x");
  decoder.decode(as_bytes("\xAC"), out);
  EXPECT_EQ(out, "x\xE2\x82\xAC");
}

TEST(TextDecoder, ReplacesWhatIsNoUtf8) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(decoded({"\xFF"}), bad);
  EXPECT_EQ(decoded({"a\xC3(b"}), "a" + bad + "(b");
  EXPECT_EQ(decoded({"\xC0\xAF"}), bad + bad) << "overlong";
  EXPECT_EQ(decoded({"\xED\xA0\x80"}), bad + bad + bad) << "a surrogate";
  EXPECT_EQ(decoded({"\xF4\x90\x80\x80"}), bad + bad + bad + bad) << "beyond Unicode";
  EXPECT_EQ(decoded({"\xE2\x82", "x"}), bad + "x");
}

std::string all_of(StdoutRing& ring) { return std::string(as_text(ring.read(100000))); }

TEST(StdoutRing, EndsLinesWithCarriageReturnAndLineFeed) {
  StdoutRing ring(512);
  ring.print("a\n\nb");
  EXPECT_EQ(all_of(ring), "a\r\n\r\nb");
  EXPECT_EQ(ring.size(), 0u);
}

TEST(StdoutRing, OverflowThrowsEverythingOlderAway) {
  StdoutRing ring(512);
  ring.print(std::string(500, 'a'));
  ring.print(std::string(12, 'b'));
  EXPECT_EQ(all_of(ring), std::string(12, 'b'));
}

TEST(StdoutRing, HoldsOneByteLessThanItsSize) {
  StdoutRing ring(512);
  ring.print(std::string(500, 'a'));
  ring.print(std::string(11, 'b'));
  EXPECT_EQ(ring.size(), 511u);
}

TEST(StdoutRing, OfALongLineOnlyItsEndIsLeft) {
  StdoutRing ring(1024);
  ring.print(std::string(5000, 'x') + "\n");
  EXPECT_EQ(all_of(ring), "\r\n");
  ring.print(std::string(4990, 'x') + "0123456789");
  EXPECT_EQ(ring.size(), 1023u);
  EXPECT_TRUE(all_of(ring).ends_with("x0123456789"));
}

TEST(StdoutRing, ReadsInPieces) {
  StdoutRing ring(512);
  ring.print("hello");
  EXPECT_EQ(as_text(ring.read(2)), "he");
  EXPECT_EQ(as_text(ring.read(9)), "llo");
  EXPECT_TRUE(ring.read(1).empty());
}

}  // namespace
}  // namespace omv::camera
