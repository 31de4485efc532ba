#include "store/text_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/count_store.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::HasSubstr;

TEST(TextReader, ReadsEachTextWithWhatItGave) {
  testing::TempDir dir;
  auto store = CountStore::Open(dir.path());
  ASSERT_OK(store);
  CountBatch batch;
  batch.sites = {"shop"};
  batch.intake[0] = {};
  const FileKey file = {"shop", ~uint64_t{0}, 7};
  batch.texts = {{file, 0}, {file, 1}};
  batch.text_codes = {{{0, 200}, 5}, {{0, -1}, 2}, {{1, 404}, 1}};
  batch.text_rejects = {{1, 3}};
  std::vector<PositionUpdate> positions(2);
  for (int generation : {0, 1}) {
    positions[generation].position.key = file;
    positions[generation].position.generation = generation;
    positions[generation].position.offset = 100 + generation;
  }
  ASSERT_OK((*store)->Commit(batch, positions));

  const auto stored = ReadTexts(dir / "logtally.db");
  ASSERT_OK(stored);
  EXPECT_EQ(stored->commit_seq, 1);
  EXPECT_GT(stored->created_unix, 0);
  ASSERT_EQ(stored->texts.size(), 2u);
  EXPECT_EQ(stored->texts[0].position.offset, 100);
  EXPECT_EQ(stored->texts[0].tally, (TextTally{{{-1, 2}, {200, 5}}, 0}));
  EXPECT_EQ(stored->texts[0].commit_seq, 1);
  EXPECT_EQ(stored->texts[1].tally, (TextTally{{{404, 1}}, 3}));
  EXPECT_EQ(stored->texts[1].tally.lines(), 4);
}

TEST(TextReader, SaysWhatItLookedFor) {
  testing::TempDir dir;
  const auto stored = ReadTexts(dir / "logtally.db");
  EXPECT_TRUE(absl::IsNotFound(stored.status()));
  EXPECT_THAT(std::string(stored.status().message()), HasSubstr(dir / "logtally.db"));
}

}  // namespace
}  // namespace logtally
