#include "report/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/report/summary_kit.h"

namespace logtally {
namespace {

using testing::AddCode;
using testing::BadHour;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kNoon;
using testing::Minute;
using testing::SmallCatalogue;

std::vector<StatusCode> CodesOf(const ErrorGroup& group) {
  std::vector<StatusCode> codes;
  for (const ErrorCode& error : group.codes) codes.push_back(error.total.code);
  return codes;
}

const ErrorCode& ErrorNamed(const Summary& summary, StatusCode code) {
  for (const ErrorGroup& group : summary.errors) {
    for (const ErrorCode& error : group.codes) {
      if (error.total.code == code) return error;
    }
  }
  static const ErrorCode kNone;
  ADD_FAILURE() << "no error " << code;
  return kNone;
}

TEST(Share, IsRoundedButNeverToNoneOrAll) {
  EXPECT_EQ((Share{0, 10}).Percent(), "0 %");
  EXPECT_EQ((Share{0, 0}).Percent(), "0 %");
  EXPECT_EQ((Share{10, 10}).Percent(), "100 %");
  EXPECT_EQ((Share{21, 1000}).Percent(), "2.10 %");
  EXPECT_EQ((Share{1, 3}).Percent(), "33.33 %");
  EXPECT_EQ((Share{2, 3}).Percent(), "66.67 %");
  EXPECT_EQ((Share{1, 10000}).Percent(), "0.01 %");
  EXPECT_EQ((Share{1, 20000}).Percent(), "0.01 %");
  EXPECT_EQ((Share{1, 20001}).Percent(), "<0.01 %");
  EXPECT_EQ((Share{1, 9'000'000'000'000'000}).Percent(), "<0.01 %");
  EXPECT_EQ((Share{9999, 10000}).Percent(), "99.99 %");
  EXPECT_EQ((Share{99999, 100000}).Percent(), ">99.99 %");
  EXPECT_EQ((Share{8'999'999'999'999'999, 9'000'000'000'000'000}).Percent(), ">99.99 %");
}

TEST(Share, OfNothingIsNothing) {
  EXPECT_EQ((Share{0, 0}).Fraction(), 0);
  EXPECT_EQ((Share{1, 4}).Fraction(), 0.25);
}

TEST(Summary, GroupsErrorsBySideInTheOrderOfWhoCanMendThem) {
  const Summary summary = Summarise(BadHour(), SmallCatalogue);
  std::vector<FaultSide> sides;
  for (const ErrorGroup& group : summary.errors) sides.push_back(group.fault);
  EXPECT_THAT(sides, ElementsAre(FaultSide::kServer, FaultSide::kGateway, FaultSide::kClient,
                                 FaultSide::kSecurity, FaultSide::kUnknown));
  EXPECT_THAT(CodesOf(summary.errors[2]), ElementsAre(404, 499)) << "most frequent first";
  EXPECT_THAT(summary.by_side, ElementsAre(1436, 19, 164, 41, 1));
  EXPECT_EQ(summary.error_responses, 1661);
}

TEST(Summary, SidesWithoutErrorsAreLeftOut) {
  SummaryInput input;
  AddCode(input, 404, {1, 0}, 0, 0);
  const Summary summary = Summarise(input, SmallCatalogue);
  ASSERT_EQ(summary.errors.size(), 1u);
  EXPECT_EQ(summary.errors[0].fault, FaultSide::kClient);
}

TEST(Summary, TotalsHoldEveryCodeInOrderAndAddUp) {
  const Summary summary = Summarise(BadHour(), SmallCatalogue);
  std::vector<StatusCode> codes;
  Tally sum;
  for (const CodeTotal& total : summary.totals) {
    codes.push_back(total.code);
    sum += {total.responses, total.bytes};
    EXPECT_EQ(total.share, (Share{total.responses, 68401}));
  }
  EXPECT_THAT(codes, ElementsAre(200, 304, 403, 404, 499, 500, 502, 599));
  EXPECT_EQ(sum, summary.all);
}

TEST(Summary, ACodeWithoutARowIsUnknownAndNothingIsInvented) {
  SummaryInput input;
  for (const StatusCode code : {-1, 0, 9, 299, 599, 783}) AddCode(input, code, {1, 0}, 0, 0);
  const Summary summary = Summarise(input, SmallCatalogue);
  for (const CodeTotal& total : summary.totals) {
    EXPECT_EQ(total.name, "Unknown") << total.code;
    EXPECT_EQ(total.fault, FaultSide::kUnknown) << total.code;
    EXPECT_FALSE(total.documented) << total.code;
  }
  ASSERT_EQ(summary.errors.size(), 1u);
  EXPECT_THAT(CodesOf(summary.errors[0]), ElementsAre(-1, 0, 9, 599, 783)) << "299 is no error";
  EXPECT_EQ(ErrorNamed(summary, 599).meaning.text, "");
  EXPECT_FALSE(ErrorNamed(summary, 599).meaning.documented);
}

TEST(Summary, AnErrorWhoseRowNamesNoSideIsOnSideUnknown) {
  const StatusMeaning none{418, "Teapot", "none", false, "Short and stout.", "RFC 2324"};
  const StatusMeaning odd{419, "Odd", "moon phase", false, "Odd.", "nowhere"};
  SummaryInput input;
  AddCode(input, 418, {1, 0}, 0, 0);
  AddCode(input, 419, {1, 0}, 0, 0);
  const Summary summary =
      Summarise(input, [&](StatusCode code) { return code == 418 ? &none : &odd; });
  ASSERT_EQ(summary.errors.size(), 1u);
  EXPECT_EQ(summary.errors[0].fault, FaultSide::kUnknown);
  EXPECT_EQ(ErrorNamed(summary, 418).total.name, "Teapot");
}

TEST(Summary, EveryErrorSaysWhatItMeansWhenAndWhere) {
  const Summary summary = Summarise(BadHour(), SmallCatalogue);
  const ErrorCode& error = ErrorNamed(summary, 500);
  EXPECT_TRUE(error.meaning.documented);
  EXPECT_EQ(error.meaning.source, "documented table; RFC 9110 §15.6.1");
  EXPECT_EQ(error.first_seen_unix, Minute(9));
  EXPECT_EQ(error.last_seen_unix, Minute(59));
  EXPECT_THAT(error.top_paths,
              ElementsAre(ValueCount{"/checkout", 1398, 0}, ValueCount{"/cart/42", 38, 0}));
  ASSERT_TRUE(error.clients.has_value());
  EXPECT_FALSE(error.clients->exact);
  EXPECT_NEAR(static_cast<double>(error.clients->number), 70, 5);
  EXPECT_EQ(error.top_clients.size(), kTopValues);
  EXPECT_THAT(error.top_referrers, ElementsAre(ValueCount{"https://shop.example/basket", 18, 0}));
  EXPECT_EQ(error.samples.size(), 2u);
  EXPECT_TRUE(ErrorNamed(summary, 403).clients->exact);
  EXPECT_FALSE(ErrorNamed(summary, 502).clients.has_value()) << "the log names none";
}

TEST(Summary, KeepsOnlyTheMostFrequentPaths) {
  SummaryInput input;
  AddCode(input, 404, {45, 0}, 0, 0);
  for (int i = 1; i <= 9; ++i) {
    input.codes[404].details.list(ErrorList::kPaths).Add("/" + std::to_string(i), i);
  }
  const Summary summary = Summarise(input, SmallCatalogue);
  const std::vector<ValueCount>& paths = summary.errors[0].codes[0].top_paths;
  ASSERT_EQ(paths.size(), kTopValues);
  EXPECT_EQ(paths.front(), (ValueCount{"/9", 9, 0}));
}

TEST(Summary, APathIsCertainWhenMostOfItsCountIsItsOwn) {
  EXPECT_TRUE((ValueCount{"/", 1, 0}).certain());
  EXPECT_TRUE((ValueCount{"/", 10, 5}).certain());
  EXPECT_FALSE((ValueCount{"/", 10, 6}).certain());
  EXPECT_FALSE((ValueCount{"/", 1, 1}).certain());
}

TEST(Summary, OneCodeAskedForIsShownAloneWithItsShareOfAll) {
  SummaryInput input = BadHour();
  input.only_code = 502;
  const Summary summary = Summarise(input, SmallCatalogue);
  ASSERT_EQ(summary.totals.size(), 1u);
  EXPECT_EQ(summary.totals[0].share, (Share{19, 68401}));
  ASSERT_EQ(summary.errors.size(), 1u);
  EXPECT_THAT(CodesOf(summary.errors[0]), ElementsAre(502));
  EXPECT_EQ(summary.all.responses, 68401);
  EXPECT_EQ(summary.error_responses, 1661);
}

TEST(Summary, SaysHowMuchOfTheInputItHolds) {
  const Summary summary = Summarise(BadHour(), SmallCatalogue);
  EXPECT_EQ(summary.input.counted, 68401);
  EXPECT_EQ(summary.input.rejected, 12);
  EXPECT_EQ(summary.input.lines, 68413);
  EXPECT_EQ(summary.input.rejected_share, (Share{12, 68413}));
  ASSERT_EQ(summary.input.rejects.size(), 2u);
  EXPECT_EQ(summary.input.rejects[0].reason, "no_match") << "most frequent first";
  EXPECT_EQ(summary.input.untimed, 4);
}

TEST(Summary, TellsTheHoursOfThePathsWhereTheyAreMoreThanTheWindow) {
  SummaryInput input = BadHour();
  EXPECT_EQ(Summarise(input, SmallCatalogue).paths_window, std::nullopt) << "a whole hour";
  input.window.from_unix = Minute(10);
  input.window.to_unix = Minute(61);
  const auto hours = Summarise(input, SmallCatalogue).paths_window;
  ASSERT_TRUE(hours.has_value());
  EXPECT_EQ(hours->from_unix, kNoon);
  EXPECT_EQ(hours->to_unix, kNoon + 7200);
}

TEST(Summary, OfNothingIsEmpty) {
  const Summary summary = Summarise(SummaryInput(), SmallCatalogue);
  EXPECT_THAT(summary.totals, IsEmpty());
  EXPECT_THAT(summary.errors, IsEmpty());
  EXPECT_EQ(summary.input.lines, 0);
  EXPECT_EQ(summary.input.rejected_share.Percent(), "0 %");
}

}  // namespace
}  // namespace logtally
