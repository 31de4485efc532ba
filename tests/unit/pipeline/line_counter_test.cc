#include "pipeline/line_counter.h"

#include <gmock/gmock.h>

#include "pipeline_fixture.h"

namespace logtally {
namespace {

using testing::CodeCounts;
using ::testing::ElementsAre;

class LineCounterTest : public ::testing::Test {
 protected:
  static SiteSetup Site(const std::string& name) {
    SiteSetup site;
    site.site = name;
    return site;
  }
  LineCounter Make(const std::vector<SiteSetup>& sites) { return LineCounter(sites, {}, clock_); }

  // `text`, whose lines all end in '\n', as a batch of that file.
  void Count(LineCounter& counter, FileIndex file, std::string_view site, std::string text) {
    LineBatch batch;
    batch.file = file;
    batch.site = site;
    batch.path = "/var/log/access.log";
    batch.bytes = static_cast<int64_t>(text.size());
    std::string_view rest = text;
    while (!rest.empty()) {
      const size_t end = rest.find('\n');
      batch.lines.push_back({rest.substr(0, end), batch.bytes});
      rest.remove_prefix(end + 1);
    }
    counter.Count(batch);
  }
  static CodeCounts CodesOf(const LineCounter& counter, std::string_view site) {
    CodeCounts codes;
    const CountBatch& batch = counter.aggregator().batch();
    for (const auto& [key, tally] : batch.counts) {
      if (batch.sites[key.site] == site) codes[testing::CodeText(key.code)] += tally.responses;
    }
    return codes;
  }
  static FollowedFile Followed(FileIndex index) {
    FollowedFile file;
    file.index = index;
    return file;
  }

  testing::FakeClock clock_;
};

TEST_F(LineCounterTest, CountsRecordsAndRejectsOfEachSite) {
  LineCounter counter = Make({Site("shop"), Site("blog")});
  Count(counter, 0, "shop",
        Lines(200, 3, clock_.Now()) + "nothing\n" + Lines(404, 1, clock_.Now()));
  Count(counter, 1, "blog", Lines(500, 2, clock_.Now()));
  EXPECT_EQ(CodesOf(counter, "shop"), (CodeCounts{{"200", 3}, {"404", 1}}));
  EXPECT_EQ(CodesOf(counter, "blog"), (CodeCounts{{"500", 2}}));
  EXPECT_EQ(counter.lines_counted(), 6);
  EXPECT_EQ(counter.lines_rejected(), 1);
}

TEST_F(LineCounterTest, LinesThatCouldNotBeReadWholeAreRejectedByReason) {
  LineCounter counter = Make({Site("shop")});
  LineBatch batch;
  batch.site = "shop";
  batch.lines = {{{}, 0, RawLine::Kind::kTooLong}, {{}, 70000, RawLine::Kind::kUnterminated}};
  batch.bytes = 70010;
  counter.Count(batch);
  std::map<RejectReason, int64_t> rejects;
  for (const auto& [key, lines] : counter.aggregator().batch().rejects) {
    rejects[key.reason] += lines;
  }
  EXPECT_EQ(rejects, (std::map<RejectReason, int64_t>{{RejectReason::kTooLong, 1},
                                                      {RejectReason::kUnterminated, 1}}));
  EXPECT_EQ(counter.aggregator().batch().intake.at(0).read_bytes, 70010);
}

TEST_F(LineCounterTest, AnEmptyReadLeavesTheBatchEmpty) {
  LineCounter counter = Make({Site("shop")});
  counter.Count({});
  EXPECT_TRUE(counter.aggregator().empty());
}

TEST_F(LineCounterTest, OutsideTheWindowNothingIsCountedAndARecordWithoutTimeIsOutside) {
  LineCounter counter = Make({Site("shop")});
  const int64_t now = absl::ToUnixSeconds(clock_.Now());
  counter.SetWindow({.from_unix = now, .to_unix = now + 60});
  Count(counter, 0, "shop",
        Lines(200, 1, clock_.Now()) + Lines(404, 1, clock_.Now() - absl::Seconds(1)) +
            Lines(500, 1, clock_.Now() + absl::Seconds(60)) +
            "192.0.2.7 - - [-] \"GET / HTTP/1.1\" 503 17 \"-\" \"-\"\n");
  EXPECT_EQ(CodesOf(counter, "shop"), (CodeCounts{{"200", 1}}));
  EXPECT_EQ(counter.lines_outside_window(), 3);
}

TEST_F(LineCounterTest, SaysOnceWhichFormatAFileHas) {
  LineCounter counter = Make({Site("shop")});
  EXPECT_EQ(counter.FormatOf(Followed(7)), "");
  Count(counter, 7, "shop", Lines(200, 100, clock_.Now()));
  EXPECT_EQ(counter.TakeNewlyDetected().size(), 1u);
  const std::string format(counter.FormatOf(Followed(7)));
  EXPECT_NE(format, "");
  Count(counter, 7, "shop", Lines(200, 100, clock_.Now()));
  EXPECT_TRUE(counter.TakeNewlyDetected().empty());
}

TEST_F(LineCounterTest, SaysOnceThatAFileIsInNoKnownFormat) {
  LineCounter counter = Make({Site("shop")});
  std::string text;
  for (int i = 0; i < 200; ++i) text += "nothing that is known\n";
  Count(counter, 7, "shop", text);
  EXPECT_EQ(counter.TakeNewlyDetected().size(), 1u);
  EXPECT_EQ(counter.FormatOf(Followed(7)), "");
  // Enough for several more votes.
  for (int i = 0; i < 150; ++i) Count(counter, 7, "shop", text);
  EXPECT_TRUE(counter.TakeNewlyDetected().empty());
  // The log's format was changed into one that is known.
  for (int i = 0; i < 150; ++i) Count(counter, 7, "shop", Lines(200, 200, clock_.Now()));
  EXPECT_EQ(counter.TakeNewlyDetected().size(), 1u);
  EXPECT_EQ(counter.FormatOf(Followed(7)), "nginx_combined");
}

TEST_F(LineCounterTest, FilesThatAreNoLongerFollowedAreForgotten) {
  LineCounter counter = Make({Site("shop")});
  for (FileIndex file = 0; file < 3; ++file) {
    Count(counter, file, "shop", Lines(200, 1, clock_.Now()));
  }
  counter.KeepOnly({Followed(1)});
  EXPECT_EQ(counter.FormatOf(Followed(0)), "");
  EXPECT_NE(counter.FormatOf(Followed(1)), "");
  EXPECT_EQ(counter.FormatOf(Followed(2)), "");
}

TEST_F(LineCounterTest, NewRulesHoldForLinesToComeAndCountsStay) {
  LineCounter counter = Make({Site("shop")});
  const std::string line =
      "shop.example:80 192.0.2.7 - - [14/Nov/2023:22:13:20 +0000] \"GET / HTTP/1.1\" 200 17 \"-\" "
      "\"curl\"\n";
  Count(counter, 0, "shop", line);
  SiteSetup split = Site("shop");
  split.label_rule = {.split_hosts = true, .max_hosts = 1};
  counter.SetSites({split}, std::nullopt);
  CountSnapshot known;
  known.sites["old.example"];
  known.sites["shop"];
  counter.AdmitKnownSites(known);
  Count(counter, 0, "shop", line);
  EXPECT_EQ(CodesOf(counter, "shop"), (CodeCounts{{"200", 2}})) << "the one place is taken";
  std::string old = line;
  old.replace(0, 4, "old");
  Count(counter, 0, "shop", old);
  EXPECT_EQ(CodesOf(counter, "old.example"), (CodeCounts{{"200", 1}}));
}

}  // namespace
}  // namespace logtally
