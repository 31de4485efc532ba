// What a Tailer is made of. tailer.cc reads; tailer_reconcile.cc looks at paths and decides which
// files are followed; newcomers.cc decides whether a new file's text is known already.
#ifndef LOGTALLY_TAIL_TAILER_IMPL_H_
#define LOGTALLY_TAIL_TAILER_IMPL_H_

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "tail/directory_watch.h"
#include "tail/file_follower.h"
#include "tail/file_identity.h"
#include "tail/file_set.h"
#include "tail/path_troubles.h"
#include "tail/position_book.h"
#include "tail/tailer.h"

namespace logtally {

// "x.gz: is compressed (gzip); it is not followed".
std::string CompressedText(const std::string& path, std::string_view format);

struct Tailer::Impl {
  Impl(Options options_in, std::vector<FilePosition> known, const Clock& clock_in);

  // --- Reading (tailer.cc).
  const LineBatch& ReadBatch();
  void Wait(absl::Duration timeout, int wake_fd);
  // Takes what inotify says; does a reconcile pass if one is due or an event asks for it.
  void LookAround();
  FileFollower* NextReadable();
  bool AnythingReadable() const;
  void ReadFrom(FileFollower& file);
  void NoteTruncated(FilePosition before, const FilePosition& now);

  // --- Paths (tailer_reconcile.cc).
  // What the paths of one pass lead to.
  struct Seen {
    std::string site;
    std::string path;
    FileStat stat;
  };
  struct Look {
    std::vector<Seen> seen;
    absl::flat_hash_map<FileKey, std::vector<size_t>> by_key;  // indexes of `seen`
  };
  void UseOptions(const Options& changed);
  void UseSources(std::vector<LogSource> sources);
  void Reconcile();
  Look LookAtPaths();
  void NoteReplacedFiles(const Look& look);
  void UpdateFollowers(const Look& look);
  // Positions that nobody follows and whose file is at no path: rotated while we were away.
  // Hands back those whose file is in none of the places where it could be.
  std::vector<FileKey> FindOrphans(const Look& look);
  void OpenNewFiles(const Look& look);
  void GiveUp(const std::vector<FileKey>& missing);
  void Follow(const std::string& path, OpenedLog log, const FileKey& key);
  FilePosition Resume(const FilePosition& known, const OpenedLog& log);
  void MeetError(const std::string& site, const std::string& path, const absl::Status& status);
  void WatchDirectories();
  void IndexByPath();

  // --- New files (newcomers.cc).
  // Whether the file may be read: for one of which nothing was read yet, whether its text is known.
  bool Admit(FileFollower& file);
  bool HoldOrDropCopy(FileFollower& file, const FileStat& stat);
  void DropCopy(FileFollower& file, int64_t size, const std::string& original_path);
  std::optional<FilePosition> FindMovedText(const FileFollower& file, int64_t size) const;

  void Say(Severity severity, std::string text) { notices.push_back({severity, std::move(text)}); }
  void Store(const FileFollower& file) { book.Set(file.position()); }
  void Lose(const std::string& site, LossCause cause, const std::string& path, int64_t bytes,
            int64_t lines, absl::Time from);
  // Nobody for a file that was let go.
  FileFollower* FindFollower(const FileKey& key) const;

  Options options;
  const Clock& clock;
  FileSet sources{{}};
  std::vector<FileKey> orphans;  // positions that are not done, of files that nobody follows
  PositionBook book;
  std::vector<PositionUpdate> said;  // by the last positions()
  std::vector<TailNotice> notices;
  std::vector<Loss> losses;
  PathTroubles troubles{notices};
  std::map<std::string, FollowCounters> counters;

  std::vector<std::unique_ptr<FileFollower>> files;
  absl::flat_hash_map<FileKey, FileFollower*> by_key;
  absl::flat_hash_map<std::string, std::vector<FileFollower*>> by_path;  // for events
  std::map<FileIndex, std::string> real_paths;  // of files that a symbolic link leads to
  FileIndex next_index = 0;
  size_t next_turn = 0;                  // in `files`
  std::vector<FileFollower*> catch_up;   // rotated while we were away: read first, oldest first
  std::set<std::string> sites_from_end;  // whose files, in the next pass, are followed from the end

  std::deque<FilePosition> retired;  // of texts that were truncated; a copy of one may turn up
  struct Suspicion {
    FileKey original;
    int64_t generation;
    std::string path;
  };
  std::map<FileIndex, Suspicion> suspects;  // seem to be copies, while they may still grow
  absl::flat_hash_map<FileKey, std::string> compressed;  // not text; the value names the format

  std::optional<DirectoryWatch> watch;
  bool said_no_watch = false;
  absl::Duration next_reconcile = absl::InfiniteDuration();

  std::vector<char> buffer;
  LineBatch batch;
  TextKey batch_text;
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_TAILER_IMPL_H_
