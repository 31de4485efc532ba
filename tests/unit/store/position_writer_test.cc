// Positions move by compare and swap; CountStore's tests tell what becomes of the transaction.
#include "store/position_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/migrations.h"
#include "store/text_reader.h"
#include "store_kit.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::HasSubstr;

class PositionWriterTest : public ::testing::Test {
 protected:
  PositionWriterTest() {
    EXPECT_OK(Migrate(db_));
    sites_ = *NameTable::Open(db_, "site");
    writer_ = *PositionWriter::Open(db_, *sites_);
  }

  testing::TempDir dir_;
  Database db_ = *Database::Open(dir_ / "logtally.db", Database::Mode::kWriter);
  std::optional<NameTable> sites_;
  std::optional<PositionWriter> writer_;
};

TEST_F(PositionWriterTest, APositionMovesOnlyFromWhereItWas) {
  ASSERT_OK(writer_->Write(MovedTo(0, 100), 1));
  ASSERT_OK(writer_->Write(MovedTo(100, 300), 2));
  EXPECT_TRUE(absl::IsAborted(writer_->Write(MovedTo(100, 300), 3))) << "it is at 300";
  EXPECT_TRUE(absl::IsAborted(writer_->Write(MovedTo(0, 100), 3))) << "it is not new";
  ASSERT_OK_AND_ASSIGN(const int64_t offset, db_.QueryInt("SELECT offset FROM file_text"));
  EXPECT_EQ(offset, 300);
}

TEST_F(PositionWriterTest, WhatATextGaveNeedsThePositionOfTheText) {
  CountBatch batch;
  batch.texts = {MovedTo(0, 100).position.text()};
  batch.text_codes[{0, 404}] = 2;
  batch.text_rejects[0] = 3;
  EXPECT_THAT(std::string(writer_->WriteTexts(batch).message()), HasSubstr("no position came"));
  ASSERT_OK(writer_->Write(MovedTo(0, 100), 1));
  ASSERT_OK(writer_->WriteTexts(batch));
  ASSERT_OK(writer_->WriteTexts(batch));
  ASSERT_OK_AND_ASSIGN(const int64_t codes, db_.QueryInt("SELECT responses FROM file_text_code"));
  ASSERT_OK_AND_ASSIGN(const int64_t rejects, db_.QueryInt("SELECT rejected_lines FROM file_text"));
  EXPECT_EQ(codes, 4);
  EXPECT_EQ(rejects, 6);
}

}  // namespace
}  // namespace logtally
