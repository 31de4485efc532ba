// Looks at a daemon from outside while faults happen to it, and knows what must hold:
//   at every instant   no code is counted more often than it was written, and no durable counter
//                      ever falls, restarts included;
//   after a death      what was shown is stored;
//   in the end         per code, stored == written, and the database is sound;
//   where loss cannot be helped   what is missing has a row in the ledger of losses.
// The truth comes from who wrote the lines, never from the logs that are rotated.
#ifndef LOGTALLY_TESTING_COUNTS_WATCH_H_
#define LOGTALLY_TESTING_COUNTS_WATCH_H_

#include <cstdint>
#include <functional>

#include "testing/code_counts.h"
#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/metrics_text.h"

namespace logtally::testing {

// Whether a story's lines can all be read, and what the ledger may say about it.
enum class Ledger { kEmpty, kAnything };

// Thread: one at a time, the daemon's.
class CountsWatch {
 public:
  // `truth` says what was written until now. `daemon` must outlive this.
  CountsWatch(Daemon& daemon, std::function<CodeCounts()> truth);

  // One look at /metrics, which may be absent: the daemon starts, or is dead.
  void Look();
  // Looks again and again for so long.
  void LookFor(absl::Duration span);
  // At the database, after a death or beside the running daemon.
  void LookAtStore();
  int looks() const { return looks_; }

  // Waits until everything written is counted, stops the daemon and looks at the database. Returns
  // the differences between the two, summed over the codes: 0 unless the test has failed.
  int64_t ExpectAllCounted(int64_t rejected = 0, Ledger ledger = Ledger::kEmpty);

  // The same where loss cannot be helped. Appends lines of status 418 to `log`, which is what
  // the daemon follows, and waits for them, so that it had its chance to look around. Returns
  // how many lines are missing; that there are some must stand in the ledger.
  int64_t ExpectMissingOnlyWithLosses(LogWriter& log);

 private:
  void ExpectSound() const;

  Daemon& daemon_;
  Database database_;
  std::function<CodeCounts()> truth_;
  MetricsPage last_;
  int looks_ = 0;
};

// What is in `whole` and not in `part`, summed over the codes.
int64_t Missing(const CodeCounts& part, const CodeCounts& whole);

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_COUNTS_WATCH_H_
