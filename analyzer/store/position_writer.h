// Read positions on their way into the tables, and what each text of a log gave.
#ifndef LOGTALLY_STORE_POSITION_WRITER_H_
#define LOGTALLY_STORE_POSITION_WRITER_H_

#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "model/counts.h"
#include "model/file_position.h"
#include "store/database.h"
#include "store/name_table.h"

namespace logtally {

// Everything happens inside the caller's transaction; after an error the caller rolls back.
//
// Thread: that of the database, which must outlive this, as must `sites`.
class PositionWriter {
 public:
  static absl::StatusOr<PositionWriter> Open(Database& db, NameTable& sites);

  // Compare and swap: moves a position from where this process left it.
  // Errors: kAborted if it is not there any more; else as Database.
  absl::Status Write(const PositionUpdate& update, int64_t commit_seq);

  // What the texts of a batch gave, after the positions of those texts.
  absl::Status WriteTexts(const CountBatch& batch);

 private:
  // Prepared once; each is used in every commit.
  struct Statements {
    Statement add_position, swap_position;
    Statement text_id, add_text_code, add_text_rejects;
  };
  PositionWriter(Database& db, NameTable& sites, Statements sql)
      : db_(&db), sites_(&sites), sql_(std::move(sql)) {}

  absl::StatusOr<int64_t> TextId(const TextKey& text);

  Database* db_;
  NameTable* sites_;
  Statements sql_;
};

}  // namespace logtally

#endif  // LOGTALLY_STORE_POSITION_WRITER_H_
