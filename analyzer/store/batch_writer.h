// A batch on its way into the tables: totals, minutes, error paths, losses.
#ifndef LOGTALLY_STORE_BATCH_WRITER_H_
#define LOGTALLY_STORE_BATCH_WRITER_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "model/counts.h"
#include "store/database.h"
#include "store/grain.h"
#include "store/name_table.h"

namespace logtally {

// Thread: that of the database, which must outlive this, as must `sites`.
class BatchWriter {
 public:
  static absl::StatusOr<BatchWriter> Open(Database& database, NameTable& sites);
  BatchWriter(BatchWriter&&) noexcept;
  BatchWriter& operator=(BatchWriter&&) noexcept;
  ~BatchWriter();

  // Adds all that the batch has counted by site, inside the caller's transaction. What it has
  // counted by text is PositionWriter's. Each count goes to its minute, hour and day, those that
  // lie before their horizon left out.
  // Errors: as Database; then the caller rolls back.
  absl::Status Write(const CountBatch& batch, const Horizons& horizons);

  // Must be called after a ROLLBACK.
  void ForgetIds();

 private:
  struct Impl;
  explicit BatchWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace logtally

#endif  // LOGTALLY_STORE_BATCH_WRITER_H_
