#include "testing/small_disk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_format.h"
#include "base/unique_fd.h"

namespace logtally::testing {
namespace {

std::string Failed(const char* what) { return absl::StrFormat("%s: %s", what, strerror(errno)); }

bool WriteOnce(const char* path, const std::string& text) {
  const UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
  return file.valid() &&
         ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace

SmallDisk::SmallDisk(int64_t bytes) : why_not_(Mount(bytes)) {}

std::string SmallDisk::Mount(int64_t bytes) {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0) {
    return Failed("unshare");
  }
  if (user != 0) {
    // The same user and group inside as outside. Source: user_namespaces(7).
    if (!WriteOnce("/proc/self/setgroups", "deny") ||
        !WriteOnce("/proc/self/uid_map", absl::StrFormat("%d %d 1", user, user)) ||
        !WriteOnce("/proc/self/gid_map", absl::StrFormat("%d %d 1", group, group))) {
      return Failed("map the user");
    }
  }
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return Failed("make mounts private");
  }
  const std::string options = absl::StrFormat("size=%d,mode=0755", bytes);
  if (::mount("none", dir_.path().c_str(), "tmpfs", 0, options.c_str()) != 0) {
    return Failed("mount a tmpfs");
  }
  return "";
}

void SmallDisk::Fill() {
  const UniqueFd file(
      ::open((dir_ / "filler").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const std::string zeros(64 << 10, '\0');
  for (size_t size = zeros.size(); size > 0; size /= 2) {
    while (::write(file.get(), zeros.data(), size) > 0) {
    }
  }
  EXPECT_EQ(errno, ENOSPC) << strerror(errno);
}

void SmallDisk::Free() { std::filesystem::remove(dir_ / "filler"); }

int64_t SmallDisk::FreeBytes() const {
  struct statvfs room = {};
  EXPECT_EQ(::statvfs(dir_.path().c_str(), &room), 0);
  return static_cast<int64_t>(room.f_bavail * room.f_frsize);
}

}  // namespace logtally::testing
