// What a Tailer is made of. Each .cc is one concern:
//   tailer.cc            reading, in turns
//   tailer_reconcile.cc  looks at paths and decides which files are followed
//   open_files.cc        which of them are open
//   newcomers.cc         whether a new file's text is known already
//   unfinished.cc        finds texts again that nobody follows, though they were not read to the
//   end unseen.cc            finds texts that came and went between two looks bursts.cc whether
//   some of those were deleted before anybody looked
#ifndef LOGTALLY_TAIL_TAILER_IMPL_H_
#define LOGTALLY_TAIL_TAILER_IMPL_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "tail/directory_watch.h"
#include "tail/file_follower.h"
#include "tail/file_identity.h"
#include "tail/file_set.h"
#include "tail/path_troubles.h"
#include "tail/position_book.h"
#include "tail/rotated_files.h"
#include "tail/stream_set.h"
#include "tail/tailer.h"

namespace logtally {

// Whether a rotated file holds what is still in the log: the first half of a copytruncate.
bool IsCopyOfLog(LogContent& candidate, const std::string& log);

struct Tailer::Impl {
  Impl(Options options_in, std::vector<FilePosition> known, const Clock& clock_in);

  // --- Reading (tailer.cc).
  void ReadBatch(LineBatch& batch);
  void Wait(absl::Duration timeout, int wake_fd);
  // Takes what inotify says; does a reconcile pass if one is due or an event asks for it.
  void LookAround();
  // True if a name came or went that matters. Names that came are remembered for AdoptUnseen().
  bool TakeEvents();
  FileFollower* NextReadable();
  bool AnythingReadable() const;
  void ReadFrom(FileFollower& file, LineBatch& batch);
  void NoteSkipped(FileFollower& file);
  // `before` was the text until now; `intact_at`: when that was last known to be so.
  void NoteTruncated(FilePosition before, const std::string& path, absl::Time intact_at);

  // --- Paths (tailer_reconcile.cc).
  // What the paths of one pass lead to.
  struct Seen {
    std::string site;
    std::string path;
    FileStat stat;
  };
  struct DirectoryListing {
    struct File {
      std::string path;
      FileStat stat;
    };
    std::map<std::pair<uint64_t, int64_t>, File> files;  // by inode and birth time
    bool complete = false;
  };
  struct Look {
    absl::Time begin;  // of the machine, as the times of files are
    std::vector<Seen> seen;
    absl::flat_hash_map<FileKey, std::vector<size_t>> by_key;  // indexes of `seen`
    // Made when they are asked for.
    std::map<std::string, RotatedListing> rotated;     // by path; see Rotated()
    std::map<std::string, DirectoryListing> listings;  // by path; see ListingOf()
  };
  void UseOptions(const Options& changed);
  void UseSources(std::vector<LogSource> sources);
  void Reconcile();
  Look LookAtPaths();
  void NoteReplacedFiles(const Look& look);
  void UpdateFollowers(const Look& look);
  void OpenNewFiles(const Look& look);
  void NoteUnread(const Seen& seen);
  FileFollower& Follow(const std::string& path, OpenedLog log, FilePosition start);
  // The start of a file with that key: where it was read up to, or its beginning.
  absl::StatusOr<FilePosition> StartOf(const FileKey& key, const std::string& path,
                                       const OpenedLog& log);
  absl::StatusOr<FilePosition> Resume(const FilePosition& known, const OpenedLog& log);
  void MeetError(const std::string& site, const std::string& path, const absl::Status& status);
  void WatchDirectories();
  void IndexByPath();
  const RotatedListing& Rotated(Look& look, const std::string& path) const;

  // --- Descriptors (open_files.cc).
  // Opens a log if there is room for it, or room can be made.
  // Errors: as OpenLog; kResourceExhausted: no room at the moment.
  absl::StatusOr<OpenedLog> Open(const std::string& path);
  bool MakeRoom();
  // Opens the file again if it is parked. False if it cannot be read now, or is not at its path any
  // more: then it is looked for as an unfinished text.
  bool EnsureOpen(FileFollower& file);
  absl::Status SyncRead();
  void Abandon(FileFollower& file);
  void Release(FileFollower& file);

  // --- New files (newcomers.cc).
  // Whether the file may be read: for one of which nothing was read yet, whether its text is known.
  bool Admit(FileFollower& file);
  bool Judge(FileFollower& file);
  bool IsStillWritten(FileFollower& file);
  std::optional<FilePosition> FindLongerText(FileFollower& file);
  std::vector<FilePosition> TextsThatBegin(const FileFollower& file,
                                           std::string_view first_bytes) const;
  bool RefuseCompressed(FileFollower& file, const absl::Status& status);
  bool HoldOrDropCopy(FileFollower& file, const FileStat& stat);
  // The followed file that this one is a copy of, if any.
  FileFollower* FindOriginal(FileFollower& file, const FileStat& stat);
  void DropCopy(FileFollower& file, int64_t size, const TextKey& original,
                const std::string& original_path);
  std::optional<FilePosition> FindKnownText(FileFollower& file);

  // --- Texts to be found again (unfinished.cc).
  struct Unfinished {
    TextKey text;
    absl::Time intact_at;  // when it was last known to be all there
    absl::Duration missing_since = absl::InfiniteDuration();  // looked for everywhere, in vain
  };
  enum class Search { kFound, kNotNow, kNowhere };
  void Await(const TextKey& text, absl::Time intact_at);
  void LookForUnfinished(Look& look);
  void LookFor(const TextKey& text, Look& look);
  static const DirectoryListing& ListingOf(Look& look, const std::string& directory);
  Search FindAgain(const FilePosition& known, Look& look);
  Search FindByKey(const FilePosition& known, Look& look);
  Search FindByText(const FilePosition& known, Look& look);
  enum class Wanted { kWhole, kEarlierCopy };
  Search TryText(const FilePosition& known, const RotatedFile& candidate, Wanted wanted);
  // The reading of `known` goes on in a file of another key.
  void GoOnIn(const FilePosition& known, const std::string& path, OpenedLog log);
  // Nothing more is to be read of it; `unread_bytes` of what was seen are lost.
  void Settle(const TextKey& text, FileState state, int64_t unread_bytes);
  void SettleTruncated(const FilePosition& known, absl::Time intact_at, int64_t unread_bytes);
  // Of what was nowhere in an earlier pass already than the one that began then.
  void GiveUp(absl::Duration pass_begin);

  // --- Texts that nobody has seen (unseen.cc).
  struct AtPath {
    TextKey text;            // that was there at the last look
    absl::Time seen_at;      // … which began then
    bool truncated = false;  // since then, or it has to be looked at again
    bool unread = false;     // nothing of it was read: whether it is still the same nobody can tell
    bool missing = false;
    bool gap_said = false;  // that a number after it is missing
    uint64_t pass = 0;      // in which it was there
  };
  using SitePath = std::pair<std::string, std::string>;
  // What came to a path in quick succession: from the first change that a pass has seen until it is
  // quiet there (bursts.cc).
  struct Burst {
    AtPath before;                // the last that was there until then
    int64_t names = 0;            // that appeared at the path
    int64_t texts = 0;            // that were found at it, or beside it
    int64_t born = 0;             // files of the last look that are younger than `before`
    int64_t missing_number = 0;   // of the row of older logs, in the last look; 0: none
    std::optional<AtPath> again;  // the last look could not open all that came since this
    absl::flat_hash_set<FileKey>
        weighed;                // older logs that nobody knows and that are not to be read
    bool stirred = true;        // something changed since the look before the last one
    int quiet_looks = 0;        // in a row, all with the same finding
    absl::Duration stirred_at;  // last
  };
  // What a look finds at one path.
  struct PathLook {
    const FileKey* now;  // nullptr: no file
    AtPath last;         // what was there at the last look
    bool changed;        // … or may have
  };
  void AdoptUnseen(Look& look);
  // True if all that came there since the last look is known.
  bool AdoptUnseenAt(const SitePath& name, const PathLook& there, Look& look);
  // The texts that were last at the path, are nowhere, and of which nothing was read; oldest first.
  std::vector<FilePosition> UnreadTextsOf(const std::string& site, const std::string& path,
                                          const Look& look) const;
  // Follows the older logs of that path that nobody knows and that came since the last look, or
  // were missed by the looks of this burst, and notes in `burst` what it finds.
  void AdoptUnseenOf(const SitePath& name, const PathLook& there, Burst& burst, Look& look);
  // Whether an older log was written to, or came, since `before` was at its path.
  using CameSince = std::function<bool(const RotatedFile&)>;
  CameSince SinceWhen(const std::string& site, const AtPath& before,
                      const RotatedListing& rotated) const;
  void RememberPaths(const std::vector<FilePosition>& known);

  // --- Gaps (bursts.cc).
  // The older log that holds the text, if any.
  const RotatedFile* FindText(const std::string& site, const TextKey& text,
                              const RotatedListing& rotated) const;
  void NoteRow(const RotatedListing& rotated, const std::string& site, const FileKey* now,
               Burst& burst) const;
  // A name came or went: whatever has to do with it is not quiet.
  void Stir(const std::string& path);
  // Ends the bursts at paths where it is quiet.
  void JudgeBursts();
  // Ends all of them, as nobody will look again.
  void Conclude();
  void EndBurst(const SitePath& name, const Burst& burst);
  void IndexBursts();
  bool IsOlderNameOfAnother(const SitePath& name) const;
  bool watches() const { return watch.has_value() && !said_no_watch; }

  void Say(Severity severity, std::string text) { notices.push_back({severity, std::move(text)}); }
  void Store(const FileFollower& file) { book.Set(file.position()); }
  void Lose(const std::string& site, LossCause cause, const std::string& path, LossTally tally) {
    losses.push_back({site, cause, path, tally});
  }
  // A loss somewhere between then and now.
  LossTally LossSince(absl::Time from, int64_t bytes) const;
  absl::Time WallTime(absl::Duration elapsed) const;
  // Nobody for a file that was let go.
  FileFollower* FindFollower(const FileKey& key) const;

  Options options;
  const Clock& clock;
  FileSet sources{{}};
  std::vector<Unfinished> unfinished;
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
  size_t next_turn = 0;  // in `files`
  StreamSet streams{next_index, troubles, notices};
  bool stream_had_turn = false;
  std::vector<FileFollower*> catch_up;   // rotated while we were away: read first, oldest first
  std::set<std::string> sites_from_end;  // whose files, in the next pass, are followed from the end
  std::vector<FileFollower*> open_files;
  uint64_t use_tick = 0;
  const FileFollower* pinned = nullptr;  // not to be parked now
  bool waits_for_room = false;  // a file with unread bytes could not be opened in the last pass

  std::map<SitePath, AtPath> at_path;
  absl::flat_hash_map<std::string, int64_t> appeared;  // names, since the last pass began
  absl::flat_hash_map<SitePath, Burst> bursts;
  // By what all names of a log and of its older logs begin with (see Stir): whether any came or
  // went since the last pass ended.
  absl::flat_hash_map<std::string, bool> stirred_stems;
  std::set<FileIndex> said_holes;  // files of which a hole was told
  uint64_t pass = 0;               // number of this pass
  struct Suspicion {
    TextKey original;
    std::string path;
  };
  std::map<FileIndex, Suspicion> suspects;  // seem to be copies, while they may still grow
  absl::flat_hash_map<FileKey, std::string> unreadable;  // compressed in a way that nobody can read

  std::optional<DirectoryWatch> watch;
  bool said_no_watch = false;
  absl::Duration next_reconcile = absl::InfiniteDuration();
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_TAILER_IMPL_H_
