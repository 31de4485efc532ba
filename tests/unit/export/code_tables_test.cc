#include "export/code_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace logtally {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kNoon = 1784030400;  // 2026-07-14T12:00:00Z

size_t CountOf(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

ListedErrors WithPaths(const std::vector<TopValues::Entry>& entries) {
  ListedErrors errors{.from_unix = kNoon, .to_unix = kNoon + 3600, .details = ErrorDetails()};
  for (const auto& entry : entries) errors.details.list(ErrorList::kPaths).Restore(entry);
  return errors;
}

TEST(SiteTable, TheRowWithMostOfTheLastDayComesFirst) {
  const std::string html =
      SiteTable(404, {{{"blog", kGetMethod}, 1000}, {{"shop", kGetMethod}, 50}},
                std::vector<ResponseRow>{{0, "shop", 404, kGetMethod, {7, 0}}});
  EXPECT_THAT(html, HasSubstr("<tr><td class=\"any\"><a href=\"/codes/404?site=shop\">shop</a></td>"
                              "<td>GET</td><td class=\"n\">7</td><td class=\"n\">50</td></tr>"));
  EXPECT_LT(html.find("shop"), html.find("blog"));
}

TEST(SiteTable, WhereTheLastDayIsNotKnownItIsNotCalledZero) {
  const std::string html = SiteTable(404, {{{"blog", kGetMethod}, 1000}}, std::nullopt);
  EXPECT_THAT(html, HasSubstr("<td class=\"n\">–</td><td class=\"n\">1,000</td>"));
}

TEST(SiteTable, IsNeverLessSinceTheBeginningThanInTheLastDay) {
  const std::string html =
      SiteTable(404, {}, std::vector<ResponseRow>{{0, "shop", 404, kGetMethod, {7, 0}}});
  EXPECT_THAT(html, HasSubstr("<td class=\"n\">7</td><td class=\"n\">7</td>"));
}

TEST(SiteTable, OfVeryManySitesSomeAreShownAndTheRestIsSaidToBeThere) {
  std::map<std::pair<std::string, Method>, int64_t> totals;
  for (int i = 0; i < 1025; ++i) totals[{"site" + std::to_string(i), kGetMethod}] = 1;
  const std::string html = SiteTable(-1, totals, std::vector<ResponseRow>());
  EXPECT_EQ(CountOf(html, "<tr>"), 26u);
  EXPECT_THAT(html, HasSubstr("1,000 more rows are in <a href=\"/api/v1/counts?code=-1\">"));
}

TEST(SiteTable, IsNotThereWithoutRows) {
  EXPECT_EQ(SiteTable(404, {}, std::vector<ResponseRow>()), "");
}

TEST(SiteTable, ANameOfASiteThatALogGaveIsEscaped) {
  const std::string html = SiteTable(404, {{{"<b>&\"x\"", kGetMethod}, 1}}, std::nullopt);
  EXPECT_THAT(html, Not(HasSubstr("<b>")));
  EXPECT_THAT(html, HasSubstr("?site=%3Cb%3E%26%22x%22\">&lt;b&gt;&amp;&quot;x&quot;</a>"));
}

TEST(ErrorTables, APathIsShownAndNotObeyed) {
  ListedErrors errors = WithPaths({{"/<script>alert(1)</script>\x1b[2J", 3, 0}});
  errors.details.list(ErrorList::kClients).Add("<img src=x>");
  errors.details.list(ErrorList::kReferrers).Add("\"><svg onload=x>");
  errors.details.first_line = "<script>first</script>";
  const std::string html = ErrorTables(errors, 0);
  for (const char* tag : {"<script", "<img", "<svg", "\x1b"})
    EXPECT_THAT(html, Not(HasSubstr(tag)));
  EXPECT_THAT(html, HasSubstr("/&lt;script&gt;alert(1)&lt;/script&gt;\\x1B[2J"));
  EXPECT_THAT(html, HasSubstr("<pre>&lt;script&gt;first&lt;/script&gt;</pre>"));
}

TEST(ErrorTables, ACountThatMayBeTooHighIsARangeAndTheRangeIsExplained) {
  std::string html = ErrorTables(WithPaths({{"/a", 9, 2}, {"/b", 3, 0}}), 0);
  EXPECT_THAT(html, HasSubstr("/a</td><td class=\"n\">7–9</td>"));
  EXPECT_THAT(html, HasSubstr("/b</td><td class=\"n\">3</td>"));
  EXPECT_THAT(html, HasSubstr("the true count lies within"));
  EXPECT_THAT(ErrorTables(WithPaths({{"/b", 3, 0}}), 0), Not(HasSubstr("range")));
}

TEST(ErrorTables, AFullListSaysHowOftenAnAbsentPathMayHaveCome) {
  ListedErrors errors = WithPaths({});
  for (size_t i = 0; i < 65; ++i) {
    for (int times = 0; times < 2; ++times) {
      const std::string path = "/" + std::to_string(i);
      errors.details.Add({.path = path});
    }
  }
  const std::string html = ErrorTables(errors, 0);
  EXPECT_THAT(html, HasSubstr("a path that is not in it came 2 times at most"));
  EXPECT_THAT(html, HasSubstr("<summary class=\"small\">54 more</summary>"));
  EXPECT_EQ(CountOf(html, "<tr>"), 64u) << "each one is there";
}

TEST(ErrorTables, SayWhatIsMissing) {
  const std::string html = ErrorTables(WithPaths({}), 1234);
  EXPECT_THAT(html, HasSubstr("No path is kept of this time."));
  EXPECT_THAT(html, HasSubstr("The log names none."));
  EXPECT_THAT(html, HasSubstr("1,234 error responses of all codes found no room"));
  EXPECT_THAT(html, HasSubstr("from 2026-07-14 12:00 UTC to 2026-07-14 13:00 UTC"));
  EXPECT_THAT(ErrorTables(WithPaths({}), 0), Not(HasSubstr("found no room")));
}

}  // namespace
}  // namespace logtally
