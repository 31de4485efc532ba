#include "store/list_text.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "store/database.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using Entry = TopValues::Entry;

TopValues ListOf(const std::vector<Entry>& entries) {
  TopValues list;
  for (const Entry& entry : entries) list.Restore(entry);
  return list;
}

const std::vector<Entry> kOdd = {{"/a", 12, 0},
                                 {"", 3, 1},
                                 {"\" \\ / ' é 商 \x7f", 2, 0},
                                 {std::string("\n\t\b\x01\x1f", 5), 1, 1}};

TEST(ListText, IsJsonOfValuesAndCounts) {
  EXPECT_EQ(ListText(TopValues()), "[]");
  EXPECT_EQ(ListText(ListOf({{"/a\"\n", 12, 0}, {"b", 3, 1}})),
            "[[\"/a\\\"\\u000a\",12,0],[\"b\",3,1]]");
}

TEST(ListText, ComesBackAsItWas) {
  for (const auto& entries : {std::vector<Entry>(), kOdd}) {
    const auto read = ParseListText(ListText(ListOf(entries)));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->entries(), entries);
  }
}

TEST(ListText, SqliteReadsItAndWritesWhatCanBeRead) {
  const testing::TempDir dir;
  ASSERT_OK_AND_ASSIGN(Database db, Database::Open(dir / "x.db", Database::Mode::kWriter));
  ASSERT_OK_AND_ASSIGN(Statement rows,
                       db.Prepare("SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),"
                                  " json_extract(value, '$[2]') FROM json_each(?1)"));
  rows.BindText(1, ListText(ListOf(kOdd)));
  std::vector<Entry> read;
  ASSERT_OK(rows.ForEachRow([&] {
    read.push_back({std::string(rows.ColumnText(0)), rows.ColumnInt(1), rows.ColumnInt(2)});
  }));
  EXPECT_EQ(read, kOdd);

  ASSERT_OK_AND_ASSIGN(Statement write,
                       db.Prepare("SELECT json_group_array(json_array(?1, 12, 3))"));
  for (const Entry& entry : kOdd) {
    ASSERT_OK(write.BindText(1, entry.value).Step().status());
    const auto list = ParseListText(write.ColumnText(0));
    ASSERT_TRUE(list.has_value()) << write.ColumnText(0);
    EXPECT_EQ(list->entries(), (std::vector<Entry>{{entry.value, 12, 3}}));
    write.Reset();
  }
}

TEST(ListText, AnyOtherTextIsNoList) {
  const std::string good = ListText(ListOf(kOdd));
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(ParseListText(good.substr(0, size)).has_value()) << size;
  }
  for (const char* text :
       {"", "null", "{}", "[[]]", "[[1,1,0]]", "[[\"a\",1]]", "[[\"a\",1,2]]", "[[\"a\",1,-1]]",
        "[[\"a\",1.5,0]]", "[[\"a\",99999999999999999999,0]]", "[[\"\\u00e9\",1,0]]",
        "[[\"\\x\",1,0]]", "[[\"a\",1,0],]", "[] ", "[[\"a\",1,0][\"b\",1,0]]"}) {
    EXPECT_FALSE(ParseListText(text).has_value()) << text;
  }
  std::string many = "[[\"a\",1,0]";
  for (int i = 0; i < 64; ++i) many += ",[\"" + std::to_string(i) + "\",1,0]";
  EXPECT_FALSE(ParseListText(many + "]").has_value()) << "more than a list holds";
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string text = good;
    for (int change = 0; change < 2; ++change) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    if (const auto list = ParseListText(text)) {
      EXPECT_LE(list->size(), TopValues::kDefaultCapacity);
    }
  }
}

}  // namespace
}  // namespace logtally
