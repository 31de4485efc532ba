// Beside a running daemon files are renamed, truncated and compressed while they are looked at.
// What was not found is therefore looked for a second time, in a fresh listing; and files that
// nobody seemed to know are held against the store again at the end.
#include "pipeline/audit.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "base/in_parallel.h"
#include "base/status_macros.h"
#include "store/text_reader.h"
#include "tail/file_set.h"

namespace logtally {
namespace {

constexpr absl::Duration kShowPeriod = absl::Milliseconds(200);

// What the threads share of one site; they only read it.
struct Site {
  LineReading reading;
  FileSet patterns{{}};
  std::vector<FilePosition> known;
  absl::flat_hash_set<FileKey> keys;
  std::set<std::string> log_paths;
  std::unique_ptr<const RetainedLogs> logs;
};

class Auditor {
 public:
  Auditor(const AuditSetup& setup, StoredTexts stored,
          const std::function<void(const IngestProgress&)>& show);

  AuditResult Run();

 private:
  bool IsAskedFor(const FilePosition& text) const;
  void LookAtFiles();
  void CheckTexts();
  void CheckUnknownFiles();
  std::vector<std::pair<std::string, const RetainedFile*>> UnknownFiles() const;
  // Calls `check(i)` for so many; what it gives becomes part of `checked`.
  std::vector<AuditedLog> CheckAll(size_t count, const std::function<AuditedLog(size_t)>& check);

  const AuditSetup& setup_;
  const std::function<void(const IngestProgress&)>& show_;
  const StoredTexts stored_;
  std::map<std::string, Site> sites_;
  RecountProgress progress_;
  int64_t bytes_total_ = 0;
  std::vector<AuditedLog> checked_;
};

Auditor::Auditor(const AuditSetup& setup, StoredTexts stored,
                 const std::function<void(const IngestProgress&)>& show)
    : setup_(setup), show_(show), stored_(std::move(stored)) {
  for (const StoredText& text : stored_.texts) {
    if (!IsAskedFor(text.position)) continue;
    Site& site = sites_[text.position.key.site];
    site.reading = {setup.format_of_others, setup.max_line_bytes, setup.threads};
    site.known.push_back(text.position);
    site.keys.insert(text.position.key);
    site.log_paths.insert(text.position.path);
  }
  for (const SiteSetup& configured : setup.sites) {
    const auto site = sites_.find(configured.site);
    if (site == sites_.end()) continue;
    site->second.reading.format = configured.format;
    site->second.patterns = FileSet({{configured.site, configured.patterns}});
  }
}

bool Auditor::IsAskedFor(const FilePosition& text) const {
  if (setup_.only_logs.empty()) return true;
  return FileSet({{text.key.site, setup_.only_logs}}).Names(text.key.site, text.path);
}

void Auditor::LookAtFiles() {
  for (auto& [name, site] : sites_) {
    site.logs =
        std::make_unique<const RetainedLogs>(name, site.log_paths, setup_.rotated_dirs, site.known);
  }
}

std::vector<AuditedLog> Auditor::CheckAll(size_t count,
                                          const std::function<AuditedLog(size_t)>& check) {
  std::vector<AuditedLog> logs(count);
  InParallel(
      count, setup_.threads, [&](size_t i) { logs[i] = check(i); }, kShowPeriod,
      [&] {
        show_({progress_.counted, progress_.rejected, progress_.bytes,
               std::max<int64_t>(bytes_total_, progress_.bytes)});
      });
  return logs;
}

void Auditor::CheckTexts() {
  std::vector<TextChain> waiting = ChainsOf(stored_.texts);
  std::erase_if(waiting, [&](const TextChain& chain) { return !IsAskedFor(chain.newest()); });
  std::stable_sort(waiting.begin(), waiting.end(),
                   [](const auto& a, const auto& b) { return a.bytes() > b.bytes(); });
  for (const TextChain& chain : waiting) bytes_total_ += chain.bytes();
  for (const bool is_last_look : {false, true}) {
    LookAtFiles();
    std::vector<AuditedLog> logs = CheckAll(waiting.size(), [&](size_t i) {
      const Site& site = sites_.at(waiting[i].newest().key.site);
      return CheckText(waiting[i], *site.logs, site.reading, progress_);
    });
    std::vector<TextChain> missed;
    for (size_t i = 0; i < logs.size(); ++i) {
      if (is_last_look || logs[i].was_compared()) {
        checked_.push_back(std::move(logs[i]));
      } else {
        missed.push_back(std::move(waiting[i]));
      }
    }
    waiting = std::move(missed);
    if (waiting.empty()) break;
  }
}

std::vector<std::pair<std::string, const RetainedFile*>> Auditor::UnknownFiles() const {
  std::vector<std::pair<std::string, const RetainedFile*>> unknown;
  for (const auto& [name, site] : sites_) {
    for (const RetainedFile& file : site.logs->files()) {
      const absl::Time written = absl::FromUnixNanos(file.stat.mtime_ns);
      const bool is_empty = file.head.empty() && file.unreadable.ok();
      if (!file.is_rotated || file.stat.size == 0 || is_empty) continue;
      if (written <= absl::FromUnixSeconds(stored_.created_unix)) continue;
      // A log of its own, of which nothing was read yet.
      if (site.log_paths.contains(file.path) || site.patterns.Names(name, file.path)) continue;
      if (site.keys.contains(KeyOf(name, file.stat)) || HoldsTextOf(file, site.known)) continue;
      unknown.emplace_back(name, &file);
    }
  }
  if (unknown.empty()) return unknown;
  const absl::StatusOr<StoredTexts> now = ReadTexts(setup_.database_path);
  std::erase_if(unknown, [&](const auto& file) {
    const FileKey key = KeyOf(file.first, file.second->stat);
    return now.ok() && std::any_of(now->texts.begin(), now->texts.end(),
                                   [&](const auto& text) { return text.position.key == key; });
  });
  return unknown;
}

void Auditor::CheckUnknownFiles() {
  const auto files = UnknownFiles();
  for (const auto& [site, file] : files) bytes_total_ += file->stat.size;
  for (AuditedLog& log : CheckAll(files.size(), [&](size_t i) {
         const auto& [site, file] = files[i];
         return CheckUnknown(site, *file, sites_.at(site).reading, progress_);
       })) {
    checked_.push_back(std::move(log));
  }
}

AuditResult Auditor::Run() {
  CheckTexts();
  CheckUnknownFiles();
  std::sort(checked_.begin(), checked_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.site, a.path, a.generation, a.found_at) <
           std::tie(b.site, b.path, b.generation, b.found_at);
  });
  AuditResult result;
  result.commit_seq = stored_.commit_seq;
  for (const AuditedLog& log : checked_) {
    if (!log.was_compared()) continue;
    result.bytes += log.offset - log.first_offset;
    for (const AuditedCode& row : log.codes) result.lines += row.recounted;
  }
  result.logs = std::move(checked_);
  return result;
}

}  // namespace

bool AuditResult::has_differences() const {
  return std::any_of(logs.begin(), logs.end(),
                     [](const AuditedLog& log) { return log.is_difference(); });
}

absl::StatusOr<AuditResult> Audit(const AuditSetup& setup,
                                  const std::function<void(const IngestProgress&)>& show) {
  ASSIGN_OR_RETURN(StoredTexts stored, ReadTexts(setup.database_path));
  return Auditor(setup, std::move(stored), show).Run();
}

}  // namespace logtally
