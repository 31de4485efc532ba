#include "app/path_pattern.h"

#include <gtest/gtest.h>

namespace logtally {
namespace {

TEST(PathPattern, WhatGlobUnderstandsIsAllowed) {
  for (const char* pattern :
       {"/a.log", "/var/log/*/access.log", "/a?.log", "/a[0-9].log", "/a[!0-9].log", "/a[^x].log",
        "/a[]x].log", "/a[!]x].log", "/a[[:digit:]x].log", "/a\\*.log", "/a\\[.log", "/a].log",
        "/a[\\]].log", "/a[{]b}.log", "/a*b*.log", "/..", "/a b"}) {
    EXPECT_EQ(PathPatternFault(pattern), std::nullopt) << pattern;
  }
}

TEST(PathPattern, WhatGlobWouldTakeLiterallyWithoutAWordIsAFault) {
  for (const char* pattern : {"/a[", "/a[]", "/a[!]", "/a[b", "/a[b/c]", "/a[[:digit:]", "/a[[:x",
                              "/a[\\]", "/**", "/**/a", "/a**", "/{a,b}", "/a\\"}) {
    EXPECT_NE(PathPatternFault(pattern), std::nullopt) << pattern;
  }
}

TEST(PathPattern, ARelativePathOrAFolderIsAFault) {
  EXPECT_EQ(PathPatternFault("a.log"), "it does not begin with /");
  EXPECT_EQ(PathPatternFault(""), "it does not begin with /");
  EXPECT_EQ(PathPatternFault("/"), "it is a folder");
  EXPECT_EQ(PathPatternFault("/var/log/"), "it is a folder");
}

}  // namespace
}  // namespace logtally
