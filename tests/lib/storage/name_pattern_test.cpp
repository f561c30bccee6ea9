// SPDX-License-Identifier: LGPL-2.1-or-later
// Patterns of file names: every conversion, every mistake, and values that try to leave their directory.
#include "omv/storage/name_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <ctime>

#include "omv/storage/safe_name.h"

namespace omv::storage {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr std::array kFields = {NameField{"source"}, NameField{"clip", true}};

NameValues values_of(std::uint64_t index) {
  NameValues values;
  values.wall_clock = seconds(1'700'000'000) + milliseconds(42);  // 2023-11-14 22:13:20 UTC
  values.running_time = std::chrono::hours(1) + std::chrono::minutes(2) + seconds(3) + milliseconds(4);
  values.index = index;
  values.fields["source"] = "cam1";
  values.fields["clip"] = std::uint64_t{7};
  return values;
}

std::string expanded(std::string_view text, const NameValues& values = values_of(5)) {
  const auto pattern = NamePattern::parse(text, kFields);
  if (!pattern) return "error: " + pattern.error().message;
  auto path = pattern->expand(values);
  return path ? *path : "error: " + path.error().message;
}

std::string with_source(std::string source) {
  NameValues values = values_of(0);
  values.fields["source"] = std::move(source);
  return expanded("dir/%{source}.jpg", values);
}

class NamePatternTest : public testing::Test {
 protected:
  NamePatternTest() {
    setenv("TZ", "UTC", 1);
    tzset();
  }
};

TEST_F(NamePatternTest, NumbersFiles) {
  EXPECT_EQ(expanded("a%{index}.jpg"), "a5.jpg");
  EXPECT_EQ(expanded("a%{index:05d}.jpg"), "a00005.jpg");
  EXPECT_EQ(expanded("a%{index:05}.jpg"), "a00005.jpg");
  EXPECT_EQ(expanded("a%{index:3d}.jpg"), "a  5.jpg");
  EXPECT_EQ(expanded("a%05d.jpg"), "a00005.jpg");
  EXPECT_EQ(expanded("a%{clip:03d}.jpg"), "a007.jpg");
  EXPECT_EQ(expanded("%02d", values_of(123456)), "123456");
}

TEST_F(NamePatternTest, TakesPlainDAsMultifilesinkDoesUnlessThereIsADate) {
  EXPECT_EQ(expanded("a%d.jpg"), "a5.jpg");
  EXPECT_EQ(expanded("a%m-%d.jpg"), "a11-14.jpg");
}

TEST_F(NamePatternTest, TellsTheTimeOfTheCapture) {
  EXPECT_EQ(expanded("%Y%m%d-%H%M%S.%{ms}.jpg"), "20231114-221320.042.jpg");
  EXPECT_EQ(expanded("%F_%-m_%e%%"), "2023-11-14_11_14%");
  EXPECT_EQ(expanded("%{running-time}.jpg"), "0001h02m03s004.jpg");
  setenv("TZ", "Asia/Tokyo", 1);
  tzset();
  EXPECT_EQ(expanded("%Y%m%dT%H"), "20231115T07");
}

TEST_F(NamePatternTest, KeepsSlashesOfConversionsOutOfThePath) { EXPECT_EQ(expanded("%D.jpg"), "11_14_23.jpg"); }

TEST_F(NamePatternTest, SortsRunningTimesAsTheyPass) {
  NameValues values = values_of(0);
  std::string before;
  for (const auto time : {seconds(0), seconds(59), seconds(61), seconds(3600), seconds(36001), seconds(400'000)}) {
    values.running_time = time;
    const std::string name = expanded("%{running-time}", values);
    EXPECT_LT(before, name);
    before = name;
  }
  values.running_time.reset();
  EXPECT_EQ(expanded("%{running-time}", values), "none");
}

TEST_F(NamePatternTest, KnowsTheDirectoryOfAllItsFiles) {
  const auto directory = [](const char* text) { return NamePattern::parse(text, kFields)->directory(); };
  EXPECT_EQ(directory("a.jpg"), ".");
  EXPECT_EQ(directory("%05d.jpg"), ".");
  EXPECT_EQ(directory("/%05d.jpg"), "/");
  EXPECT_EQ(directory("a/b/img%05d.jpg"), "a/b");
  EXPECT_EQ(directory("/data/%Y/%m/x.jpg"), "/data");
  EXPECT_EQ(directory("/data/100%%/%Y.jpg"), "/data/100%");
  EXPECT_TRUE(NamePattern::parse("%05d")->has("index"));
  EXPECT_FALSE(NamePattern::parse("%Y-index")->has("index"));
}

TEST_F(NamePatternTest, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(expanded("ab%{indx}.jpg"), HasSubstr("no field indx at character 3"));
  EXPECT_THAT(expanded("ab%{indx}.jpg"), HasSubstr("index, ms, running-time, source, clip"));
  EXPECT_THAT(expanded("a%"), HasSubstr("a % without a conversion at character 2"));
  EXPECT_THAT(expanded("a%Q"), HasSubstr("an unknown conversion at character 2"));
  EXPECT_THAT(expanded("a%5"), HasSubstr("an unknown conversion"));
  EXPECT_THAT(expanded("a%{index"), HasSubstr("without its }"));
  EXPECT_THAT(expanded("%{index:021d}"), HasSubstr("a width that is not 1 to 20"));
  EXPECT_THAT(expanded("%{index:x}"), HasSubstr("a width that is not 1 to 20"));
  EXPECT_THAT(expanded("%{source:05d}"), HasSubstr("source takes no width"));
  EXPECT_THAT(expanded("a/%Y/../../b"), HasSubstr(".. behind a conversion leads out of a"));
  EXPECT_EQ(expanded("../%{index}..jpg"), "../5..jpg");
  EXPECT_THAT(expanded(""), HasSubstr("not set"));
  EXPECT_THAT(expanded(std::string_view("a\0b", 3)), HasSubstr("a NUL"));
  EXPECT_THAT(expanded(std::string(5000, 'a')), HasSubstr("too many"));
}

TEST_F(NamePatternTest, LetsNoValueLeaveItsDirectory) {
  EXPECT_EQ(with_source("../../etc/passwd"), "dir/_._.._etc_passwd.jpg");
  EXPECT_EQ(with_source("/etc/passwd"), "dir/_etc_passwd.jpg");
  EXPECT_EQ(with_source(".."), "dir/_..jpg");
  EXPECT_EQ(with_source(".hidden"), "dir/_hidden.jpg");
  EXPECT_EQ(with_source(""), "dir/_.jpg");
  EXPECT_EQ(with_source(std::string("a\0b\n\x7F", 5)), "dir/a_b__.jpg");
  EXPECT_EQ(with_source("a:b\\c|d"), "dir/a_b_c_d.jpg");
  EXPECT_EQ(with_source("Höhe"), "dir/Höhe.jpg");
  NameValues values = values_of(0);
  values.fields["source"] = "";
  EXPECT_EQ(expanded("%{source}/x", values), "_/x");
  values.fields.erase("source");
  EXPECT_EQ(expanded("%{source}/x", values), "_/x");
}

TEST_F(NamePatternTest, CutsValuesDownBetweenCharacters) {
  EXPECT_EQ(safe_name(std::string(1000, 'x')), std::string(kMaxValueBytes, 'x'));
  const std::string odd = std::string(kMaxValueBytes - 1, 'x') + "ö";
  EXPECT_EQ(safe_name(odd), std::string(kMaxValueBytes - 1, 'x'));
  EXPECT_EQ(safe_name(std::string(1000, '\x80')).size(), kMaxValueBytes);
}

TEST_F(NamePatternTest, RefusesNamesThatNoFileSystemHolds) {
  EXPECT_THAT(expanded(std::string(250, 'a') + "%{source}%{source}"), HasSubstr("too long"));
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += std::string(40, 'a') + "/";
  NameValues values = values_of(0);
  values.fields["source"] = std::string(64, 'b');
  EXPECT_THAT(expanded(deep.substr(0, 4000) + "%{source}/%{source}", values), HasSubstr("too long"));
}

TEST(NamePattern, KnowsWhichPathsItMayHaveMade) {
  const auto pattern = NamePattern::parse("out*/%Y%m/clip[1]-%{index:03d}.bin");
  ASSERT_TRUE(pattern);
  EXPECT_TRUE(pattern->may_have_made("out*/202611/clip[1]-007.bin"));
  EXPECT_FALSE(pattern->may_have_made("outside/202611/clip[1]-007.bin"));
  EXPECT_FALSE(pattern->may_have_made("out*/202611/clip1-007.bin"));
  EXPECT_FALSE(pattern->may_have_made("out*/202611/more/clip[1]-007.bin"));
  EXPECT_FALSE(pattern->may_have_made("out*/202611/clip[1]-007.bin.json"));
}

}  // namespace
}  // namespace omv::storage
