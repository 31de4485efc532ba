#include "pipeline/counting_crew.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "pipeline_fixture.h"

namespace logtally {
namespace {

// All that a batch says, in an order of its own.
std::map<std::string, std::string> Dump(const CountBatch& batch) {
  std::map<std::string, std::string> rows;
  const auto site = [&](SiteIndex index) { return batch.sites[index]; };
  for (const auto& [key, tally] : batch.counts) {
    rows[absl::StrFormat("%d %s %d %d", key.minute_unix, site(key.site), key.code, key.method)] =
        absl::StrFormat("%d %d", tally.responses, tally.bytes);
  }
  for (const auto& [key, lines] : batch.rejects) {
    rows[absl::StrFormat("reject %d %s %s", key.minute_unix, site(key.site),
                         std::string(RejectReasonName(key.reason)))] = std::to_string(lines);
  }
  for (const auto& [key, intake] : batch.intake) {
    rows["intake " + site(key)] =
        absl::StrFormat("%d %d", intake.read_bytes, intake.last_line_unix);
  }
  for (const auto& [key, count] : batch.text_codes) {
    rows[absl::StrFormat("text %d %d", batch.texts[key.text].file.inode, key.code)] =
        std::to_string(count);
  }
  for (const auto& [key, lines] : batch.untimed)
    rows["untimed " + site(key)] = std::to_string(lines);
  return rows;
}

class CountingCrewTest : public ::testing::Test {
 protected:
  // Lines of some files in turns: with and without a time, and such that are none.
  std::vector<std::string> Chunks(int count) {
    std::mt19937 random(11);
    std::vector<std::string> chunks;
    for (int i = 0; i < count; ++i) {
      std::string text;
      const int lines = static_cast<int>(random() % 60);
      for (int n = 0; n < lines; ++n) {
        const absl::Time time = clock_.Now() - absl::Seconds(random() % 100'000);
        const int code = random() % 3 == 0 ? 404 : 200;
        switch (random() % 10) {
          case 0:
            text += "no line at all\n";
            break;
          case 1:
            text +=
                absl::StrFormat("192.0.2.7 - - [-] \"GET / HTTP/1.1\" %d 17 \"-\" \"-\"\n", code);
            break;
          default:
            text += Lines(code, 1, time);
        }
      }
      chunks.push_back(std::move(text));
    }
    return chunks;
  }
  void Fill(LineBatch& batch, const std::string& text, int file) {
    batch.Clear();
    batch.file = static_cast<FileIndex>(file);
    batch.site = file == 0 ? "shop" : "blog";
    batch.path = "/var/log/access.log";
    batch.text = TextKey{{batch.site, static_cast<uint64_t>(file), 0}};
    batch.bytes = static_cast<int64_t>(text.size());
    if (text.size() % 2 == 0) {
      batch.chunk.assign(text.begin(), text.end());
    } else {
      elsewhere_ = text;  // as of a stream: Own() has to copy it
    }
    std::string_view rest = text.size() % 2 == 0
                                ? std::string_view(batch.chunk.data(), batch.chunk.size())
                                : elsewhere_;
    for (size_t end; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1)) {
      batch.lines.push_back({rest.substr(0, end), 0});
    }
  }
  std::map<std::string, std::string> Count(const std::vector<std::string>& chunks, int threads,
                                           int settle_every) {
    SiteSetup shop, blog;
    shop.site = "shop";
    blog.site = "blog";
    LineCounter counter({shop, blog}, {.max_batch_keys = 1 << 20}, clock_);
    CountingCrew crew(counter, threads);
    for (size_t i = 0; i < chunks.size(); ++i) {
      Fill(crew.NextBatch(), chunks[i], static_cast<int>(i % 3));
      crew.Count();
      std::fill(elsewhere_.begin(), elsewhere_.end(), '#');
      if (i % settle_every == 0) crew.Settle();
    }
    crew.Settle();
    lines_ = {counter.lines_counted(), counter.lines_rejected()};
    return Dump(counter.aggregator().batch());
  }

  testing::FakeClock clock_;
  std::string elsewhere_;
  std::pair<int64_t, int64_t> lines_;
};

TEST_F(CountingCrewTest, CountsWhatOneThreadCounts) {
  const std::vector<std::string> chunks = Chunks(600);
  const auto truth = Count(chunks, 1, 1'000'000);
  const auto lines = lines_;
  ASSERT_GT(truth.size(), 1000u);
  EXPECT_GT(lines.first, 0);
  EXPECT_GT(lines.second, 0);
  for (const int threads : {2, 3, 8}) {
    for (const int settle_every : {1, 50, 1'000'000}) {
      EXPECT_EQ(Count(chunks, threads, settle_every), truth)
          << threads << " threads, settled every " << settle_every;
      EXPECT_EQ(lines_, lines);
    }
  }
}

TEST_F(CountingCrewTest, WithoutALineItIsNotBusy) {
  LineCounter counter({}, {}, clock_);
  CountingCrew crew(counter, 4);
  crew.NextBatch();
  crew.Count();
  crew.Settle();
  EXPECT_TRUE(counter.aggregator().empty());
  EXPECT_FALSE(crew.is_full());
}

TEST_F(CountingCrewTest, IsFullByWhatItsThreadsHold) {
  SiteSetup shop;
  shop.site = "shop";
  LineCounter counter({shop}, {.max_batch_keys = 100}, clock_);
  CountingCrew crew(counter, 3);
  int chunks = 0;
  for (; !crew.is_full() && chunks < 10'000; ++chunks) {
    std::string text;
    for (int i = 0; i < 3; ++i) {
      text += Lines(200, 1, clock_.Now() - absl::Minutes(3 * chunks + i));
    }
    Fill(crew.NextBatch(), text, 0);
    crew.Count();
  }
  EXPECT_LT(chunks, 100) << "a few on their way are not known of yet";
  crew.Settle();
  EXPECT_TRUE(crew.is_full());
  counter.aggregator().Clear();
  EXPECT_FALSE(crew.is_full());
}

TEST_F(CountingCrewTest, CanBeLeftWithWorkUndone) {
  SiteSetup shop;
  shop.site = "shop";
  LineCounter counter({shop}, {}, clock_);
  CountingCrew crew(counter, 4);
  for (int i = 0; i < 3; ++i) {
    Fill(crew.NextBatch(), Lines(200, 100, clock_.Now()), 0);
    crew.Count();
  }
}

}  // namespace
}  // namespace logtally
