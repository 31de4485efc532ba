#include "report/summary_words.h"

#include <gtest/gtest.h>

#include "unit/report/summary_kit.h"

namespace logtally {
namespace {

using testing::kNoon;
using testing::Minute;

constexpr int64_t kDay = 86400;

std::string Words(const SummaryWindow& window) {
  return WindowWords(window, SummarySource::kDatabase);
}

std::string Seen(const SummaryWindow& window, int64_t first, int64_t last) {
  Summary summary;
  summary.window = window;
  return SeenWords(summary, first, last);
}

TEST(SummaryWords, AWindowWithinADayNamesTheDayOnce) {
  EXPECT_EQ(Words({kNoon, Minute(61), {}, {}}), "2026-07-14 12:00–13:01 UTC");
  EXPECT_EQ(Words({kNoon, kNoon + kDay / 2, {}, {}}), "2026-07-14 12:00–24:00 UTC");
  EXPECT_EQ(Words({kNoon, kNoon + kDay, {}, {}}), "2026-07-14 12:00 – 2026-07-15 12:00 UTC");
}

TEST(SummaryWords, AnOpenWindowSaysWhichSideIsOpen) {
  EXPECT_EQ(Words({kNoon, {}, {}, {}}), "since 2026-07-14 12:00 UTC");
  EXPECT_EQ(Words({{}, kNoon, {}, {}}), "until 2026-07-14 12:00 UTC");
}

TEST(SummaryWords, WithoutAWindowTheTimesThatWereFoundAreNamed) {
  EXPECT_EQ(Words({}), "all that is stored");
  EXPECT_EQ(Words({{}, {}, Minute(1), Minute(1)}),
            "all that is stored, 2026-07-14 12:01–12:02 UTC");
  EXPECT_EQ(WindowWords({{}, {}, kNoon, kNoon + kDay}, SummarySource::kFiles),
            "all of the files given, 2026-07-14 12:00 – 2026-07-15 12:01 UTC");
}

TEST(SummaryWords, SeenHasDatesOnlyWhereTheyAreNeeded) {
  const SummaryWindow hour = {kNoon, Minute(60), Minute(0), Minute(59)};
  EXPECT_EQ(Seen(hour, Minute(9), Minute(59)), "12:09 to 12:59");
  EXPECT_EQ(Seen(hour, Minute(9), Minute(9)), "at 12:09");
  const SummaryWindow up_to_midnight = {kNoon, kNoon + kDay / 2, Minute(0), Minute(59)};
  EXPECT_EQ(Seen(up_to_midnight, Minute(9), Minute(9)), "at 12:09");
  const SummaryWindow two_days = {kNoon, kNoon + kDay, Minute(0), Minute(59)};
  EXPECT_EQ(Seen(two_days, Minute(9), Minute(59)), "2026-07-14 12:09 to 12:59");
  EXPECT_EQ(Seen(two_days, kNoon, kNoon + kDay - 60), "2026-07-14 12:00 to 2026-07-15 11:59");
  const SummaryWindow found_over_two_days = {{}, {}, kNoon, kNoon + kDay};
  EXPECT_EQ(Seen(found_over_two_days, kNoon, kNoon), "at 2026-07-14 12:00");
}

TEST(SummaryWords, ALossOfAnotherDayNamesItsDay) {
  Summary summary;
  summary.window = {kNoon, Minute(60), Minute(0), Minute(59)};
  EXPECT_EQ(LossTimeWords(summary, {1, 0, 0, Minute(1), Minute(2)}), "12:01 to 12:02");
  EXPECT_EQ(LossTimeWords(summary, {1, 0, 0, kNoon - kDay, Minute(2)}),
            "2026-07-13 12:00 to 2026-07-14 12:02");
  EXPECT_EQ(LossTimeWords(summary, {1, 0, 0, Minute(1), kNoon + kDay}),
            "12:01 to 2026-07-15 12:00");
  summary.window = {kNoon, Minute(60), std::nullopt, std::nullopt};
  EXPECT_EQ(LossTimeWords(summary, {1, 0, 0, Minute(1), Minute(1)}), "at 2026-07-14 12:01");
}

TEST(SummaryWords, OneIsNotMany) {
  EXPECT_EQ(CountWords(0, "line", "lines"), "0 lines");
  EXPECT_EQ(CountWords(1, "line", "lines"), "1 line");
  EXPECT_EQ(CountWords(2000, "line", "lines"), "2,000 lines");
}

TEST(SummaryWords, WhatIsNotDocumentedSaysSoAndNamesItsSource) {
  EXPECT_EQ(WordsOf({true, "It was not found.", "documented table"}).label,
            "Meaning (documented):");
  EXPECT_EQ(WordsOf({true, "It was not found.", "documented table"}).text, "It was not found.");
  EXPECT_EQ(WordsOf({false, "It gave up.", "nginx"}).label, "Meaning:");
  EXPECT_EQ(WordsOf({false, "It gave up.", "nginx"}).text,
            "not in the documented table; nginx: It gave up.");
  EXPECT_EQ(WordsOf({}).text, "not in the documented table; no other source known here has it.");
}

}  // namespace
}  // namespace logtally
