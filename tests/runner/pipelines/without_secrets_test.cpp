// SPDX-License-Identifier: LGPL-2.1-or-later
// No password in a log.
#include "runner/pipelines/without_secrets.h"

#include <gtest/gtest.h>

namespace omv::runner {
namespace {

TEST(WithoutSecrets, LeavesHostPortAndPath) {
  EXPECT_EQ(without_secrets("rtsp://ann:s3cret@hub.local:8554/bench"), "rtsp://hub.local:8554/bench");
  EXPECT_EQ(without_secrets("srt://hub:9000?passphrase=s3cret&latency=20"), "srt://hub:9000");
  EXPECT_EQ(without_secrets("tcp://[::1]:5555"), "tcp://[::1]:5555");
  EXPECT_EQ(without_secrets("rtsp://hub/a@b"), "rtsp://hub/a@b");
  EXPECT_EQ(without_secrets("rtsp://ann:p@ss@hub/a"), "rtsp://hub/a");
}

TEST(WithoutSecrets, FindsAddressesInSentences) {
  EXPECT_EQ(without_secrets("no answer from \"rtsp://a:b@hub/x\", nor from srt://c?passphrase=d at all"),
            "no answer from \"rtsp://hub/x\", nor from srt://c at all");
  EXPECT_EQ(without_secrets("nothing here? a@b"), "nothing here? a@b");
  EXPECT_EQ(without_secrets("://"), "://");
  EXPECT_EQ(without_secrets(""), "");
}

}  // namespace
}  // namespace omv::runner
