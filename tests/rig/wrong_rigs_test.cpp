// SPDX-License-Identifier: LGPL-2.1-or-later
// Wrong rig files, each with the messages that are expected at its end ("#= line:column: error: …"), to the letter.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "rig/reader.h"
#include "rig_files.h"

namespace omv::rig {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> expected_in(const std::string& text) {
  std::vector<std::string> expected;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.starts_with("#= ")) expected.push_back(line.substr(3));
  }
  return expected;
}

// Without the file's name in front.
std::vector<std::string> messages_of(const Report& report) {
  std::vector<std::string> messages;
  for (const Diagnostic& diagnostic : report.diagnostics()) {
    const std::string text = to_text("", diagnostic);
    messages.push_back(text.substr(diagnostic.at.line > 0 ? 1 : 2));
  }
  return messages;
}

TEST(WrongRigs, EachMessageNamesPlaceKeyAndCure) {
  const auto files = test::files_in("tests/data/rig/wrong", ".toml");
  EXPECT_GE(files.size(), 60U);
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.filename().string());
    const std::string text = test::read_file(file);
    const auto expected = expected_in(text);
    EXPECT_FALSE(expected.empty()) << "it expects nothing";
    EXPECT_EQ(messages_of(read_rig(text, test::kMachine).report), expected);
  }
}

// A rig whose file is wrong is not run, but what is right of it can be looked at.
TEST(WrongRigs, LeaveDefaultsBehind) {
  const Checked checked =
      read_rig("[camera.a]\nquality = 900\nframerate = 20\n[record.r]\ntype = \"clip\"\npre = 3\n", test::kMachine);
  EXPECT_FALSE(checked.ok());
  ASSERT_EQ(checked.rig.cameras.size(), 1U);
  EXPECT_EQ(checked.rig.cameras[0].quality, 0);
  EXPECT_EQ(checked.rig.cameras[0].framerate, 20);
  ASSERT_EQ(checked.rig.records.size(), 1U);
  EXPECT_EQ(checked.rig.records[0].pre, std::chrono::seconds(5));
}

TEST(WrongRigs, OfAnySizeAreReadInBoundedTime) {
  std::string sections;
  for (int i = 0; i < 2000; ++i) sections += "[camera.c" + std::to_string(i) + "]\nx = 1\n";
  const Checked many = read_rig(sections, test::kMachine);
  EXPECT_FALSE(many.ok());
  EXPECT_LE(many.report.diagnostics().size(), Report::kMaxDiagnostics);
  EXPECT_EQ(many.rig.cameras.size(), 256U);
  std::string keys = "[record.r]\ntype = \"clip\"\n";
  for (int i = 0; i < 50000; ++i) keys += "key" + std::to_string(i) + " = 1\n";
  EXPECT_FALSE(read_rig(keys, test::kMachine).ok());
  std::string open_list = "a = [\n";  // of so many lines that counting them anew for each would take minutes
  while (open_list.size() < 1'000'000) open_list += "1,\n";
  EXPECT_FALSE(read_rig(open_list, test::kMachine).ok());
  std::string names;
  for (int i = 0; i < 250; ++i) names += "[camera.camera" + std::to_string(i) + "]\n";
  for (int i = 0; i < 250; ++i) {
    names += "[record.r" + std::to_string(i) + "]\ntype = \"continuous\"\ncameras = [\"x\"";
    for (int j = 0; j < 400; ++j) names += ", \"c" + std::to_string(j) + "\"";
    names += "]\n";
  }
  EXPECT_FALSE(read_rig(names, test::kMachine).ok());
  EXPECT_FALSE(read_rig(std::string(kMaxFileBytes + 1, '\n'), test::kMachine).ok());
  EXPECT_FALSE(read_rig(std::string(kMaxFileBytes, '['), test::kMachine).ok());
  EXPECT_FALSE(read_rig("a" + std::string(kMaxFileBytes / 2, '.'), test::kMachine).ok());
}

TEST(WrongRigs, NeedWhatThisBuildLacks) {
  constexpr Machine kLean{std::uint64_t{4} << 30, false, false};
  const Checked checked = read_rig(
      "[camera.a]\ndevice = \"emulator:\"\n[trigger.pin]\ntype = \"gpio\"\nline = 1\n"
      "[record.r]\ntype = \"still\"\ntriggers = \"pin\"\n[notify]\nmqtt = \"mqtt://h\"\n",
      kLean);
  const std::vector<std::string> expected = {
      "4:8: error: [trigger.pin] this build of omv knows no GPIO; build it with -Dgpio=enabled and libgpiod 1.x, or "
      "use "
      "another type",
      "10:8: error: [notify] this build of omv knows no MQTT; build it with -Dmqtt=enabled and libmosquitto, or leave "
      "'mqtt' out"};
  EXPECT_EQ(messages_of(checked.report), expected);
}

TEST(ReadTextFile, NamesWhatCantBeRead) {
  const auto missing = read_text_file("/nowhere/at-all.toml");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("/nowhere/at-all.toml"), std::string::npos);
  EXPECT_FALSE(read_text_file("/"));
  const auto endless = read_text_file("/dev/zero");
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, Errc::limit);
}

}  // namespace
}  // namespace omv::rig
