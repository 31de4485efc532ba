#include "store/error_store.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>

#include "store/migrations.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

constexpr int64_t kHour = 1700002800;  // a multiple of 3600
constexpr ErrorKey kKey = {kHour, 0, 404};

class ErrorStoreTest : public ::testing::Test {
 protected:
  ErrorStoreTest() {
    Open();
    EXPECT_OK(db_->Execute("INSERT INTO site VALUES (10, 'shop'), (11, 'blog')"));
  }

  void Open() {
    store_.reset();
    db_.reset();
    auto db = Database::Open(dir_ / "logtally.db", Database::Mode::kWriter);
    ASSERT_OK(db);
    db_.emplace(*std::move(db));
    ASSERT_OK(Migrate(*db_));
    auto store = ErrorStore::Open(*db_);
    ASSERT_OK(store);
    store_.emplace(*std::move(store));
  }
  void Write(const ErrorDetailsByKey& batch) {
    ASSERT_OK(store_->Write(
        batch, [](SiteIndex site) -> absl::StatusOr<int64_t> { return int64_t{site} + 10; }));
  }
  int64_t Int(const std::string& sql) {
    auto value = db_->QueryInt(sql);
    EXPECT_OK(value);
    return value.value_or(-1);
  }
  std::string Text(const std::string& sql) {
    auto statement = db_->Prepare(sql);
    EXPECT_OK(statement);
    auto row = statement->Step();
    EXPECT_OK(row);
    return std::string(statement->ColumnText(0));
  }
  testing::TempDir dir_;
  std::optional<Database> db_;
  std::optional<ErrorStore> store_;
};

TEST_F(ErrorStoreTest, StoresListsClientsAndSamplesWhereAnybodyCanReadThem) {
  ErrorDetailsByKey batch;
  batch.Add(kKey, {.path = "/a", .client = "::1", .referrer = "https://x/", .line = "one \x1b ?"});
  batch.Add(kKey, {.path = "/a", .client = "::2", .line = "/a?secret two"});
  Write(batch);
  EXPECT_EQ(Int("SELECT responses FROM error_paths WHERE site = 'shop' AND code = 404 AND "
                "path = '/a' AND time_unix = 1700002800"),
            2);
  EXPECT_EQ(Int("SELECT count(*) FROM error_clients"), 2);
  EXPECT_EQ(Text("SELECT referrer FROM error_referrers"), "https://x/");
  EXPECT_EQ(Int("SELECT distinct_clients FROM error_hours"), 2);
  EXPECT_EQ(Text("SELECT first_line FROM error_hours"), "one \\x1B ?");
  EXPECT_EQ(Text("SELECT last_line FROM error_hours"), "/a?... two");
}

TEST_F(ErrorStoreTest, AnHourGoesOnWhereItWasLeftWhetherItIsInMemoryOrNot) {
  for (const bool reopened : {false, true, true, false}) {
    if (reopened) Open();
    ErrorDetailsByKey batch;
    batch.Add(kKey, {.path = "/a", .client = "::1", .line = reopened ? "again" : "first or last"});
    batch.Add({kHour, 1, 404}, {.path = "/b"});
    Write(batch);
  }
  EXPECT_EQ(Int("SELECT responses FROM error_paths WHERE site = 'shop'"), 4);
  EXPECT_EQ(Int("SELECT responses FROM error_paths WHERE site = 'blog'"), 4);
  EXPECT_EQ(Int("SELECT distinct_clients FROM error_hours WHERE site = 'shop'"), 1);
  EXPECT_EQ(Text("SELECT first_line FROM error_hours WHERE site = 'shop'"), "first or last");
  EXPECT_EQ(Text("SELECT last_line FROM error_hours WHERE site = 'shop'"), "first or last");
}

// Many hours of a busy and hostile site, with restarts, rollbacks and too little memory; against
// exact counts.
TEST_F(ErrorStoreTest, KeepsTheBoundsOfItsListsWhateverHappens) {
  std::mt19937 random(3);
  std::geometric_distribution<int> path(0.02);
  std::map<std::string, int64_t> truth;
  store_->SetMaxBytes(60'000);
  for (int commit = 0; commit < 60; ++commit) {
    ErrorDetailsByKey batch;
    std::map<std::string, int64_t> counts;
    for (int i = 0; i < 200; ++i) {
      const std::string value =
          commit % 4 == 0 ? "/f" + std::to_string(random()) : "/p" + std::to_string(path(random));
      ++counts[value];
      batch.Add(kKey, {.path = value});
      batch.Add({kHour + 3600 * static_cast<int64_t>(random() % 9), 1, 500}, {.path = value});
    }
    const bool fails = commit % 7 == 3;
    ASSERT_OK(db_->Execute("BEGIN"));
    ASSERT_NO_FATAL_FAILURE(Write(batch));
    ASSERT_OK(db_->Execute(fails ? "ROLLBACK" : "COMMIT"));
    if (fails) {
      store_->Forget();
    } else {
      for (const auto& [value, count] : counts) truth[value] += count;
    }
    EXPECT_LT(store_->bytes(), 90'000);
    if (commit % 11 == 5) {
      ASSERT_NO_FATAL_FAILURE(Open());
      store_->SetMaxBytes(60'000);
    }
  }
  int64_t rows = 0;
  auto entries = db_->Prepare(
      "SELECT path, responses, overcount FROM error_paths WHERE site = 'shop' AND code = 404");
  ASSERT_OK(entries);
  std::map<std::string, int64_t> found;
  ASSERT_OK(entries->ForEachRow([&] {
    ++rows;
    const std::string value(entries->ColumnText(0));
    EXPECT_TRUE(found.emplace(value, entries->ColumnInt(1)).second) << value << " is there twice";
    EXPECT_GE(entries->ColumnInt(1), truth[value]) << value;
    EXPECT_LE(entries->ColumnInt(1) - entries->ColumnInt(2), truth[value]) << value;
  }));
  EXPECT_EQ(rows, 64);
  EXPECT_TRUE(found.contains("/p0"));
  EXPECT_EQ(Int("SELECT max(json_array_length(paths)) FROM error_hour"), 64);
}

TEST_F(ErrorStoreTest, WhatMakesNoSenseIsReplaced) {
  ErrorDetailsByKey batch;
  batch.Add(kKey, {.path = "/a", .client = "::1"});
  batch.Add(kKey, {.path = "/b", .client = "::2"});
  Write(batch);
  ASSERT_OK(db_->Execute("UPDATE error_hour SET paths = '{}', client_sketch = x'FFFF'"));
  Open();
  Write(batch);
  EXPECT_EQ(Text("SELECT paths FROM error_hour"), "[[\"/a\",1,0],[\"/b\",1,0]]");
  EXPECT_EQ(Text("SELECT clients FROM error_hour"), "[[\"::1\",2,0],[\"::2\",2,0]]");
  EXPECT_EQ(Int("SELECT distinct_clients FROM error_hours"), 2);
}

TEST_F(ErrorStoreTest, UnlistedErrorsAddUp) {
  ErrorDetailsByKey full(0);
  for (int i = 0; i < 5; ++i) full.Add(kKey, {.path = "/a"});
  Write(full);
  Write(full);
  EXPECT_EQ(Int("SELECT lines FROM unlisted_errors WHERE site_id = 10"), 10);
  EXPECT_EQ(Int("SELECT count(*) FROM error_value"), 0);
}

}  // namespace
}  // namespace logtally
