// The pages of status codes, as an operator meets them: from the front page to the list, from there
// to a code, whose counts are those of the log and whose paths are whatever clients sent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "testing/daemon.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class CodePagesTest : public ::testing::Test {
 protected:
  CodePagesTest() {
    log_.Append(200, 50);
    log_.AppendLine(CombinedLine(404, "/<script>alert(1)</script>"), 404);
    log_.AppendLine(CombinedLine(404, "/missing?secret=1"), 404);
    log_.AppendLine(CombinedLine(404, "/missing"), 404);
    log_.Append(777, 4);
    daemon_.WaitUntilReady();
    daemon_.WaitForMetric("logtally_lines_total{site=\"default\",result=\"counted\"}", 57);
  }

  std::string Page(const std::string& target, int status = 200) {
    const HttpAnswer page = daemon_.Get(target);
    EXPECT_EQ(page.status, status) << target << "\n" << page.body;
    EXPECT_THAT(page.headers.at("content-type"), StartsWith("text/html")) << target;
    EXPECT_THAT(page.headers.at("content-security-policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(page.body, Not(HasSubstr("<script"))) << target;
    return page.body;
  }

  TempDir dir_;
  LogWriter log_{dir_ / "access.log"};
  Daemon daemon_{Daemon::Following({log_.path()})};
};

std::set<std::string> LinksIn(const std::string& html) {
  static const std::regex kLink(R"rx(href="(/[^"]*)")rx");
  std::set<std::string> links;
  for (std::sregex_iterator it(html.begin(), html.end(), kLink), end; it != end; ++it) {
    links.insert(std::regex_replace((*it)[1].str(), std::regex("&amp;"), "&"));
  }
  return links;
}

TEST_F(CodePagesTest, TheListShowsWhatThisMachineHasSeenBeforeTheRest) {
  EXPECT_TRUE(LinksIn(Page("/")).contains("/codes"));
  const std::string list = Page("/codes");
  EXPECT_LT(list.find("/codes/404\""), list.find("Not seen so far"));
  EXPECT_LT(list.find("/codes/777\""), list.find("Not seen so far"));
  EXPECT_GT(list.find("/codes/500\""), list.find("Not seen so far"));
}

TEST_F(CodePagesTest, ACodeHasItsMeaningItsCountsAndItsPaths) {
  const std::string page = Page("/codes/404");
  EXPECT_THAT(page, HasSubstr("Not Found</h1>"));
  EXPECT_THAT(page, HasSubstr("Last hour<b>3</b>"));
  EXPECT_THAT(page, HasSubstr("Since the beginning<b>3</b>"));
  EXPECT_THAT(page, HasSubstr("<svg"));
  EXPECT_THAT(page, HasSubstr("/missing</td><td class=\"n\">2</td>"));
  EXPECT_THAT(page, HasSubstr("/&lt;script&gt;alert(1)&lt;/script&gt;</td>"));
  EXPECT_THAT(page, Not(HasSubstr("secret")));
}

TEST_F(CodePagesTest, EveryLinkOfThePagesLeadsSomewhere) {
  std::set<std::string> links = LinksIn(Page("/codes/404"));
  links.merge(LinksIn(Page("/codes/404?site=default")));
  links.merge(LinksIn(Page("/codes/999?site=nobody", 404)));
  EXPECT_TRUE(links.contains("/codes/404?site=default"));
  EXPECT_TRUE(links.contains("/codes/999"));
  EXPECT_GT(LinksIn(Page("/codes")).size(), 100u);
  for (const std::string& link : links) EXPECT_EQ(daemon_.Get(link).status, 200) << link;
}

TEST_F(CodePagesTest, UnknownCodesAndWhatIsNoCodeAreToldApart) {
  EXPECT_THAT(Page("/codes/777"), HasSubstr("Last hour<b>4</b>"));
  EXPECT_THAT(Page("/codes/777"), HasSubstr("Unknown code"));
  EXPECT_THAT(Page("/codes/other"), HasSubstr("/codes/777\""));
  for (const char* target : {"/codes/abc", "/codes/99999", "/codes/%3Cscript%3E", "/codes/",
                             "/codes/404/../../etc/passwd", "/codes/%00", "/codes/%ff"}) {
    EXPECT_THAT(Page(target, 404), HasSubstr("No status code")) << target;
  }
}

TEST_F(CodePagesTest, ASiteIsLookedAtAloneOrSaidNotToBeThere) {
  EXPECT_THAT(Page("/codes/404?site=default"), HasSubstr("Last hour<b>3</b>"));
  EXPECT_THAT(Page("/codes/404?site=nobody%22%3E%3Cscript%3E", 404), HasSubstr("There is no site"));
}

}  // namespace
}  // namespace logtally::testing
