#include "model/counts.h"

#include <gtest/gtest.h>

namespace logtally {
namespace {

constexpr Method kGet = 1;

TEST(CountBatch, MergeAddsEverything) {
  CountBatch a, b;
  for (CountBatch* batch : {&a, &b}) {
    batch->counts[{60, 0, 404, kGet}] = {2, 20};
    batch->rejects[{60, 0, RejectReason::kNoMatch}] = 3;
    batch->intake[0] = {100, batch == &a ? 70 : 65};
    batch->durations[{0, 4, DurationKind::kRequest}].Observe(0.3);
    batch->untimed[0] = 1;
    batch->overflowed[static_cast<int>(CappedLabel::kMethod)] = 5;
    batch->text_codes[{0, 404}] = 2;
    batch->text_rejects[0] = 3;
    batch->losses[{3600, 0, LossCause::kGone, "/x"}] = {.losses = 1, .bytes = 7, .to_unix = 1};
    batch->error_details.Add({3600, 0, 404}, {.path = "/x"});
  }
  b.counts[{120, 1, 200, kGet}] = {1, 1};
  a.Merge(b);
  EXPECT_EQ(a.counts.at({60, 0, 404, kGet}), (Tally{4, 40}));
  EXPECT_EQ(a.counts.at({120, 1, 200, kGet}), (Tally{1, 1}));
  EXPECT_EQ(a.rejects.at({60, 0, RejectReason::kNoMatch}), 6);
  EXPECT_EQ(a.intake.at(0).read_bytes, 200);
  EXPECT_EQ(a.intake.at(0).last_line_unix, 70);
  EXPECT_EQ(a.durations.at({0, 4, DurationKind::kRequest}).sum_seconds, 0.6);
  EXPECT_EQ(a.untimed.at(0), 2);
  EXPECT_EQ(a.overflowed[static_cast<int>(CappedLabel::kMethod)], 10);
  EXPECT_EQ(a.text_codes.at({0, 404}), 4);
  EXPECT_EQ(a.text_rejects.at(0), 6);
  EXPECT_EQ(a.losses.at({3600, 0, LossCause::kGone, "/x"}).bytes, 14);
  EXPECT_EQ(a.error_details.by_key().at({3600, 0, 404}).lines, 2);
}

TEST(CountBatch, FoldingKeepsSumsAndTheFirstAndLastMinute) {
  CountBatch batch;
  for (int64_t minute = 0; minute < 1000; ++minute) {
    batch.counts[{minute * 60, 0, 404, kGet}] = {1, 10};
    batch.rejects[{minute * 60, 0, RejectReason::kEmpty}] = 1;
  }
  batch.counts[{600, 0, 500, kGet}] = {5, 50};
  batch.counts[{kUntimed, 0, 404, kGet}] = {3, 30};
  batch.FoldMinutes();
  EXPECT_EQ(batch.counts.size(), 4u);
  EXPECT_EQ(batch.counts.at({0, 0, 404, kGet}), (Tally{999, 9990}));
  EXPECT_EQ(batch.counts.at({999 * 60, 0, 404, kGet}), (Tally{1, 10}));
  EXPECT_EQ(batch.counts.at({600, 0, 500, kGet}), (Tally{5, 50}));
  EXPECT_EQ(batch.counts.at({kUntimed, 0, 404, kGet}), (Tally{3, 30}));
  EXPECT_EQ(batch.rejects.size(), 2u);
}

}  // namespace
}  // namespace logtally
