#include "export/code_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace logtally {
namespace {

using ::testing::EndsWith;

TEST(CodeWords, EveryFaultOfTheCatalogueHasWordsOfItsOwn) {
  std::set<std::string_view> faults;
  std::set<std::string_view> words;
  for (const StatusMeaning& row : StatusCatalogue::BuiltIn().All()) {
    faults.insert(row.fault);
    words.insert(FaultWords(row.fault));
    EXPECT_THAT(WhoMustAct(row.fault), EndsWith("."));
  }
  EXPECT_EQ(words.size(), faults.size());
  EXPECT_EQ(FaultWords("new"), FaultWords("unknown"));
}

TEST(CodeWords, EveryMeaningHasAFirstSentenceThatEndsAsOne) {
  for (const StatusMeaning& row : StatusCatalogue::BuiltIn().All()) {
    EXPECT_THAT(FirstSentence(row.meaning), EndsWith(".")) << row.code;
    EXPECT_LT(FirstSentence(row.meaning).size(), 180u) << row.code << ": too long for one line";
  }
  EXPECT_EQ(FirstSentence("One. Two."), "One.");
  EXPECT_EQ(FirstSentence("Version 1.1 has it"), "Version 1.1 has it");
}

TEST(CodeWords, SharesNeverCallSomeNoneOrAll) {
  EXPECT_EQ(ShareWords(0, 10), "0 %");
  EXPECT_EQ(ShareWords(10, 10), "100 %");
  EXPECT_EQ(ShareWords(1, 1'000'000), "<0.01 %");
  EXPECT_EQ(ShareWords(999'999, 1'000'000), ">99.99 %");
  EXPECT_EQ(ShareWords(1, 3), "33.33 %");
}

TEST(CodeWords, AChangeIsToldAgainstThePeriodBefore) {
  EXPECT_EQ(ChangeWords(0, 0, "hour"), "hour before: none");
  EXPECT_EQ(ChangeWords(5, 0, "hour"), "hour before: none");
  EXPECT_EQ(ChangeWords(5, 5, "hour"), "unchanged (hour before: 5)");
  EXPECT_EQ(ChangeWords(6, 4, "hour"), "+50 % (hour before: 4)");
  EXPECT_EQ(ChangeWords(0, 4, "7 days"), "−100 % (7 days before: 4)");
  EXPECT_EQ(ChangeWords(100'001, 100'000, "hour"), "+1 % (hour before: 100,000)");
  EXPECT_EQ(ChangeWords(1200, 100, "hour"), "12 times (hour before: 100)");
  EXPECT_EQ(TimesWords(1), "once");
  EXPECT_EQ(TimesWords(7000), "7,000 times");
}

TEST(CodeWords, AnAgeIsToldInItsLargestUnit) {
  EXPECT_EQ(AgoWords(absl::Seconds(-90)), "just now");
  EXPECT_EQ(AgoWords(absl::Seconds(59)), "just now");
  EXPECT_EQ(AgoWords(absl::Minutes(1)), "1 minute ago");
  EXPECT_EQ(AgoWords(absl::Hours(23)), "23 hours ago");
  EXPECT_EQ(AgoWords(absl::Hours(24 * 400)), "400 days ago");
}

TEST(CodeWords, ACountThatMayBeTooHighIsARange) {
  EXPECT_EQ(CountRangeWords({"/a", 1234, 0}), "1,234");
  EXPECT_EQ(CountRangeWords({"/a", 1234, 34}), "1,200–1,234");
}

TEST(CodeWords, ACodeWithoutMeaningIsCalledUnknown) {
  EXPECT_EQ(NameWords(nullptr), "Unknown code");
  EXPECT_EQ(NameWords(StatusCatalogue::BuiltIn().Find(404)), "Not Found");
}

}  // namespace
}  // namespace logtally
