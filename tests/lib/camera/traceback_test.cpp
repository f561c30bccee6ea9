// SPDX-License-Identifier: LGPL-2.1-or-later
// Which line of a script a traceback names.
#include "omv/camera/traceback.h"

#include <gtest/gtest.h>

namespace omv::camera {
namespace {

constexpr const char* kScript = "import csi\n\nwhile True:\n    img = csi.snapshot()\n    print(img)\n\n";

std::string in_line(int line, const std::string& exception) {
  return "Traceback (most recent call last):\n  File \"<stdin>\", line " + std::to_string(line) + ", in <module>\n" +
         exception + "\n";
}

TEST(Traceback, NamesTheLineThatTakesPictures) {
  EXPECT_EQ(traceback(kScript, "OSError: broken"), in_line(4, "OSError: broken"));
}

TEST(Traceback, NamesTheLastLineOfOtherScripts) {
  EXPECT_EQ(traceback("a\nb\n", "OSError: broken"), in_line(2, "OSError: broken"));
  EXPECT_EQ(traceback("", "OSError: broken"), in_line(1, "OSError: broken"));
}

TEST(Traceback, AScriptIsInterruptedAtTheEndOfItsLoop) {
  EXPECT_EQ(interrupted_traceback(kScript), in_line(5, "KeyboardInterrupt: "));
}

}  // namespace
}  // namespace omv::camera
