#include "pipeline/retained_logs.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/status_macros.h"
#include "tail/file_set.h"
#include "tail/rotated_files.h"

namespace logtally {

RetainedLogs::RetainedLogs(std::string site, const std::set<std::string>& log_paths,
                           const std::vector<std::string>& rotated_dirs,
                           std::span<const FilePosition> known)
    : site_(std::move(site)) {
  for (const std::string& path : log_paths) AddLog(path, rotated_dirs);
  AddByKey(known);
  IndexHeads(known);
  listings_.clear();
}

void RetainedLogs::AddLog(const std::string& path, const std::vector<std::string>& rotated_dirs) {
  const auto add_rotated = [&](std::vector<RotatedFile> files) {
    for (RotatedFile& file : files) {
      Add({.path = std::move(file.path), .stat = file.stat, .log_path = path, .is_rotated = true});
    }
  };
  add_rotated(RotatedOf(path, rotated_dirs));
  std::error_code error;
  // A log that a symbolic link leads to is rotated where it is.
  const std::string real = std::filesystem::canonical(path, error).string();
  if (!error && real != path) add_rotated(RotatedOf(real, {}));
  // A log that has its date in its name is compressed under that name.
  for (const char* ending : {".gz", ".zst", ".zstd"}) {
    const absl::StatusOr<FileStat> stat = StatPath(path + ending);
    if (stat.ok())
      Add({.path = path + ending, .stat = *stat, .log_path = path, .is_rotated = true});
  }
  const absl::StatusOr<FileStat> stat = StatPath(path);
  if (stat.ok()) Add({.path = path, .stat = *stat, .log_path = path});
}

const RetainedLogs::Listing& RetainedLogs::ListingOf(const std::string& directory) {
  const auto [known, is_new] = listings_.try_emplace(directory);
  Listing& listing = known->second;
  if (!is_new) return listing;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error), end;
  for (; !error && entry != end; entry.increment(error)) {
    listing.names.push_back(entry->path().filename().string());
    std::error_code unknown;
    if (entry->is_directory(unknown) && !entry->is_symlink(unknown)) {
      listing.directories.push_back(entry->path().string());
    }
  }
  std::sort(listing.names.begin(), listing.names.end());
  std::sort(listing.directories.begin(), listing.directories.end());
  return listing;
}

// What FindRotatedFiles() would find, but from one listing of a directory for all its logs:
// thousands of logs may lie in one.
std::vector<RotatedFile> RetainedLogs::RotatedOf(const std::string& path,
                                                 const std::vector<std::string>& rotated_dirs) {
  constexpr size_t kMaxSubdirectories = 64;
  const std::string base = path.substr(path.rfind('/') + 1);
  std::vector<RotatedFile> files;
  AddRotatedIn(DirectoryOf(path), base, files);
  const std::vector<std::string>& below = ListingOf(DirectoryOf(path)).directories;
  for (size_t i = 0; i < std::min(below.size(), kMaxSubdirectories); ++i) {
    const std::vector<std::string>& names = ListingOf(below[i]).names;
    // A log of the same name has older texts of its own.
    if (std::binary_search(names.begin(), names.end(), base)) continue;
    AddRotatedIn(below[i], base, files);
  }
  for (const std::string& directory : rotated_dirs) AddRotatedIn(directory, base, files);
  const auto age = [](const RotatedFile& file) {
    return std::tuple(file.stat.mtime_ns, -file.name.number.value_or(0), file.path);
  };
  std::sort(files.begin(), files.end(),
            [&](const auto& a, const auto& b) { return age(a) < age(b); });
  return files;
}

void RetainedLogs::AddRotatedIn(const std::string& directory, const std::string& base,
                                std::vector<RotatedFile>& files) {
  // All older texts begin as the log does, up to its extension.
  const std::string stem = base.substr(0, base.rfind('.'));
  const std::vector<std::string>& names = ListingOf(directory).names;
  for (auto name = std::lower_bound(names.begin(), names.end(), stem);
       name != names.end() && name->starts_with(stem); ++name) {
    const std::optional<RotatedName> rotated = ParseRotatedName(base, *name);
    if (!rotated) continue;
    const std::string path = (directory == "/" ? "" : directory) + "/" + *name;
    const absl::StatusOr<FileStat> stat = StatPath(path);
    if (stat.ok()) files.push_back({path, *stat, *rotated});
  }
}

void RetainedLogs::AddByKey(std::span<const FilePosition> known) {
  std::map<std::string, absl::flat_hash_map<FileKey, std::string>> wanted;  // by directory
  for (const FilePosition& text : known) {
    if (!by_key_.contains(text.key)) wanted[DirectoryOf(text.path)][text.key] = text.path;
  }
  for (const auto& [directory, keys] : wanted) {
    std::error_code error;
    std::filesystem::directory_iterator entry(directory, error), end;
    for (; !error && entry != end; entry.increment(error)) {
      const absl::StatusOr<FileStat> stat = StatPath(entry->path().string());
      if (!stat.ok()) continue;
      const auto key = keys.find(KeyOf(site_, *stat));
      if (key == keys.end()) continue;
      Add({.path = entry->path().string(),
           .stat = *stat,
           .log_path = key->second,
           .is_rotated = true});
    }
  }
}

void RetainedLogs::Add(RetainedFile file) {
  const FileKey key = KeyOf(site_, file.stat);
  if (WhyNotFollowed(file.path, file.stat) || by_key_.contains(key)) return;
  ReadHead(file);
  if (absl::IsUnimplemented(file.unreadable)) return;
  by_key_[key] = files_.size();
  files_.push_back(std::move(file));
}

void RetainedLogs::ReadHead(RetainedFile& file) const {
  absl::StatusOr<OpenedText> opened = OpenRetained(file);
  if (!opened.ok()) {
    file.unreadable = opened.status();
    return;
  }
  absl::StatusOr<std::string> head = ReadText(opened->content, 0, kHeadBytes);
  if (head.ok()) {
    file.head = *std::move(head);
  } else {
    file.unreadable = head.status();
  }
}

void RetainedLogs::IndexHeads(std::span<const FilePosition> known) {
  std::set<int32_t> lengths;
  for (const FilePosition& text : known) lengths.insert(text.head_length);
  lengths.erase(0);
  for (const int32_t length : lengths) {
    for (size_t i = 0; i < files_.size(); ++i) {
      if (std::ssize(files_[i].head) < length) continue;
      by_head_[{length, StableHash(std::string_view(files_[i].head).substr(0, length))}].push_back(
          i);
    }
  }
}

std::optional<size_t> RetainedLogs::FindByKey(const FileKey& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<size_t> RetainedLogs::Candidates(const FilePosition& text) const {
  const std::optional<size_t> own = FindByKey(text.key);
  if (text.head_length == 0) return own ? std::vector<size_t>{*own} : std::vector<size_t>();
  const auto found = by_head_.find({text.head_length, text.head_hash});
  if (found == by_head_.end()) return {};
  std::vector<size_t> candidates = found->second;
  std::stable_partition(candidates.begin(), candidates.end(),
                        [&](size_t i) { return own && i == *own; });
  return candidates;
}

bool HoldsTextOf(const RetainedFile& file, std::span<const FilePosition> texts) {
  std::unique_ptr<OpenedText> opened;
  for (const FilePosition& text : texts) {
    if (text.head_length == 0 || std::ssize(file.head) < text.head_length) continue;
    const auto head = std::string_view(file.head).substr(0, text.head_length);
    if (StableHash(head) != text.head_hash) continue;
    if (opened == nullptr) {
      absl::StatusOr<OpenedText> now = OpenRetained(file);
      if (!now.ok()) return true;
      opened = std::make_unique<OpenedText>(*std::move(now));
    }
    const absl::StatusOr<TextMatch> match = CompareText(opened->content, text);
    if (!match.ok() || match->unfinished) return true;
    if (match->reaches_offset ? match->anchor : text.head_length >= kMovedEvidenceBytes) {
      return true;
    }
  }
  return false;
}

absl::StatusOr<OpenedText> OpenRetained(const RetainedFile& file) {
  ASSIGN_OR_RETURN(OpenedLog log, OpenLog(file.path));
  if (log.stat.inode != file.stat.inode || log.stat.btime_ns != file.stat.btime_ns) {
    return absl::UnavailableError(absl::StrCat("open ", file.path, ": it was just replaced"));
  }
  ASSIGN_OR_RETURN(LogContent content, LogContent::Open(log.fd.get(), file.path));
  return OpenedText{std::move(log.fd), log.stat, std::move(content)};
}

absl::StatusOr<std::string> ReadText(LogContent& content, int64_t offset, int64_t size) {
  std::string bytes(size, '\0');
  size_t have = 0;
  while (have < bytes.size()) {
    ASSIGN_OR_RETURN(const size_t n, content.ReadAt({bytes.data() + have, bytes.size() - have},
                                                    offset + static_cast<int64_t>(have)));
    if (n == 0) break;
    have += n;
  }
  bytes.resize(have);
  return bytes;
}

}  // namespace logtally
