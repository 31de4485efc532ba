#include "parse/request_line.h"

#include <gtest/gtest.h>

#include <string>

namespace logtally {
namespace {

struct Case {
  std::string_view request;
  std::string_view method;
  std::string_view path;
};

TEST(RequestLine, ReadsWhatServersLog) {
  for (const Case& c : std::initializer_list<Case>{
           {"GET /a?b=1 HTTP/1.1", "GET", "/a?b=1"},
           {"GET / HTTP/2.0", "GET", "/"},
           {"GET / HTTP/3", "GET", "/"},
           {"GET /index.html", "GET", "/index.html"},
           {"GET http://example.com/x HTTP/1.1", "GET", "http://example.com/x"},
           {"CONNECT mail.example.com:25 HTTP/1.1", "CONNECT", "mail.example.com:25"},
           {"OPTIONS * HTTP/1.0", "OPTIONS", "*"},
           {"GET /a b c HTTP/1.1", "GET", "/a b c"},
           {"GET /a HTTP/x", "GET", "/a HTTP/x"},
           {"GET /a HTTP/", "GET", "/a HTTP/"},
           {"GET HTTP/1.1", "GET", ""},
           {"GET  HTTP/1.1", "GET", ""},
           {"GET", "GET", ""},
           {"GET ", "GET", ""},
           {"geti /x HTTP/1.1", "other", "/x"},
           {"get /x HTTP/1.1", "other", "/x"},
           {"FOO /x", "other", "/x"},
           {"FOO bar HTTP/1.1", "other", "bar"},
           {"GET /\\x22 HTTP/1.1", "GET", "/\\x22"},
       }) {
    const RequestLine line = ParseRequestLine(c.request);
    EXPECT_EQ(MethodName(line.method), c.method) << c.request;
    EXPECT_EQ(line.path, c.path) << c.request;
  }
}

TEST(RequestLine, NothingHasNoPath) {
  for (const char* nothing : {"", "-"}) {
    EXPECT_EQ(ParseRequestLine(nothing).method, kOtherMethod);
    EXPECT_EQ(ParseRequestLine(nothing).path, "");
    EXPECT_FALSE(ParseRequestLine(nothing).recognised);
  }
}

TEST(RequestLine, GarbageIsItsOwnPath) {
  for (const std::string_view garbage :
       {"\\x16\\x03\\x01\\x00\\xEE", "MGLNDD_192.0.2.1_443", "User User", " 200 5 ",
        "\\x03\\x00\\x00/*\\xE0Cookie: mstshash=Administr", " ", "\x16\x03"}) {
    const RequestLine line = ParseRequestLine(garbage);
    EXPECT_EQ(line.method, kOtherMethod) << garbage;
    EXPECT_EQ(line.path, garbage);
    EXPECT_FALSE(line.recognised) << garbage;
  }
}

TEST(RequestLine, AMethodOrAProtocolTellsARequest) {
  EXPECT_TRUE(ParseRequestLine("GET /").recognised);
  EXPECT_TRUE(ParseRequestLine("geti /x HTTP/1.1").recognised);
  EXPECT_FALSE(ParseRequestLine("FOO /x").recognised);
}

}  // namespace
}  // namespace logtally
