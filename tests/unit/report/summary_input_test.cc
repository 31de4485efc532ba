#include "report/summary_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/status_matchers.h"
#include "unit/report/summary_kit.h"

namespace logtally {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kNoon;
using testing::Minute;
using ::testing::Pair;
using testing::Paths;

constexpr SiteIndex kShop = 0;
constexpr SiteIndex kBlog = 1;

CountQuery Window(int64_t from, int64_t to) {
  CountQuery query;
  query.from_unix = from;
  query.to_unix = to;
  return query;
}

CountQuery Site(const std::string& site) {
  CountQuery query;
  query.site = site;
  return query;
}

CountQuery Code(StatusCode code) {
  CountQuery query;
  query.code = code;
  return query;
}

// Two sites; minutes 0, 1 and 70 after noon; one line without a time; some rejected lines.
CountBatch SmallBatch() {
  CountBatch batch;
  batch.sites = {"shop", "blog"};
  const Method get = ParseMethod("GET");
  const Method post = ParseMethod("POST");
  batch.counts[{Minute(0), kShop, 200, get}] = {10, 1000};
  batch.counts[{Minute(1), kShop, 500, get}] = {2, 20};
  batch.counts[{Minute(1), kShop, 500, post}] = {3, 30};
  batch.counts[{Minute(70), kShop, 500, post}] = {4, 40};
  batch.counts[{Minute(0), kBlog, 404, get}] = {5, 50};
  batch.counts[{kUntimed, kBlog, 404, get}] = {6, 60};
  batch.rejects[{Minute(0), kShop, RejectReason::kNoMatch}] = 7;
  batch.rejects[{Minute(70), kShop, RejectReason::kNoMatch}] = 1;
  batch.rejects[{kUntimed, kBlog, RejectReason::kTooLong}] = 2;
  const auto list = [&](int64_t hour, std::string_view path, int times) {
    for (int i = 0; i < times; ++i) {
      batch.error_details.Add({hour, kShop, 500}, {.path = path});
    }
  };
  list(kNoon, "/checkout", 5);
  list(kNoon + 3600, "/checkout", 3);
  list(kNoon + 3600, "/cart", 1);
  return batch;
}

TEST(BatchSummaryInput, TakesEverythingWhenNoWindowIsAskedFor) {
  const SummaryInput input = BuildInput(SmallBatch(), CountQuery(), {"access.log"});
  EXPECT_EQ(input.source, SummarySource::kFiles);
  EXPECT_THAT(input.source_names, ElementsAre("access.log"));
  EXPECT_THAT(input.sites, ElementsAre("blog", "shop"));
  EXPECT_EQ(input.codes.at(200).tally, (Tally{10, 1000}));
  EXPECT_EQ(input.codes.at(404).tally, (Tally{11, 110})) << "with the lines without a time";
  EXPECT_EQ(input.codes.at(500).tally, (Tally{9, 90})) << "every method together";
  EXPECT_EQ(input.codes.at(500).first_minute_unix, Minute(1));
  EXPECT_EQ(input.codes.at(500).last_minute_unix, Minute(70));
  EXPECT_THAT(input.codes.at(500).details.list(ErrorList::kPaths).Sorted(),
              ElementsAre(TopValues::Entry{"/checkout", 8, 0}, TopValues::Entry{"/cart", 1, 0}));
  EXPECT_EQ(input.untimed_lines, 6);
  EXPECT_TRUE(input.untimed_counted);
  EXPECT_EQ(input.unlisted_errors, 0);
  EXPECT_EQ(input.window.first_minute_unix, Minute(0));
  EXPECT_EQ(input.window.last_minute_unix, Minute(70));
  EXPECT_THAT(input.rejects, ElementsAre(Pair("no_match", 8), Pair("too_long", 2)));
}

TEST(BatchSummaryInput, AWindowLeavesOutWhatLiesOutsideAndSaysHowMuch) {
  const SummaryInput input = BuildInput(SmallBatch(), Window(Minute(1), Minute(30)), {"a", "b"});
  EXPECT_FALSE(input.codes.contains(200));
  EXPECT_FALSE(input.codes.contains(404));
  EXPECT_EQ(input.codes.at(500).tally, (Tally{5, 50}));
  EXPECT_EQ(input.outside_lines, 19);
  EXPECT_EQ(input.untimed_lines, 6);
  EXPECT_FALSE(input.untimed_counted);
  EXPECT_THAT(input.codes.at(500).details.list(ErrorList::kPaths).Sorted(),
              ElementsAre(TopValues::Entry{"/checkout", 5, 0}))
      << "of the hour that the window lies in";
  EXPECT_THAT(input.rejects, ElementsAre(Pair("too_long", 2)))
      << "a rejected line that no time can be given to is never hidden";
}

TEST(BatchSummaryInput, AWindowIsHalfOpen) {
  const SummaryInput input = BuildInput(SmallBatch(), Window(Minute(0), Minute(1)), {"a"});
  EXPECT_TRUE(input.codes.contains(200));
  EXPECT_FALSE(input.codes.contains(500));
}

TEST(BatchSummaryInput, OneSiteAskedForIsTakenAlone) {
  const SummaryInput input = BuildInput(SmallBatch(), Site("blog"), {"a"});
  EXPECT_THAT(input.sites, ElementsAre("blog"));
  EXPECT_EQ(input.codes.size(), 1u);
  EXPECT_EQ(input.codes.at(404).tally.responses, 11);
  EXPECT_THAT(input.rejects, ElementsAre(Pair("too_long", 2)));
  EXPECT_THAT(BuildInput(SmallBatch(), Site("nobody"), {"a"}).codes, IsEmpty());
}

TEST(BatchSummaryInput, OneCodeAskedForStillCountsTheOthers) {
  const SummaryInput input = BuildInput(SmallBatch(), Code(500), {"a"});
  EXPECT_EQ(input.only_code, 500);
  EXPECT_EQ(input.codes.size(), 3u);
}

TEST(BatchSummaryInput, SaysHowManyErrorsAreInNoList) {
  CountBatch batch = SmallBatch();
  batch.error_details.SetMaxBytes(0);
  batch.error_details.Add({kNoon, kShop, 500}, {.path = "/one more"});
  EXPECT_EQ(BuildInput(batch, CountQuery(), {"a"}).unlisted_errors, 1);
  EXPECT_EQ(BuildInput(batch, Site("blog"), {"a"}).unlisted_errors, 0);
}

TEST(BatchSummaryInput, LossesAddUpOverTheHoursAndNoWindowHidesThem) {
  CountBatch batch = SmallBatch();
  batch.losses[{kNoon, kShop, LossCause::kNulHole, "/a"}] = {1, 10, 0, Minute(1), Minute(2)};
  batch.losses[{kNoon + 3600, kShop, LossCause::kNulHole, "/a"}] = {2, 5, 1, Minute(70),
                                                                    Minute(71)};
  batch.losses[{kNoon, kBlog, LossCause::kTooLong, "/b"}] = {1, 9, 1, Minute(0), Minute(0)};
  const std::vector<Loss> losses = BuildInput(batch, Window(1000, 2000), {"a"}).losses;
  ASSERT_EQ(losses.size(), 2u);
  EXPECT_EQ(losses[0].site, "blog");
  EXPECT_EQ(losses[0].path, "/b");
  EXPECT_EQ(losses[1].cause, LossCause::kNulHole);
  EXPECT_EQ(losses[1].tally, (LossTally{3, 15, 1, Minute(1), Minute(71)}));
  EXPECT_EQ(BuildInput(batch, Site("shop"), {"a"}).losses.size(), 1u);
}

// What a store with two sites would answer.
StoredRows SmallRows() {
  StoredRows rows;
  rows.sites = {"blog", "shop"};
  rows.responses = {{0, "blog", 404, ParseMethod("GET"), {5, 50}},
                    {0, "shop", 404, ParseMethod("GET"), {1, 10}},
                    {0, "shop", 500, ParseMethod("GET"), {2, 20}},
                    {0, "shop", 500, ParseMethod("POST"), {3, 30}}};
  rows.seen = {{"blog", 404, Minute(5), Minute(9)},
               {"shop", 404, Minute(3), Minute(4)},
               {"shop", 500, Minute(1), Minute(70)},
               {"shop", 503, Minute(0), Minute(99)}};
  rows.errors = {{404, Paths({{"/feed", 6, 0}})}, {503, Paths({{"/outside", 1, 0}})}};
  rows.rejects = {{"blog", "empty", 1}, {"shop", "empty", 2}, {"shop", "no_match", 3}};
  rows.untimed_responses = 8;
  rows.losses = {{"shop", LossCause::kGone, "/a", {1, 10, 0, Minute(1), Minute(2)}}};
  return rows;
}

TEST(StoredSummaryInput, SumsSitesAndMethods) {
  ASSERT_OK_AND_ASSIGN(const SummaryInput input,
                       BuildInput(SmallRows(), Window(Minute(0), Minute(100)), "/x/logtally.db"));
  EXPECT_EQ(input.source, SummarySource::kDatabase);
  EXPECT_THAT(input.source_names, ElementsAre("/x/logtally.db"));
  EXPECT_THAT(input.sites, ElementsAre("blog", "shop"));
  EXPECT_EQ(input.codes.at(500).tally, (Tally{5, 50}));
  EXPECT_EQ(input.codes.at(404).tally, (Tally{6, 60}));
  EXPECT_EQ(input.codes.at(404).first_minute_unix, Minute(3));
  EXPECT_EQ(input.codes.at(404).last_minute_unix, Minute(9));
  EXPECT_THAT(input.codes.at(404).details.list(ErrorList::kPaths).Sorted(),
              ElementsAre(TopValues::Entry{"/feed", 6, 0}));
  EXPECT_THAT(input.rejects, ElementsAre(Pair("empty", 3), Pair("no_match", 3)));
  EXPECT_EQ(input.untimed_lines, 8);
  ASSERT_EQ(input.losses.size(), 1u);
  EXPECT_EQ(input.losses[0].path, "/a");
  EXPECT_FALSE(input.untimed_counted);
}

TEST(StoredSummaryInput, ACodeWithoutAResponseInTheWindowDoesNotAppear) {
  ASSERT_OK_AND_ASSIGN(const SummaryInput input,
                       BuildInput(SmallRows(), Window(Minute(0), Minute(100)), "db"));
  EXPECT_FALSE(input.codes.contains(503)) << "it has paths of the same hour only";
  EXPECT_EQ(input.window.first_minute_unix, Minute(1));
  EXPECT_EQ(input.window.last_minute_unix, Minute(70));
}

TEST(StoredSummaryInput, ASiteThatIsNotStoredIsTheUsersMistake) {
  const absl::Status status = BuildInput(SmallRows(), Site("shpo"), "db").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "site \"shpo\": not among the 2 sites that are stored; did you mean \"shop\"?");
  EXPECT_OK(BuildInput(SmallRows(), Site("shop"), "db"));
}

}  // namespace
}  // namespace logtally
