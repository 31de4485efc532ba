#include "tail/syslog_address.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <string>

#include "base/text.h"
#include "testing/status_matchers.h"

namespace logtally {
namespace {

TEST(SyslogAddress, UdpTakesNumericHosts) {
  ASSERT_OK_AND_ASSIGN(const SyslogAddress ipv4, ParseSyslogAddress("udp:127.0.0.1:5140"));
  EXPECT_EQ(ipv4.socket.ss_family, AF_INET);
  EXPECT_EQ(ipv4.socket_size, sizeof(sockaddr_in));
  EXPECT_EQ(ipv4.path, "");
  ASSERT_OK_AND_ASSIGN(const SyslogAddress ipv6, ParseSyslogAddress("udp:[::1]:0"));
  EXPECT_EQ(ipv6.socket.ss_family, AF_INET6);
  EXPECT_OK(ParseSyslogAddress("udp:0.0.0.0:514"));
  EXPECT_OK(ParseSyslogAddress("udp:[::]:65535"));
}

TEST(SyslogAddress, UnixTakesAnAbsolutePathThatTheKernelHasRoomFor) {
  ASSERT_OK_AND_ASSIGN(const SyslogAddress address, ParseSyslogAddress("unix:/run/a.sock"));
  EXPECT_EQ(address.socket.ss_family, AF_UNIX);
  EXPECT_EQ(address.path, "/run/a.sock");
  EXPECT_OK(ParseSyslogAddress("unix:/" + std::string(106, 'x')));
  EXPECT_FALSE(ParseSyslogAddress("unix:/" + std::string(107, 'x')).ok());
}

TEST(SyslogAddress, AnythingElseIsToldWithWhatWasExpected) {
  for (const std::string text : {"",
                                 "udp:",
                                 "udp:514",
                                 "udp:127.0.0.1",
                                 "udp:127.0.0.1:",
                                 "udp:127.0.0.1:-1",
                                 "udp:127.0.0.1:0514",
                                 "udp:127.0.0.1:65536",
                                 "udp:127.1:514",
                                 "udp:localhost:514",
                                 "udp:::1:514",
                                 "udp:[]:514",
                                 "udp:[127.0.0.1]:514",
                                 "udp::514",
                                 "UDP:127.0.0.1:514",
                                 "tcp:127.0.0.1:514",
                                 "unix:",
                                 "unix:/",
                                 "unix:a.sock",
                                 "unix:/run/",
                                 "127.0.0.1:514"}) {
    EXPECT_EQ(StdView(ParseSyslogAddress(text).status().message()),
              "expected an address such as udp:127.0.0.1:5140, udp:[::1]:5140 or "
              "unix:/run/logtally/access.sock, got '" +
                  text + "'");
  }
  const std::string with_nul("udp:127.0.0.1\0:514", 18);
  EXPECT_FALSE(ParseSyslogAddress(with_nul).ok());
}

}  // namespace
}  // namespace logtally
