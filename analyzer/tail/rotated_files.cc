#include "tail/rotated_files.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "tail/file_set.h"

namespace logtally {
namespace {

constexpr size_t kMaxSubdirectories = 64;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "1", "20240610", "2024-06-10_12:00".
bool IsNumberOrDate(std::string_view text) {
  return !text.empty() && IsDigit(text.front()) && IsDigit(text.back()) &&
         text.find_first_not_of("0123456789-_.:T") == text.npos;
}

// The ending of a compression without its '.', or "".
std::string_view CompressionOf(std::string_view name) {
  for (const std::string_view ending : {"gz", "zst", "zstd", "Z", "xz", "bz2", "lz4"}) {
    if (name.size() > ending.size() && name.ends_with(ending) &&
        name[name.size() - ending.size() - 1] == '.') {
      return ending;
    }
  }
  return "";
}

// What stands between `before` and `after` in `name`, if it has both and they do not overlap.
std::optional<std::string_view> Between(std::string_view before, std::string_view name,
                                        std::string_view after) {
  if (name.size() < before.size() + after.size() || !name.starts_with(before) ||
      !name.ends_with(after)) {
    return std::nullopt;
  }
  return name.substr(before.size(), name.size() - before.size() - after.size());
}

// `mark` is what a rotation adds to a name: ".1", "-20240610", ".old".
bool ReadMark(std::string_view mark, RotatedName& into) {
  constexpr size_t kMaxNumberDigits = 5;
  if (mark == ".old") return true;
  if (mark.size() < 2 || (mark[0] != '.' && mark[0] != '-')) return false;
  const std::string_view stamp = mark.substr(1);
  if (!IsNumberOrDate(stamp)) return false;
  if (stamp.size() > kMaxNumberDigits) return true;  // a date
  if (mark[0] == '-') return false;                  // "access-8080.log" is the log of a port
  into.number = ParseInt64(stamp);
  return true;
}

// One directory: the names in it that are of interest. The directories in it are not asked for
// more than their type.
struct Names {
  std::vector<std::pair<std::string, RotatedName>> rotated;
  std::vector<std::string> directories;  // paths; no symbolic links
  bool has_base = false;
};

bool IsDirectory(const std::string& path, unsigned char type) {
  if (type != DT_UNKNOWN) return type == DT_DIR;
  struct stat found;  // file systems that do not say
  return lstat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

// 0, or the errno of what failed.
int List(const std::string& directory, std::string_view base, bool want_directories, Names& into) {
  const auto close = [](DIR* dir) { closedir(dir); };
  const std::unique_ptr<DIR, decltype(close)> dir(opendir(directory.c_str()), close);
  if (dir == nullptr) return errno;
  while (true) {
    errno = 0;
    const dirent* const entry = readdir(dir.get());
    if (entry == nullptr) return errno;
    const std::string_view name = entry->d_name;
    if (name == base) {
      into.has_base = true;
    } else if (auto rotated = ParseRotatedName(base, name)) {
      into.rotated.emplace_back(name, *std::move(rotated));
    } else if (want_directories && name != "." && name != "..") {
      std::string path = absl::StrCat(directory, "/", entry->d_name);
      if (IsDirectory(path, entry->d_type)) into.directories.push_back(std::move(path));
    }
  }
}

class Search {
 public:
  explicit Search(std::string base) : base_(std::move(base)) {}

  void LookInDirectoryOfLog(const std::string& directory) {
    Names names;
    NoteFailure(List(directory, base_, /*want_directories=*/true, names));
    Take(directory, names);
    std::sort(names.directories.begin(), names.directories.end());
    if (names.directories.size() > kMaxSubdirectories) {
      names.directories.resize(kMaxSubdirectories);
      found_.complete = false;
    }
    for (const std::string& below : names.directories) {
      Names names_below;
      const int failed = List(below, base_, /*want_directories=*/false, names_below);
      // Nobody rotates a log to where its reader may not look: /var/log/private and the like.
      if (failed != EACCES && failed != EPERM) NoteFailure(failed);
      if (!names_below.has_base) Take(below, names_below);
    }
  }

  void LookIn(const std::string& directory) {
    Names names;
    NoteFailure(List(directory, base_, /*want_directories=*/false, names));
    Take(directory, names);
  }

  RotatedListing Result() && {
    const auto order = [](const RotatedFile& file) {
      // Date names, which have no number, sort by their dates.
      return std::make_tuple(file.stat.mtime_ns, -file.name.number.value_or(0),
                             std::string_view(file.path));
    };
    std::sort(found_.files.begin(), found_.files.end(),
              [&](const RotatedFile& a, const RotatedFile& b) { return order(a) < order(b); });
    return std::move(found_);
  }

 private:
  // What is gone by now, or never was, is nothing that could not be looked at.
  void NoteFailure(int error_number) {
    if (error_number != 0 && error_number != ENOENT) found_.complete = false;
  }

  void Take(const std::string& directory, const Names& names) {
    for (const auto& [name, rotated] : names.rotated) {
      std::string path = absl::StrCat(directory == "/" ? "" : directory, "/", name);
      const absl::StatusOr<FileStat> stat = StatPath(path);
      if (!stat.ok()) {
        if (!absl::IsNotFound(stat.status())) found_.complete = false;
        continue;
      }
      if (stat->type != S_IFREG) continue;
      if (!seen_.emplace(stat->device, stat->inode).second) continue;
      found_.files.push_back({std::move(path), *stat, rotated});
    }
  }

  const std::string base_;
  RotatedListing found_;
  std::set<std::pair<uint64_t, uint64_t>> seen_;  // device, inode
};

}  // namespace

std::optional<RotatedName> ParseRotatedName(std::string_view base, std::string_view name) {
  RotatedName rotated;
  const std::string_view compression = CompressionOf(name);
  if (!compression.empty()) {
    rotated.compression = compression;
    name.remove_suffix(compression.size() + 1);
  }
  if (base.empty()) return std::nullopt;
  const auto mark = Between(base, name, "");
  if (mark && ReadMark(*mark, rotated)) return rotated;
  // The mark before the extension.
  const size_t dot = base.rfind('.');
  if (dot == base.npos || dot == 0) return std::nullopt;
  const auto inner = Between(base.substr(0, dot), name, base.substr(dot));
  // Within the name a number is short: "access.8080.log" is the log of a port.
  constexpr int64_t kMaxInnerNumber = 999;
  if (inner && *inner != ".old" && ReadMark(*inner, rotated) &&
      rotated.number.value_or(0) <= kMaxInnerNumber) {
    return rotated;
  }
  return std::nullopt;
}

RotatedListing FindRotatedFiles(const std::string& path,
                                const std::vector<std::string>& more_dirs) {
  Search search(path.substr(path.rfind('/') + 1));
  search.LookInDirectoryOfLog(DirectoryOf(path));
  for (const std::string& directory : more_dirs) search.LookIn(directory);
  return std::move(search).Result();
}

}  // namespace logtally
