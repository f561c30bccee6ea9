// SPDX-License-Identifier: LGPL-2.1-or-later
// Words of commands: only what is known is replaced, once.
#include "runner/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace omv::runner {
namespace {

using testing::ElementsAre;

TEST(ExpandWords, ReplacesWhatIsKnown) {
  EXPECT_THAT(expand_words({"cp", "{path}", "s3:{record}/{name}!"}, {{"path", "/a b"}, {"record", "r"}, {"name", "n"}}),
              ElementsAre("cp", "/a b", "s3:r/n!"));
}

TEST(ExpandWords, LeavesTheRestAsItIs) {
  EXPECT_THAT(expand_words({"{unknown}", "{", "}", "{}", "a{path", "{{path}}", ""}, {{"path", "x"}}),
              ElementsAre("{unknown}", "{", "}", "{}", "a{path", "{x}", ""));
}

TEST(ExpandWords, DoesNotLookIntoValues) {
  EXPECT_THAT(expand_words({"{path}{name}"}, {{"path", "{name}"}, {"name", "{path}"}}), ElementsAre("{name}{path}"));
}

}  // namespace
}  // namespace omv::runner
