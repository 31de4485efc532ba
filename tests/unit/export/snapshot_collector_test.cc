#include "export/snapshot_collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "model/self_metrics.h"
#include "testing/golden.h"
#include "testing/metrics_text.h"
#include "testing/status_matchers.h"

namespace logtally {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SnapshotCollectorTest : public ::testing::Test {
 protected:
  // A site "shop" that answered a few requests, and a site "blog" with nothing yet.
  static Snapshot TwoSites() {
    auto counts = std::make_shared<CountSnapshot>();
    counts->commit_seq = 17;
    SiteCounts& shop = counts->sites["shop"];
    shop.responses[{200, ParseMethod("GET")}] = {1000, 123456};
    shop.responses[{500, ParseMethod("POST")}] = {2, 300};
    shop.responses[{0, kOtherMethod}] = {1, 0};
    shop.responses[{783, ParseMethod("GET")}] = {4, 0};
    shop.rejects[static_cast<int>(RejectReason::kNoMatch)] = 3;
    shop.intake = {234567, 1700000000};
    shop.untimed = 1;
    shop.unlisted_errors = 6;
    shop.durations[{DurationKind::kRequest, 2}].Observe(0.03);
    counts->overflowed[static_cast<int>(CappedLabel::kCode)] = 4;
    Snapshot snapshot;
    snapshot.counts = counts;
    snapshot.status.committed_once = true;
    snapshot.status.commits = 5;
    snapshot.status.site_labels["shop"]["team"] = "sales";
    snapshot.status.site_labels["blog"];
    snapshot.status.follow["shop"] = {.rotations = 1};
    FollowedFile file;
    file.site = "shop";
    file.path = "/var/log/nginx/shop.log";
    file.state = "live";
    file.offset = 100;
    file.size = 130;
    snapshot.status.files = {file};
    return snapshot;
  }

  std::string Text() const { return MetricsText(collector_); }
  testing::MetricsPage Page() const {
    auto page = testing::MetricsPage::Parse(Text());
    EXPECT_TRUE(page.ok()) << page.status();
    return *std::move(page);
  }

  SnapshotBoard board_;
  ReloadStatus reload_;
  SnapshotCollector collector_{board_, StatusCatalogue::BuiltIn(), reload_};
};

TEST_F(SnapshotCollectorTest, ThePageIsAsPromised) {
  board_.Publish(TwoSites());
  // What differs from machine to machine and from build to build is taken out.
  std::string text = Text();
  text = std::regex_replace(text, std::regex("(\nprocess_[a-z_]+) [^\n]*"), "$1 X");
  text = std::regex_replace(text, std::regex("logtally_build_info\\{[^}]*\\}"),
                            "logtally_build_info{X}");
  testing::ExpectGolden("metrics.txt", text);
}

TEST_F(SnapshotCollectorTest, EveryMetricOfTheTableIsWrittenAndNoOther) {
  Snapshot snapshot = TwoSites();
  auto counts = std::make_shared<CountSnapshot>(*snapshot.counts);
  counts->sites["shop"].durations[{DurationKind::kUpstream, 2}].Observe(0.03);
  snapshot.counts = counts;
  board_.Publish(snapshot);
  std::vector<std::string> written, table;
  for (const auto& family : collector_.Collect()) written.push_back(family.name);
  for (const MetricRow& row : MetricTable()) table.emplace_back(row.name);
  EXPECT_EQ(written, table);
}

TEST_F(SnapshotCollectorTest, EveryDocumentedCodeIsThereAtZeroForEverySite) {
  board_.Publish(TwoSites());
  const std::string text = Text();
  int documented = 0;
  for (const StatusMeaning& row : StatusCatalogue::BuiltIn().All()) {
    if (!row.documented) continue;
    ++documented;
    EXPECT_THAT(text, HasSubstr("logtally_http_responses_total{site=\"blog\",code=\"" +
                                StatusCodeText(row.code) + "\",class=\"" +
                                std::string(StatusClass(row.code)) + "\",method=\"GET\"} 0\n"));
    // A method that the site has seen has them too: its first error must not come from nowhere.
    EXPECT_THAT(text,
                HasSubstr("{site=\"shop\",code=\"" + StatusCodeText(row.code) + "\",class=\"" +
                          std::string(StatusClass(row.code)) + "\",method=\"POST\""));
  }
  EXPECT_EQ(documented, 19);
}

TEST_F(SnapshotCollectorTest, NothingIsShownThatIsNotKnownYet) {
  const std::string text = Text();
  EXPECT_THAT(text, Not(HasSubstr("logtally_http_responses_total")));
  EXPECT_THAT(text, HasSubstr("logtally_status_info"));
}

TEST_F(SnapshotCollectorTest, LabelValuesFromOutsideCannotBreakThePage) {
  Snapshot snapshot = TwoSites();
  snapshot.status.site_labels["blog"]["note"] = "a\"b\\c\nd\xff";
  board_.Publish(snapshot);
  EXPECT_THAT(Text(), HasSubstr("note=\"a\\\"b\\\\c\\nd\xEF\xBF\xBD\""));
  Page();
}

TEST_F(SnapshotCollectorTest, LargeCountsKeepEveryDigit) {
  Snapshot snapshot = TwoSites();
  auto counts = std::make_shared<CountSnapshot>(*snapshot.counts);
  counts->sites["shop"].responses[{200, ParseMethod("GET")}] = {9007199254740991, 1};
  snapshot.counts = counts;
  board_.Publish(snapshot);
  EXPECT_THAT(Text(), HasSubstr("method=\"GET\",team=\"sales\"} 9007199254740991\n"));
}

}  // namespace
}  // namespace logtally
