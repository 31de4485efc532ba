#include "export/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace logtally {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(EscapeHtml, LeavesNothingThatHtmlWouldObey) {
  EXPECT_EQ(EscapeHtml("<a href=\"x\" id='y'>&amp;"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;");
  EXPECT_EQ(EscapeHtml("a\xff"), "a\xEF\xBF\xBD");
}

TEST(LogTextHtml, ShowsWhatWouldHideOrTurnTheTextRound) {
  EXPECT_EQ(LogTextHtml("/a\x1b[2J<b>"), "/a\\x1B[2J&lt;b&gt;");
  EXPECT_THAT(LogTextHtml("/gpj.\xE2\x80\xAE.exe"), Not(HasSubstr("\xE2\x80\xAE")));
  EXPECT_EQ(LogTextHtml("/käse"), "/käse");
}

TEST(UrlEncode, LetsNothingOutOfItsPlaceInAnAddress) {
  EXPECT_EQ(UrlEncode("shop-1.example_~"), "shop-1.example_~");
  EXPECT_EQ(UrlEncode("a b&c=d/\"<\xff"), "a%20b%26c%3Dd%2F%22%3C%FF");
}

TEST(HtmlPage, IsWholeAndNeedsNothingFromElsewhere) {
  const HttpResponse page = HtmlPage(404, "<x>", "<p>content</p>");
  EXPECT_EQ(page.status, 404);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page.body, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(page.body, HasSubstr("<title>&lt;x&gt;</title>"));
  EXPECT_THAT(page.body, HasSubstr("<body>\n<p>content</p></body>\n</html>\n"));
  for (const char* word : {"<script", "http:", "https:", "@import", "url("}) {
    EXPECT_THAT(page.body, Not(HasSubstr(word)));
  }
}

TEST(UtcMinute, SaysDateTimeAndZone) { EXPECT_EQ(UtcMinute(1784030459), "2026-07-14 12:00 UTC"); }

}  // namespace
}  // namespace logtally
