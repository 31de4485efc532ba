#include "testing/counts_watch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/time/clock.h"

namespace logtally::testing {
namespace {

// A teapot: no story writes it for another reason.
constexpr int kSentinel = 418;
// Each is a commit later than the one before: the daemon has looked at every path in between.
constexpr int kSentinels = 3;

std::string Text(const Loss& loss) {
  return loss.cause + " " + loss.path + ": " + std::to_string(loss.losses) + " losses, " +
         std::to_string(loss.bytes) + " bytes, " + std::to_string(loss.lines) + " lines";
}

std::string Text(const std::vector<Loss>& losses) {
  std::string text;
  for (const Loss& loss : losses) text += "\n  " + Text(loss);
  return text.empty() ? " none" : text;
}

}  // namespace

CountsWatch::CountsWatch(Daemon& daemon, std::function<CodeCounts()> truth)
    : daemon_(daemon), database_(daemon.state_dir()), truth_(std::move(truth)) {}

void CountsWatch::Look() {
  std::optional<MetricsPage> page = daemon_.MetricsIfServed();
  if (!page) return;
  ++looks_;
  EXPECT_EQ(DurableCountersThatFell(last_, *page), std::vector<std::string>());
  const CodeCounts truth = AsLabels(truth_());
  EXPECT_TRUE(IsWithin(page->ResponsesByCode(), truth))
      << "counted too much: " << ::testing::PrintToString(page->ResponsesByCode()) << "\nof "
      << ::testing::PrintToString(truth);
  last_ = *std::move(page);
}

void CountsWatch::LookFor(absl::Duration span) {
  for (const absl::Time end = absl::Now() + span; absl::Now() < end;) {
    Look();
    absl::SleepFor(absl::Milliseconds(5));  // the pace of looking: the daemon is to work, too
  }
}

void CountsWatch::LookAtStore() {
  const CodeCounts stored = database_.TotalsByCode();
  EXPECT_TRUE(IsWithin(last_.ResponsesByCode(), AsLabels(stored)))
      << "what was shown was not durable";
  EXPECT_TRUE(IsWithin(stored, truth_())) << "stored too much: " << ::testing::PrintToString(stored)
                                          << "\nof " << ::testing::PrintToString(truth_());
}

int64_t CountsWatch::ExpectAllCounted(int64_t rejected, Ledger ledger) {
  const CodeCounts truth = truth_();
  daemon_.WaitForCodes(AsLabels(truth));
  if (rejected > 0) {
    EXPECT_TRUE(WaitUntil([&] {
      const std::optional<MetricsPage> page = daemon_.MetricsIfServed();
      return page && page->Sum("logtally_lines_total", {{"result", "rejected"}}) ==
                         static_cast<double>(rejected);
    })) << "not "
        << rejected << " rejected lines";
  }
  Look();
  const auto lines = [&](const char* result) {
    return static_cast<int64_t>(last_.Sum("logtally_lines_total", {{"result", result}}));
  };
  EXPECT_EQ(lines("counted"), Total(truth));
  EXPECT_EQ(lines("rejected"), rejected);
  daemon_.Stop();
  ExpectSound();
  const CodeCounts stored = database_.TotalsByCode();
  EXPECT_EQ(stored, truth);
  const std::vector<Loss> losses = database_.Losses();
  EXPECT_TRUE(ledger == Ledger::kAnything || losses.empty())
      << "nothing was lost, but the ledger says:" << Text(losses);
  return Missing(stored, truth) + Missing(truth, stored);
}

int64_t CountsWatch::ExpectMissingOnlyWithLosses(LogWriter& log) {
  for (int i = 0; i < kSentinels; ++i) {
    const int64_t before = log.truth().contains("418") ? log.truth().at("418") : 0;
    log.Append(kSentinel);
    EXPECT_TRUE(WaitUntil([&] {
      const std::optional<MetricsPage> page = daemon_.MetricsIfServed();
      return page && page->ResponsesByCode()["418"] == before + 1;
    })) << "the log is not followed any more; the daemon wrote:\n"
        << daemon_.err();
  }
  // A text that is nowhere is given up in a later pass than the one that missed it first.
  WaitUntil([&] {
    return Missing(database_.TotalsByCode(), truth_()) == 0 || !database_.Losses().empty();
  });
  Look();
  daemon_.Stop();
  ExpectSound();
  const CodeCounts stored = database_.TotalsByCode();
  EXPECT_TRUE(IsWithin(stored, truth_())) << "counted too much";
  const int64_t missing = Missing(stored, truth_());
  const std::vector<Loss> losses = database_.Losses();
  EXPECT_TRUE(missing == 0 || !losses.empty())
      << missing << " lines are missing, and the ledger does not know of it";
  if (missing > 0) {
    ::testing::Test::RecordProperty("losses", static_cast<int>(losses.size()));
  }
  return missing;
}

void CountsWatch::ExpectSound() const {
  EXPECT_EQ(database_.Value("PRAGMA integrity_check"), "ok");
}

int64_t Missing(const CodeCounts& part, const CodeCounts& whole) {
  int64_t missing = 0;
  for (const auto& [code, count] : whole) {
    const auto found = part.find(code);
    missing += std::max<int64_t>(0, count - (found == part.end() ? 0 : found->second));
  }
  return missing;
}

}  // namespace logtally::testing
