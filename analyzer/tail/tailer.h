// Follows all the logs of all sites and hands out their lines, each line once; those of streams,
// which have no positions, at most once (see stream_input.h).
#ifndef LOGTALLY_TAIL_TAILER_H_
#define LOGTALLY_TAIL_TAILER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/log.h"
#include "model/access_record.h"
#include "model/file_position.h"
#include "model/loss.h"
#include "model/snapshot.h"

namespace logtally {

// The logs of one site.
struct LogSource {
  std::string site;
  std::vector<std::string> patterns;  // paths or globs (glob(7)), absolute
  // Inputs without positions: "-" (standard input) or addresses of syslog_address.h. A FIFO is
  // among the patterns.
  std::vector<std::string> streams = {};
};

// Something about a file that a person should hear of. Handed out once per change, not per look.
struct TailNotice {
  Severity severity;
  std::string text;
};

// The beginning of a line that has no '\n' yet.
struct UnterminatedTail {
  std::string site;
  std::string path;
  int64_t bytes = 0;
};

// Shape:  ReadBatch() until the batch is empty, then Wait(); every second or so the counts of what
// was
//         read and positions() become durable together, then MarkCommitted().
// Thread: one thread at a time.
class Tailer {
 public:
  struct Options {
    int64_t max_line_bytes = 64 << 10;
    int64_t read_bytes = 256 << 10;                      // per read, and per batch
    absl::Duration reconcile_period = absl::Seconds(1);  // how often paths are looked at
    absl::Duration drain_quiet = absl::Seconds(60);      // before a replaced file is let go
    // Where reading starts in a file without a stored position.
    // kEnd is only for files that exist when their site is seen for the very first time.
    enum class Start { kBeginning, kEnd } start = Start::kBeginning;
    // kPoll: only the reconcile pass finds what is new. It finds everything; inotify is quicker.
    enum class Watch { kInotify, kPoll } watch = Watch::kInotify;
    // So many logs are open at a time; the others are opened when they have something to read.
    int64_t max_open_files = 1 << 20;
    // SyncRead() will be called: so a log is synced before it is closed, too.
    bool sync_before_close = false;
    // Where rotated logs are looked for, besides the folder of the log and those in it.
    std::vector<std::string> rotated_dirs = {};
    // When the positions were stored: what was rotated since then holds lines that nobody read.
    absl::Time known_since = absl::InfinitePast();
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

  // What Create would say of these sources: for SetSources, which takes no bad ones.
  static absl::Status CheckSources(const std::vector<LogSource>& sources);

  // Follows these instead, and so; but for `read_bytes` and `watch`, which stay. Files that are
  // still named keep their descriptors and positions; of one that is no longer named nothing more
  // is handed out (what was, stays in positions()).
  void SetSources(const Options& options, std::vector<LogSource> sources);

  // Reads the next chunk of the next file or stream that has unread bytes into `batch`; they take
  // turns. A batch may have bytes and no lines (a hole, or what a container wrote to standard
  // error). An empty batch means that there is nothing to read at the moment, or that much of a
  // line without an end was read: then Wait() returns at once, and AtEnd() is false. Views: good
  // until the next call of any non-const member, or see LineBatch::Own().
  void ReadBatch(LineBatch& batch);

  // The part of ReadBatch() that does not read: opens what is new, keeps what is rotated. For who
  // cannot take lines at the moment and must not lose the files that hold them.
  void LookAround();

  // To be called before the last TakeLosses(): nobody will look again, so what would be found out
  // by further looks is decided now.
  void Conclude();

  // Every file was read to its end, as of now: for files that do not grow any more.
  bool AtEnd() const;

  // Sleeps until a file may have new bytes, a reconcile pass is due, `timeout` is over, or
  // `wake_fd` is readable (it is not read). Returns at once if there is something to read.
  void Wait(absl::Duration timeout, int wake_fd);

  // Makes the bytes that were read since the last call durable where they lie, so that no power cut
  // can leave the store ahead of the logs. Errors: of the first file that could not be synced; all
  // were tried.
  absl::Status SyncRead();

  // The files whose last bytes are no complete line (yet): those bytes are not counted as read.
  std::vector<UnterminatedTail> UnterminatedTails() const;

  // Positions that changed since MarkCommitted, each the state after every line handed out.
  std::vector<PositionUpdate> positions() const;

  // The store holds what positions() last said; later updates swap against that.
  void MarkCommitted();

  std::vector<TailNotice> TakeNotices();

  // Losses found since the last call: to be stored in the transaction that stores positions().
  std::vector<Loss> TakeLosses();

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
