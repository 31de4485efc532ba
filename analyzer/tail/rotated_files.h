// Which files are older texts of a log, told from their names alone.
//
// A name is a hint: "access-1.log" may as well be the log of another server. Whoever reads such a
// file leaves out those that are logs of their own, and holds its text against what is known.
#ifndef LOGTALLY_TAIL_ROTATED_FILES_H_
#define LOGTALLY_TAIL_ROTATED_FILES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tail/file_identity.h"

namespace logtally {

struct RotatedName {
  // N of "access.log.N" and "access.N.log", where the largest is the oldest; nothing for dates
  // (and for numbers above 99999, which are dates: 20240610, 1718000000).
  std::optional<int64_t> number;
  std::string compression;  // "gz", "zst", "zstd", "Z", "xz", "bz2", "lz4"; "" for none

  bool operator==(const RotatedName&) const = default;
};

// What a rotation calls an older text of the log `base`; nothing for any other name. Both are names
// without directory. Known are, each with or without the ending of a compression:
//   access.log.1  access.log.0  access.log.old        logrotate, newsyslog, savelog
//   access.log-20240610  access.log-20240610-1718000000  access.log.2024-06-10_12:00
//   access-20240610.log  access.1.log                 logrotate's `extension .log`
// That is, behind '.' or '-': digits, with any of "-_.:T" between them.
std::optional<RotatedName> ParseRotatedName(std::string_view base, std::string_view name);

struct RotatedFile {
  std::string path;
  FileStat stat;
  RotatedName name;
};

struct RotatedListing {
  // Oldest first: by mtime, then by number, then by name. Each file once, however many names it
  // has.
  std::vector<RotatedFile> files;
  // False if a directory or a file could not be looked at, or there are too many directories: there
  // may be more.
  bool complete = true;
};

// The regular files that are older texts of the log at `path` (existing or not), in
//  * its directory,
//  * the directories in that one (olddir), but for symbolic links and for those that hold a file
//    of the same name as the log: that is another log, with older texts of its own. The first 64
//    that there are;
//  * `more_dirs`, those that exist.
// Cost: one listing a directory; only files whose name fits are looked at.
RotatedListing FindRotatedFiles(const std::string& path, const std::vector<std::string>& more_dirs);

}  // namespace logtally

#endif  // LOGTALLY_TAIL_ROTATED_FILES_H_
