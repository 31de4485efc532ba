#include "tail/syslog_header.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace logtally {
namespace {

struct Case {
  std::string_view datagram, message;
};

class SyslogHeader : public ::testing::TestWithParam<Case> {};

TEST_P(SyslogHeader, LeavesTheMessage) {
  EXPECT_EQ(SyslogMessage(GetParam().datagram), GetParam().message);
}

constexpr std::string_view kLine =
    "192.0.2.7 - - [22/Nov/2026:18:00:00 +0000] \"GET / HTTP/1.1\" 200 5";

// What the datagram is without its header: the line, or all of it.
#define LINE "192.0.2.7 - - [22/Nov/2026:18:00:00 +0000] \"GET / HTTP/1.1\" 200 5"

INSTANTIATE_TEST_SUITE_P(
    OfRfc3164, SyslogHeader,
    ::testing::Values(
        Case{"<190>Nov 22 18:00:00 web1 nginx: " LINE, kLine},       // nginx
        Case{"<190>Nov 22 18:00:00 nginx: " LINE, kLine},            // nginx, nohostname
        Case{"<190>Nov  2 18:00:00 web1 nginx_shop: " LINE, kLine},  // one digit, with tag=
        Case{"<134>Nov 22 18:00:00 haproxy[4711]: " LINE, kLine},    // HAProxy
        Case{"<134>Nov 22 18:00:00 lb.example haproxy[4711]: " LINE, kLine},
        Case{"<134>Nov 22 18:00:00 2001:db8::7 haproxy[4711]: " LINE, kLine},
        Case{"<134>Nov 22 18:00:00 2001:db8:: haproxy[4711]: " LINE, kLine},
        Case{"<13>Nov 22 18:00:00 web1 /usr/sbin/httpd: " LINE, kLine},          // logger -t
        Case{"<134>2026-11-22T18:00:00.123456+01:00 web1 nginx: " LINE, kLine},  // rsyslog
        Case{"<134>2026-11-22T18:00:00Z nginx: " LINE, kLine},
        Case{"<0>Nov 22 18:00:00 a: b: c", "b: c"},  // one tag
        Case{"<0>Nov 22 18:00:00 a b: c: d", "c: d"}, Case{"<190>Nov 22 18:00:00 web1 nginx: ", ""},
        Case{"<190>Nov 22 18:00:00 nginx:", ""},
        Case{"<190>Nov 22 18:00:00 " LINE, kLine},  // neither host nor tag
        Case{"<190>" LINE, kLine}));

INSTANTIATE_TEST_SUITE_P(
    OfRfc5424, SyslogHeader,
    ::testing::Values(Case{"<134>1 2026-11-22T18:00:00.123Z web1 haproxy 4711 - - " LINE, kLine},
                      Case{"<134>1 - - - - - - " LINE, kLine},
                      Case{"<134>1 2026-11-22T18:00:00+01:00 web1 nginx - ID47 [a@1 k=\"v\"] " LINE,
                           kLine},
                      Case{"<134>1 - web1 nginx - - [a@1 k=\"] [\\\"\\]\"][b@2] " LINE, kLine},
                      Case{"<134>1 - web1 nginx - - - \xEF\xBB\xBF" LINE, kLine},
                      Case{"<134>1 - web1 nginx - - -", ""}));

// All message, to be refused or understood by whoever reads lines.
INSTANTIATE_TEST_SUITE_P(
    OfNone, SyslogHeader,
    ::testing::Values(
        Case{LINE, kLine}, Case{"", ""}, Case{"<", "<"}, Case{"<>", "<>"}, Case{"<190", "<190"},
        Case{"<1900>Nov 22 18:00:00 a: b", "<1900>Nov 22 18:00:00 a: b"},
        Case{"<x>Nov 22 18:00:00 a: b", "<x>Nov 22 18:00:00 a: b"},
        Case{"<134>1 yesterday web1 nginx - - - m", "<134>1 yesterday web1 nginx - - - m"},
        Case{"<134>1 - web1 nginx", "<134>1 - web1 nginx"},
        Case{"<134>1 - web1 nginx - - [a k=\"v\\", "<134>1 - web1 nginx - - [a k=\"v\\"},
        Case{"<134>1 - web1 nginx - - [a]x", "<134>1 - web1 nginx - - [a]x"}));

// Only a part of a header: what is one goes, the rest is the message.
INSTANTIATE_TEST_SUITE_P(
    OfHalf, SyslogHeader,
    ::testing::Values(Case{"<190>Nov 22 18:00:00", "Nov 22 18:00:00"}, Case{"<190>", ""},
                      Case{"<190>Now 22 18:00:00 a: b", "Now 22 18:00:00 a: b"},
                      Case{"<190>Nov 22 18:00:00 a b c: d", "a b c: d"},
                      Case{"<190>Nov 22 18:00:00 [1]: m", "[1]: m"},
                      Case{"<190>Nov 22 18:00:00 : m", ": m"}));

#undef LINE

// What clients send stands in the message: nothing in there is a header.
TEST(SyslogHeader, IsNotLookedForInTheMessage) {
  EXPECT_EQ(SyslogMessage("<190>Nov 22 18:00:00 nginx: <190>Nov 22 18:00:00 evil: x"),
            "<190>Nov 22 18:00:00 evil: x");
}

TEST(SyslogHeader, WhateverComesTheMessageIsTheEndOfIt) {
  constexpr std::string_view kBytes = "<1>90 Nov22:-[]\"\\T.aZ\n\xEF\xBB\xBF";
  std::mt19937 random(7);
  const auto below = [&](size_t n) { return random() % n; };
  for (int i = 0; i < 20'000; ++i) {
    std::string datagram(below(3) == 0 ? "<134>1 - - - - - [" : "<190>Nov 22 18:00:00 ");
    datagram.resize(below(datagram.size() + 1));
    for (size_t n = below(40); n > 0; --n) datagram += kBytes[below(kBytes.size())];
    const std::string_view message = SyslogMessage(datagram);
    EXPECT_TRUE(std::string_view(datagram).ends_with(message)) << datagram;
    EXPECT_TRUE(message.empty() ||
                message.data() + message.size() == datagram.data() + datagram.size());
  }
}

}  // namespace
}  // namespace logtally
