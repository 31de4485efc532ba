#include "store/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/errno_status.h"
#include "base/failpoint.h"
#include "base/status_macros.h"
#include "store/durable_file.h"
#include "store/reserve_file.h"

namespace logtally {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "logtally-";
constexpr std::string_view kSuffix = ".db";
constexpr char kTimeFormat[] = "%E4Y%m%dT%H%M%SZ";
constexpr int kPagesPerStep = 256;  // 1 MiB: about a millisecond
constexpr absl::Duration kPatience = absl::Minutes(1);

std::optional<absl::Time> TimeOf(const fs::path& backup) {
  const std::string name = backup.filename();
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return std::nullopt;
  const std::string text =
      name.substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size());
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(kTimeFormat, text, &time, &error)) return std::nullopt;
  return time;
}

// Makes a copy a backup: a plain file without a write-ahead log, durable, under its name.
absl::Status Name(const std::string& copy, const std::string& target, int keep,
                  const std::string& state_dir) {
  RETURN_IF_ERROR(Database::Open(copy, Database::Mode::kCopy).status());  // leaves WAL
  RETURN_IF_ERROR(SyncFile(copy));
  Failpoint("before_backup_is_named");
  RETURN_IF_ERROR(RenameDurably(copy, target));
  Failpoint("after_backup_is_named");
  const std::vector<std::string> backups = ListBackups(state_dir);
  for (size_t i = static_cast<size_t>(keep); i < backups.size(); ++i) {
    ::unlink(backups[i].c_str());
  }
  return absl::OkStatus();
}

}  // namespace

std::string FileTime(absl::Time time) {
  return absl::FormatTime(kTimeFormat, time, absl::UTCTimeZone());
}

std::vector<std::string> ListBackups(const std::string& state_dir) {
  std::vector<std::string> backups;
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(state_dir + "/backup", missing)) {
    if (TimeOf(entry.path())) backups.push_back(entry.path());
  }
  std::sort(backups.begin(), backups.end(), std::greater());
  return backups;
}

BackupWriter::BackupWriter(const std::string& state_dir, BackupOptions options)
    : state_dir_(state_dir), directory_(state_dir + "/backup"), options_(options) {
  // What a process that died has left half done.
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory_, missing)) {
    const std::string path = entry.path();
    if (path.find(".db.tmp") != path.npos) ::unlink(path.c_str());
  }
}

BackupWriter::~BackupWriter() {
  Abandon();
  if (last_part_.joinable()) last_part_.join();
}

void BackupWriter::Abandon() {
  if (!copy_) return;
  copy_.reset();
  ::unlink((target_ + ".tmp").c_str());
}

bool BackupWriter::IsDue(absl::Time now) const {
  if (!options_.period) return false;
  const std::vector<std::string> backups = ListBackups(state_dir_);
  if (backups.empty()) return true;
  const absl::Time newest = *TimeOf(backups.front());
  // One of the future: the clock was set back.
  return now - newest >= *options_.period || newest > now + kPatience;
}

absl::Status BackupWriter::Begin(Database& source, absl::Time now) {
  if (::mkdir(directory_.c_str(), 0750) != 0 && errno != EEXIST) {
    return ErrnoStatus("create", directory_, errno);
  }
  std::error_code unknown;
  const auto size = static_cast<int64_t>(fs::file_size(source.path(), unknown));
  struct statvfs room;
  if (!unknown && ::statvfs(directory_.c_str(), &room) == 0 &&
      static_cast<int64_t>(room.f_bavail * room.f_frsize) < size + 2 * ReserveFile::kBytes) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "make a backup in %s: the disk has too little room for %d bytes more", directory_, size));
  }
  target_ = absl::StrFormat("%s/%s%s%s", directory_, kPrefix, FileTime(now), kSuffix);
  ::unlink((target_ + ".tmp").c_str());
  ASSIGN_OR_RETURN(DatabaseCopy copy, DatabaseCopy::Begin(source, target_ + ".tmp"));
  copy_.emplace(std::move(copy));
  return absl::OkStatus();
}

absl::Status BackupWriter::Step(int pages) {
  absl::StatusOr<bool> all = copy_->Step(pages);
  if (absl::IsUnavailable(all.status())) return absl::OkStatus();  // locked: at the next step
  if (!all.ok()) {
    Abandon();
    return all.status();
  }
  Failpoint("during_backup");
  if (!*all) return absl::OkStatus();
  copy_.reset();
  last_part_ended_ = false;
  last_part_ = std::thread([this, copy = target_ + ".tmp", target = target_] {
    last_part_status_ = Name(copy, target, options_.keep, state_dir_);
    if (!last_part_status_.ok()) ::unlink(copy.c_str());
    last_part_ended_ = true;
  });
  return absl::OkStatus();
}

absl::Status BackupWriter::TakeResult() {
  if (!last_part_.joinable()) return absl::OkStatus();
  last_part_.join();
  return std::exchange(last_part_status_, absl::OkStatus());
}

absl::Status BackupWriter::Tend(Database& source, absl::Time now) {
  if (last_part_.joinable()) return last_part_ended_ ? TakeResult() : absl::OkStatus();
  if (copy_) return Step(kPagesPerStep);
  // Whether one is due is read from the directory: not at each turn, but also not long after a
  // clock that was set back.
  if (!options_.period || (now < next_look_ && now > next_look_ - kPatience)) {
    return absl::OkStatus();
  }
  next_look_ = now + std::min(kPatience, *options_.period / 2);
  return IsDue(now) ? Begin(source, now) : absl::OkStatus();
}

absl::Status BackupWriter::Finish(Database& source, absl::Time now) {
  RETURN_IF_ERROR(TakeResult());
  if (!copy_ && IsDue(now)) RETURN_IF_ERROR(Begin(source, now));
  while (copy_) RETURN_IF_ERROR(Step(16 * kPagesPerStep));
  return TakeResult();
}

}  // namespace logtally
