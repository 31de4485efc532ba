#include "tail/directory_watch.h"

#include <errno.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/errno_status.h"

namespace logtally {
namespace {
constexpr uint32_t kWritten = IN_MODIFY | IN_CLOSE_WRITE;
constexpr uint32_t kAppeared = IN_CREATE | IN_MOVED_TO;
constexpr uint32_t kNames = kAppeared | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB;
constexpr uint32_t kDirectoryGone = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT;
}  // namespace

DirectoryWatch::DirectoryWatch() : fd_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!fd_.valid()) error_ = ErrnoStatus("inotify_init1", "for log directories", errno);
}

absl::Status DirectoryWatch::Watch(const std::set<std::string>& directories) {
  if (!fd_.valid()) return error_;
  std::set<int> unwanted;
  for (const auto& [directory, watch] : watches_) {
    if (!directories.contains(directory)) unwanted.insert(watch);
  }
  for (const int watch : unwanted) {
    inotify_rm_watch(fd_.get(), watch);
    Forget(watch);
  }
  absl::Status status;
  for (const std::string& directory : directories) {
    if (watches_.contains(directory)) continue;
    const int watch = inotify_add_watch(fd_.get(), directory.c_str(),
                                        kWritten | kNames | kDirectoryGone | IN_ONLYDIR);
    if (watch < 0) {
      if (errno == ENOSPC) status = ErrnoStatus("inotify_add_watch", directory, errno);
      continue;
    }
    // Two names of one directory share a watch: events come under the name that was last given.
    watches_[directory] = watch;
    directories_[watch] = directory;
  }
  return status;
}

std::vector<DirectoryWatch::Event> DirectoryWatch::Take() {
  std::vector<Event> events;
  alignas(inotify_event) char buffer[16 << 10];
  while (fd_.valid()) {
    const ssize_t n = read(fd_.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    for (const char* at = buffer; at < buffer + n;) {
      const auto* event = reinterpret_cast<const inotify_event*>(at);
      at += sizeof(inotify_event) + event->len;
      if ((event->mask & (IN_Q_OVERFLOW | kDirectoryGone)) != 0) {
        events.push_back({Event::Kind::kLost, {}});
        if ((event->mask & IN_MOVE_SELF) != 0) inotify_rm_watch(fd_.get(), event->wd);
      }
      if ((event->mask & (IN_IGNORED | kDirectoryGone)) != 0) Forget(event->wd);
      const auto directory = directories_.find(event->wd);
      if (event->len == 0 || directory == directories_.end()) continue;
      const auto kind = (event->mask & kWritten) != 0    ? Event::Kind::kWritten
                        : (event->mask & kAppeared) != 0 ? Event::Kind::kAppeared
                                                         : Event::Kind::kNames;
      events.push_back({kind, directory->second + "/" + event->name});
    }
  }
  return events;
}

void DirectoryWatch::Forget(int watch) {
  std::erase_if(watches_, [&](const auto& entry) { return entry.second == watch; });
  directories_.erase(watch);
}

}  // namespace logtally
