// SPDX-License-Identifier: LGPL-2.1-or-later
// The rules of access where they depend on time and on browsers' fields; page_test.py asks for the rest over HTTP.
#include "runner/web/access.h"

#include <gtest/gtest.h>

namespace omv::runner::web {
namespace {

using std::chrono::seconds;

constexpr seconds kNow(1'800'000'000);
constexpr const char* kToken = "vB6kP0yRz2mX";

RequestFacts get_status() {
  RequestFacts facts;
  facts.method = "GET";
  facts.path = "/api/status";
  facts.host = "bench.local:8080";
  return facts;
}

std::string cookie_of(const Access& access) {
  const std::string field = access.session_cookie(kNow, false);
  return field.substr(0, field.find(';'));
}

TEST(Access, EndsSessionsInTime) {
  const Access access(kToken, 8080);
  RequestFacts facts = get_status();
  facts.cookie = cookie_of(access);
  EXPECT_EQ(Verdict::allowed, access.judge(facts, kNow));
  EXPECT_EQ(Verdict::allowed, access.judge(facts, kNow + Access::kSessionTime - seconds(1)));
  EXPECT_EQ(Verdict::no_token, access.judge(facts, kNow + Access::kSessionTime));
}

TEST(Access, EndsSessionsWithTheToken) {
  RequestFacts facts = get_status();
  facts.cookie = cookie_of(Access(kToken, 8080));
  EXPECT_EQ(Verdict::allowed, Access(kToken, 8080).judge(facts, kNow));
  EXPECT_EQ(Verdict::no_token, Access("another-token", 8080).judge(facts, kNow));
  EXPECT_EQ(Verdict::no_token, Access(kToken, 8081).judge(facts, kNow));
}

TEST(Access, TakesAnyHostWithATokenOnly) {
  EXPECT_EQ(Verdict::wrong_host, Access("", 8080).judge(get_status(), kNow));
  EXPECT_EQ(Verdict::no_token, Access(kToken, 8080).judge(get_status(), kNow));
}

TEST(Access, NothingIsTheTokenWhenThereIsNone) {
  EXPECT_FALSE(Access("", 8080).is_token(""));
  EXPECT_FALSE(Access(kToken, 8080).is_token(""));
  EXPECT_TRUE(Access(kToken, 8080).is_token(kToken));
}

TEST(Access, MarksCookiesOfTls) {
  EXPECT_NE(std::string::npos, Access(kToken, 1).session_cookie(kNow, true).find("; Secure"));
  EXPECT_EQ(std::string::npos, Access(kToken, 1).session_cookie(kNow, false).find("; Secure"));
}

TEST(Access, KnowsLoopback) {
  for (const char* host : {"localhost", "LocalHost:80", "127.0.0.1", "127.1.2.3:8080", "[::1]", "[::1]:8080"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
  for (const char* host : {"", "127.evil.example", "localhost.evil.example", "[::2]", "0.0.0.0", "192.168.0.2"}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

}  // namespace
}  // namespace omv::runner::web
