// Follows all the logs of all sites and hands out their lines, each line once.
#ifndef LOGTALLY_TAIL_TAILER_H_
#define LOGTALLY_TAIL_TAILER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/log.h"
#include "model/access_record.h"
#include "model/file_position.h"
#include "model/snapshot.h"

namespace logtally {

// The logs of one site.
struct LogSource {
  std::string site;
  std::vector<std::string> patterns;  // paths or globs (glob(7)), absolute
};

// Something about a file that a person should hear of. Handed out once per change, not per look.
struct TailNotice {
  Severity severity;
  std::string text;
};

class Tailer {
 public:
  struct Options {
    int64_t max_line_bytes = 64 << 10;
    int64_t read_bytes = 256 << 10;                      // per read, and per batch
    absl::Duration reconcile_period = absl::Seconds(1);  // how often paths are looked at
    absl::Duration drain_quiet = absl::Seconds(60);      // before a replaced file is let go
    // Where reading starts in a file without a stored position.
    enum class Start { kBeginning, kEnd } start = Start::kBeginning;
  };

  // `known`: the positions that the store holds. `clock` must outlive this. A log that is missing
  // or cannot be read is a notice, not an error; it is tried again at each reconcile pass.
  // Errors: no inotify instance can be had is a notice too (then it polls); a malformed
  // pattern is kInvalidArgument.
  static absl::StatusOr<std::unique_ptr<Tailer>> Create(Options options,
                                                        std::vector<LogSource> sources,
                                                        std::vector<FilePosition> known,
                                                        const Clock& clock);
  ~Tailer();

  // Reads the next chunk of the next file that has unread bytes; files take turns. An empty
  // batch (no lines, no bytes) means that there is nothing to read at the moment.
  // Views: good until the next call of any non-const member.
  const LineBatch& ReadBatch();

  // Sleeps until a file may have new bytes, a reconcile pass is due, `timeout` is over, or
  // `wake_fd` is readable (it is not read). Returns at once if there is something to read.
  void Wait(absl::Duration timeout, int wake_fd);

  // Positions that changed since MarkCommitted, each the state after every line handed out.
  std::vector<PositionUpdate> positions() const;

  // The store holds what positions() said; later updates swap against it.
  void MarkCommitted();

  std::vector<TailNotice> TakeNotices();

  // For the snapshot: every file with its state, and the counters of every site.
  std::vector<FollowedFile> Files() const;
  std::map<std::string, FollowCounters> Counters() const;

 private:
  struct Impl;
  explicit Tailer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_TAILER_H_
