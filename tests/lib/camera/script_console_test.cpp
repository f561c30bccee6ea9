// SPDX-License-Identifier: LGPL-2.1-or-later
// Lines out of console text cut anywhere, and failures told from ends.
#include "omv/camera/script_console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace omv::camera {
namespace {

using testing::ElementsAre;

constexpr std::string_view kFailed =
    "Traceback (most recent call last):\r\n"
    "  File \"<stdin>\", line 3, in <module>\r\n"
    "  File \"<stdin>\", line 1, in f\r\n"
    "NameError: name 'foo' isn't defined\r\n";
constexpr std::string_view kReboot =
    "MPY: soft reboot\r\n"
    "OpenMV v5.0.0; MicroPython v1.28.0; OpenMV IMXRT1060-MIMXRT1062DVJ6A\r\n"
    "Type \"help()\" for more information.\r\n"
    ">>> ";

std::vector<std::string> lines_of(ScriptConsole& console) {
  std::vector<std::string> lines;
  while (auto line = console.next_line()) lines.push_back(*std::move(line));
  return lines;
}

ScriptConsole fed(std::string_view text, std::size_t piece) {
  ScriptConsole console;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) console.take(text.substr(0, piece));
  return console;
}

TEST(ScriptConsole, CutsTextIntoLinesWhereverItIsCut) {
  for (std::size_t piece = 1; piece < 20; ++piece) {
    ScriptConsole console = fed("fps: 30.0\r\n\r\nunix\nlast", piece);
    EXPECT_THAT(lines_of(console), ElementsAre("fps: 30.0", "", "unix"));
    console.take("\r\n");
    EXPECT_THAT(lines_of(console), ElementsAre("last"));
  }
}

TEST(ScriptConsole, LeavesThePromptOut) {
  ScriptConsole console;
  console.take(kReboot);
  console.take("hello\r\n");
  EXPECT_EQ(lines_of(console).back(), "hello");
}

TEST(ScriptConsole, LinesWithoutEndComeInPieces) {
  ScriptConsole console;
  console.take(std::string(3 * ScriptConsole::kLongestLine, 'x'));
  const auto lines = lines_of(console);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], std::string(ScriptConsole::kLongestLine, 'x'));
}

TEST(ScriptConsole, LeavesNulOut) {
  ScriptConsole console;
  console.take(std::string_view("a\0b\n", 4));
  EXPECT_THAT(lines_of(console), ElementsAre("ab"));
}

TEST(ScriptConsole, LastWordsAreCompleteAtThePrompt) {
  ScriptConsole console;
  console.take(kReboot);  // of the script before
  console.expect_last_words();
  EXPECT_FALSE(console.has_last_words());
  for (const char c : kReboot) {
    EXPECT_FALSE(console.has_last_words());
    console.take({&c, 1});
  }
  EXPECT_TRUE(console.has_last_words());
  EXPECT_EQ(console.failure(), "");
}

TEST(ScriptConsole, FindsTheExceptionThatEndedAScript) {
  ScriptConsole console;
  console.take(kFailed);
  EXPECT_EQ(console.failure(), "") << "it may go on";
  console.take(kReboot);
  EXPECT_EQ(console.failure(), "NameError: name 'foo' isn't defined");
  console.take(kReboot);
  EXPECT_EQ(console.failure(), "") << "the next script has just ended";
}

TEST(ScriptConsole, APrintedTracebackIsNoFailure) {
  ScriptConsole console;
  console.take(kFailed);
  console.take("going on\r\n");
  console.take(kReboot);
  EXPECT_EQ(console.failure(), "");
}

}  // namespace
}  // namespace omv::camera
