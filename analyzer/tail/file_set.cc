#include "tail/file_set.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>

#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace logtally {
namespace {

bool IsGlob(std::string_view pattern) { return pattern.find_first_of("*?[") != pattern.npos; }

// The longest part of the pattern that is a directory without glob characters.
std::string FixedDirectory(std::string_view pattern) {
  const size_t first_glob = pattern.find_first_of("*?[\\");
  const size_t slash = pattern.substr(0, first_glob).rfind('/');
  return std::string(slash == 0 ? "/" : pattern.substr(0, slash));
}

bool HasOpenBracket(std::string_view pattern) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '[') {
      // ']' as the first of the set is a member of it: "[]x]", "[!]x]".
      size_t from = i + 1;
      if (from < pattern.size() && (pattern[from] == '!' || pattern[from] == '^')) ++from;
      i = pattern.find(']', from + 1);
      if (i == pattern.npos) return true;
    }
  }
  return false;
}

// The paths that exist and match, sorted.
std::vector<std::string> Glob(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  // GLOB_NOMATCH and unreadable directories are no errors here: Barren() says why there is nothing.
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  return paths;
}

BarrenPattern Barren(const std::string& site, const std::string& pattern) {
  const std::string directory = FixedDirectory(pattern);
  // Opened rather than asked for with access(2), which answers for the real user.
  const UniqueFd listed(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const int why = errno;
  if (listed.valid()) {
    return {site, pattern, absl::StrCat(pattern, ": no file matches yet"), false};
  }
  const absl::Status status = ErrnoStatus("read directory", directory, why);
  std::string text = absl::StrCat(pattern, ": ", status.message());
  if (why == EACCES) {
    absl::StrAppend(&text, "; let the user of this program read it (on Debian: group adm)");
  }
  return {site, pattern, text, true};
}

bool Matches(const std::string& pattern, const std::string& path) {
  if (!IsGlob(pattern)) return pattern == path;
  return fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0;
}

}  // namespace

absl::Status FileSet::Check(const std::vector<LogSource>& sources) {
  const auto malformed = [](const std::string& pattern, std::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat("'", pattern, "': ", AbslView(why)));
  };
  for (const LogSource& source : sources) {
    for (const std::string& pattern : source.patterns) {
      if (pattern.empty() || pattern.front() != '/') {
        return malformed(pattern, "expected an absolute path or glob");
      }
      if (pattern.back() == '/') return malformed(pattern, "expected a file, got a directory");
      if (HasOpenBracket(pattern)) return malformed(pattern, "'[' without ']'");
    }
  }
  return absl::OkStatus();
}

FileSet::Found FileSet::Expand() const {
  Found found;
  for (const LogSource& source : sources_) {
    std::set<std::string> paths;
    for (const std::string& pattern : source.patterns) {
      if (!IsGlob(pattern)) {
        paths.insert(pattern);
        continue;
      }
      std::vector<std::string> matches = Glob(pattern);
      if (matches.empty()) found.barren.push_back(Barren(source.site, pattern));
      paths.insert(matches.begin(), matches.end());
    }
    for (const std::string& path : paths) found.paths.push_back({source.site, path});
  }
  return found;
}

bool FileSet::Names(const std::string& site, const std::string& path) const {
  for (const LogSource& source : sources_) {
    if (source.site != site) continue;
    for (const std::string& pattern : source.patterns) {
      if (Matches(pattern, path)) return true;
    }
  }
  return false;
}

bool FileSet::Concerns(const std::string& path) const {
  for (const LogSource& source : sources_) {
    for (const std::string& pattern : source.patterns) {
      if (Matches(pattern, path)) return true;
      // A directory on the way: "/srv/a" for "/srv/*/logs/*.log".
      for (size_t slash = pattern.rfind('/'); slash > 0; slash = pattern.rfind('/', slash - 1)) {
        if (Matches(pattern.substr(0, slash), path)) return true;
      }
    }
  }
  return false;
}

std::set<std::string> FileSet::Directories() const {
  std::set<std::string> directories;
  for (const LogSource& source : sources_) {
    for (const std::string& pattern : source.patterns) {
      directories.insert(FixedDirectory(pattern));
      if (!IsGlob(DirectoryOf(pattern))) continue;
      for (const std::string& directory : Glob(DirectoryOf(pattern))) directories.insert(directory);
    }
  }
  return directories;
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace logtally
