#include "app/listen_address.h"

#include <gtest/gtest.h>

#include "testing/status_matchers.h"

namespace logtally {
namespace {

std::string Shown(std::string_view text) {
  const auto address = ParseListenAddress(text);
  if (!address.ok()) return "refused";
  return "host '" + address->host + "' port " + std::to_string(address->port);
}

TEST(ListenAddress, HasAHostAndAPort) {
  EXPECT_EQ(Shown("127.0.0.1:9748"), "host '127.0.0.1' port 9748");
  EXPECT_EQ(Shown("[::1]:9748"), "host '::1' port 9748");
  EXPECT_EQ(Shown("[::]:65535"), "host '::' port 65535");
  EXPECT_EQ(Shown("[fe80::1%eth0]:1"), "host 'fe80::1%eth0' port 1");
  EXPECT_EQ(Shown("localhost:0"), "host 'localhost' port 0");
}

TEST(ListenAddress, WithoutAHostIsEveryInterface) {
  EXPECT_EQ(Shown(":9748"), "host '' port 9748");
}

TEST(ListenAddress, ThatASystemWouldReadInItsOwnWayIsRefused) {
  for (const char* text :
       {"",        ":",           "9748",        "127.0.0.1",     "127.0.0.1:", ":65536",
        ":-1",     ":-0",         ":+1",         ":01",           ": 1",        "::1:9748",
        "[]:1",    "[::1]",       "[::1]9748",   "[127.0.0.1]:1", "[::1%]:1",   "[::g]:1",
        "127.1:1", "010.0.0.1:1", "1.2.3.4.5:1", ".:1",           "-a:1",       "a b:1",
        "*:1",     "http://a:1",  "a/b:1"}) {
    EXPECT_EQ(Shown(text), "refused") << text;
  }
}

TEST(ListenAddress, TheMessageSaysWhatWasExpected) {
  EXPECT_EQ(std::string(ParseListenAddress("x\n").status().message()),
            "listen address: expected an address such as 127.0.0.1:9748, [::1]:9748 or :9748, "
            "got \"x\\x0A\"");
}

}  // namespace
}  // namespace logtally
