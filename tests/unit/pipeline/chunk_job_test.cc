#include "pipeline/chunk_job.h"

#include <gtest/gtest.h>

#include "pipeline_fixture.h"

namespace logtally {
namespace {

TEST(ChunkJob, SaysWhatCameOfEachLine) {
  testing::FakeClock clock;
  const std::string line = Lines(404, 1, clock.Now());
  const std::string late = Lines(500, 1, clock.Now() + absl::Hours(2));
  LineBatch batch;
  const auto add = [&](std::string_view text) {
    batch.lines.push_back({text.substr(0, text.find('\n')), 0});
  };
  add(line);
  add("nothing");
  add(late);
  batch.lines.push_back({{}, 0, RawLine::Kind::kTooLong});
  add(line);

  SiteTable sites(LabelPolicy({{"shop", SiteLabelRule()}}));
  CountBatch counts;
  CountShard shard({}, sites, counts);
  const int64_t now = absl::ToUnixSeconds(clock.Now());
  ChunkJob job;
  job.batch = &batch;
  job.origin = {.site = "shop", .site_index = sites.IndexOf("shop"), .newest_unix = now + 86400};
  job.window = {.from_unix = now, .to_unix = now + 3600};
  CountChunk(job, shard);
  EXPECT_EQ(job.outcome.counted, 2);
  EXPECT_EQ(job.outcome.rejected, 2);
  EXPECT_EQ(job.outcome.outside_window, 1);
  EXPECT_EQ(job.outcome.refusals.lines, 4) << "what was too long was not read";
  EXPECT_EQ(counts.counts.size(), 1u);
  EXPECT_EQ(counts.rejects.size(), 2u);
}

}  // namespace
}  // namespace logtally
