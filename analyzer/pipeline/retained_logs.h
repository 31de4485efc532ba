// The files that are left of a site's logs, and which stored text lies in which of them.
#ifndef LOGTALLY_PIPELINE_RETAINED_LOGS_H_
#define LOGTALLY_PIPELINE_RETAINED_LOGS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/unique_fd.h"
#include "model/file_position.h"
#include "tail/file_identity.h"
#include "tail/log_content.h"
#include "tail/rotated_files.h"

namespace logtally {

struct RetainedFile {
  std::string path;
  FileStat stat;
  std::string log_path;  // of the log whose text, or older text, it holds
  bool is_rotated = false;
  std::string head;         // the first kHeadBytes of its text
  absl::Status unreadable;  // why it cannot be read; then it has no head
};

// Files of one site. Looks at the file system once, when it is made.
// Memory: about 1 KiB a file. Thread: any, once it is made.
class RetainedLogs {
 public:
  // The logs at `log_paths` (those that exist), their rotated siblings, and the files that `known`
  // texts were last seen as, wherever in the same directory they are now. Each file once.
  // What is compressed in a way that cannot be read (xz, …) is left out.
  RetainedLogs(std::string site, const std::set<std::string>& log_paths,
               const std::vector<std::string>& rotated_dirs, std::span<const FilePosition> known);

  // By log; the texts of one log oldest first, the log itself last.
  const std::vector<RetainedFile>& files() const { return files_; }

  // The files (indexes of files()) that begin like the text and so may hold it: the file of its key
  // first. A text of which nothing was read lies in the file of its key.
  std::vector<size_t> Candidates(const FilePosition& text) const;

  // The file of that key.
  std::optional<size_t> FindByKey(const FileKey& key) const;

 private:
  // A directory, looked at once.
  struct Listing {
    std::vector<std::string> names;        // sorted
    std::vector<std::string> directories;  // paths, sorted
  };
  const Listing& ListingOf(const std::string& directory);
  std::vector<RotatedFile> RotatedOf(const std::string& path,
                                     const std::vector<std::string>& rotated_dirs);
  void AddRotatedIn(const std::string& directory, const std::string& base,
                    std::vector<RotatedFile>& files);
  void AddLog(const std::string& path, const std::vector<std::string>& rotated_dirs);
  void AddByKey(std::span<const FilePosition> known);
  void Add(RetainedFile file);
  void ReadHead(RetainedFile& file) const;
  void IndexHeads(std::span<const FilePosition> known);

  std::string site_;
  std::map<std::string, Listing> listings_;  // while it is made
  std::vector<RetainedFile> files_;
  absl::flat_hash_map<FileKey, size_t> by_key_;
  // By the length and the hash of the first bytes, for the lengths that the known texts have.
  absl::flat_hash_map<std::pair<int32_t, uint64_t>, std::vector<size_t>> by_head_;
};

// A retained file, opened.
struct OpenedText {
  UniqueFd fd;
  FileStat stat;
  LogContent content;
};
// Errors: kUnavailable if another file is at the path by now; else as OpenLog and LogContent::Open.
absl::StatusOr<OpenedText> OpenRetained(const RetainedFile& file);

// Whether the file has the text of one of these, or the beginning of it: a copy that was made
// before the last lines came. Yes, too, for one that cannot be judged at the moment: it is gone by
// now, or is an archive that is just being made.
bool HoldsTextOf(const RetainedFile& file, std::span<const FilePosition> texts);

// [offset, offset + size) of the text, or as much of it as there is. Errors: as LogContent::ReadAt.
absl::StatusOr<std::string> ReadText(LogContent& content, int64_t offset, int64_t size);

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_RETAINED_LOGS_H_
