// Finds the paths that the patterns of all sites lead to.
#ifndef LOGTALLY_TAIL_FILE_SET_H_
#define LOGTALLY_TAIL_FILE_SET_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tail/tailer.h"

namespace logtally {

// A path that a site asks for: named in full, or found by a glob. It may not exist.
struct MatchedPath {
  std::string site;
  std::string path;
};

// A glob that matches nothing at the moment.
struct BarrenPattern {
  std::string site;
  std::string pattern;
  std::string why;          // for people
  bool is_trouble = false;  // a directory cannot be read; else there may just be no log yet
};

// Which paths the patterns of all sites lead to.
// Thread: one thread at a time.
class FileSet {
 public:
  // kInvalidArgument for a pattern that is empty, not absolute, names a directory ("…/") or has a
  // '[' without its ']'.
  static absl::Status Check(const std::vector<LogSource>& sources);

  explicit FileSet(std::vector<LogSource> sources) : sources_(std::move(sources)) {}

  // Looks at the file system. By site in the order given, then by path; each path once a site.
  struct Found {
    std::vector<MatchedPath> paths;
    std::vector<BarrenPattern> barren;
  };
  Found Expand() const;

  // Whether a pattern of the site names this path, existing or not.
  bool Names(const std::string& site, const std::string& path) const;

  // Whether a file or directory of this name may matter to what Expand() finds.
  bool Concerns(const std::string& path) const;

  // The directories in which files or directories may appear that the patterns lead to.
  std::set<std::string> Directories() const;

  const std::vector<LogSource>& sources() const { return sources_; }

 private:
  std::vector<LogSource> sources_;
};

// "/var/log/x" -> "/var/log".
std::string DirectoryOf(const std::string& path);

}  // namespace logtally

#endif  // LOGTALLY_TAIL_FILE_SET_H_
