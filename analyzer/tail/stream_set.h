// The inputs without positions of all sites: opens them, reads them in turns, tells what is wrong.
#ifndef LOGTALLY_TAIL_STREAM_SET_H_
#define LOGTALLY_TAIL_STREAM_SET_H_

#include <poll.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "model/access_record.h"
#include "model/loss.h"
#include "model/snapshot.h"
#include "tail/file_identity.h"
#include "tail/path_troubles.h"
#include "tail/stream_input.h"
#include "tail/tailer.h"

namespace logtally {

// Shape:  Use() says what is wanted; each reconcile pass tells NoteFifo() of the FIFOs that paths
//         lead to, then calls Reconcile(), which opens what is new. What cannot be opened is a
//         trouble, and tried again at each pass. Standard input is opened once, and over when it
//         has ended.
// Thread: one at a time.
class StreamSet {
 public:
  // kInvalidArgument for a stream of a source that is neither "-" nor a syslog address.
  static absl::Status Check(const std::vector<LogSource>& sources);

  // `next_index` is counted up for each input opened. All three must outlive this.
  StreamSet(FileIndex& next_index, PathTroubles& troubles, std::vector<TailNotice>& notices)
      : next_index_(next_index), troubles_(troubles), notices_(notices) {}

  // Reads the streams of these sources from now on. Those that are still named stay as they are.
  void Use(const std::vector<LogSource>& sources, const StreamInput::Options& options);

  // In this pass a path of the site leads to a FIFO.
  void NoteFifo(const std::string& site, const std::string& path, const FileStat& stat);
  // The end of a pass. A FIFO that no path leads to any more is read until it is empty.
  void Reconcile();

  // Reads the next input that has something to read; inputs take turns. False: none has. The batch
  // may have no lines all the same, if they are not complete or not of interest.
  // Views: good until the next call of any non-const member.
  bool Read(LineBatch& batch);

  // None of them will ever hand out another line: the syslog sockets always may.
  bool AtEnd() const;

  // What ppoll(2) is to wait for.
  void AppendWakers(std::vector<pollfd>& wakers) const;
  // A row for each open input; what could not be opened stands in the troubles.
  void AppendRows(std::vector<FollowedFile>& rows) const;
  // Messages that the kernel has dropped, and lines that were too long, since the last call. Drops
  // are told as notices, too, at the next pass.
  std::vector<Loss> TakeLosses(absl::Time now);

 private:
  struct Stream {
    std::string site;
    std::string address;  // as in LogSource::streams, or the path of a FIFO
    FileStat fifo;        // all zeroes for others
    bool is_fifo = false;
    bool is_named = true;  // by the sources; a FIFO: by a path in this pass
    FileIndex index = 0;
    std::unique_ptr<StreamInput> input;  // null: not open (yet)
    int64_t untold_drops = 0;
    int64_t too_long_lines = 0;
  };
  Stream* Find(const std::string& site, const std::string& address);
  void Open(Stream& stream);
  void TellDrops(Stream& stream);
  bool ReadFrom(Stream& stream, LineBatch& batch);

  FileIndex& next_index_;
  PathTroubles& troubles_;
  std::vector<TailNotice>& notices_;
  StreamInput::Options options_;
  std::vector<Stream> streams_;
  size_t next_turn_ = 0;
  absl::Time losses_taken_ = absl::InfinitePast();
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_STREAM_SET_H_
