// A library that is preloaded into the daemon (LD_PRELOAD) and makes system calls fail, be short,
// or be the last ones before a sudden death. Which ones, a control file says; the test may replace
// it (by rename) while the daemon runs. testing/call_faults.h writes it and describes its rows.
//
//   <call> <folder> <from> <to> <effect>
//     call    open read stat sync write truncate unlink rename inotify_init inotify_watch clock;
//             "change" is sync, write, truncate, unlink or rename
//     folder  the rule is for paths below it; "*" for all
//     from to which of the matching calls of this process, counted from 1 since the file was
//     written effect  an errno as a number; "short": at most 7 bytes; "die": _exit(137) instead of
//     the call;
//             "tear": half of the bytes, then _exit(137); for clock: "+N" seconds
//
// Only libc's own symbols are interposed, and what no rule is for goes to the next library in line,
// so that sanitizers, which interpose the same symbols, still see it. They ask to be first in that
// line: ASan must be told otherwise (ASAN_OPTIONS=verify_asan_link_order=0).
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#pragma GCC visibility push(default)

// What ThreadSanitizer's runtime has, if it is there: this file is not instrumented, but what it
// asks of libc is. Without being told of the lock it would report races, and to report one it
// calls open(), which would wait here for the lock that its own thread holds.
// Source: sanitizer/tsan_interface.h
extern "C" {
void __tsan_acquire(void* address) __attribute__((weak));
void __tsan_release(void* address) __attribute__((weak));
}

namespace {

enum Call : uint32_t {
  kOpen = 1,
  kRead = 2,
  kStat = 4,
  kSync = 8,
  kWrite = 16,
  kTruncate = 32,
  kUnlink = 64,
  kRename = 128,
  kInotifyInit = 256,
  kInotifyWatch = 512,
  kClock = 1024,
  kChange = kSync | kWrite | kTruncate | kUnlink | kRename,
};

constexpr struct {
  const char* name;
  uint32_t calls;
} kNames[] = {{"open", kOpen},
              {"read", kRead},
              {"stat", kStat},
              {"sync", kSync},
              {"write", kWrite},
              {"truncate", kTruncate},
              {"unlink", kUnlink},
              {"rename", kRename},
              {"change", kChange},
              {"inotify_init", kInotifyInit},
              {"inotify_watch", kInotifyWatch},
              {"clock", kClock}};

enum class Effect { kNone, kErrno, kShort, kDie, kTear };

struct Fault {
  Effect effect = Effect::kNone;
  int error = 0;
};

struct Rule {
  uint32_t calls;
  char folder[256];
  size_t folder_size;  // 0: every path
  long from, to;
  Effect effect;
  long number;  // an errno, or seconds
  long met;     // calls so far
};

constexpr int kDeathCode = 137;
constexpr size_t kShortBytes = 7;
constexpr int kMaxRules = 16;

// Everything below is guarded by a lock that spins: it is taken in any thread, before main() and
// between any two instructions of a sanitizer's runtime, where no mutex of a library is safe.
std::atomic_flag busy = ATOMIC_FLAG_INIT;
Rule rules[kMaxRules];
int rule_count = 0;
struct statx control_seen;
std::atomic<int64_t>* hits = nullptr;  // in a file that the test reads

class Lock {
 public:
  Lock() {
    while (busy.test_and_set(std::memory_order_acquire)) syscall(SYS_sched_yield);
    if (__tsan_acquire != nullptr) __tsan_acquire(&busy);
  }
  ~Lock() {
    if (__tsan_release != nullptr) __tsan_release(&busy);
    busy.clear(std::memory_order_release);
  }
};

// Raw calls: ours would come back here.
int RawOpen(const char* path, int flags) {
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0));
}

void MapHits(const char* control) {
  char path[300];
  snprintf(path, sizeof path, "%s.hits", control);
  const int fd = RawOpen(path, O_RDWR);
  if (fd < 0) return;
  void* const page = mmap(nullptr, sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page != MAP_FAILED) hits = static_cast<std::atomic<int64_t>*>(page);
  syscall(SYS_close, fd);
}

bool ParseRule(const char* line, Rule& rule) {
  char call[32], effect[32];
  rule = {};
  if (sscanf(line, "%31s %255s %ld %ld %31s", call, rule.folder, &rule.from, &rule.to, effect) != 5)
    return false;
  for (const auto& row : kNames) {
    if (strcmp(row.name, call) == 0) rule.calls = row.calls;
  }
  rule.folder_size = strcmp(rule.folder, "*") == 0 ? 0 : strlen(rule.folder);
  rule.effect = strcmp(effect, "short") == 0  ? Effect::kShort
                : strcmp(effect, "die") == 0  ? Effect::kDie
                : strcmp(effect, "tear") == 0 ? Effect::kTear
                                              : Effect::kErrno;
  rule.number = strtol(effect, nullptr, 10);
  return rule.calls != 0;
}

// Reads the control file again if it is another one than before.
void TakeRules() {
  static const char* const control = getenv("LOGTALLY_CALL_FAULTS");
  if (control == nullptr) return;
  if (hits == nullptr) MapHits(control);
  struct statx now;
  if (syscall(SYS_statx, AT_FDCWD, control, 0, STATX_INO | STATX_MTIME, &now) != 0) return;
  if (now.stx_ino == control_seen.stx_ino &&
      now.stx_mtime.tv_nsec == control_seen.stx_mtime.tv_nsec &&
      now.stx_mtime.tv_sec == control_seen.stx_mtime.tv_sec) {
    return;
  }
  const int fd = RawOpen(control, O_RDONLY);
  if (fd < 0) return;
  char text[8192];
  const ssize_t size = syscall(SYS_read, fd, text, sizeof text - 1);
  syscall(SYS_close, fd);
  control_seen = now;
  rule_count = 0;
  text[size < 0 ? 0 : size] = '\0';
  char* rest = nullptr;
  for (char* line = strtok_r(text, "\n", &rest); line != nullptr && rule_count < kMaxRules;
       line = strtok_r(nullptr, "\n", &rest)) {
    if (ParseRule(line, rules[rule_count])) ++rule_count;
  }
}

bool IsBelow(const char* path, const Rule& rule) {
  if (rule.folder_size == 0) return true;
  return strncmp(path, rule.folder, rule.folder_size) == 0 &&
         (path[rule.folder_size] == '/' || path[rule.folder_size] == '\0' ||
          path[rule.folder_size] == ' ');  // "/x/log (deleted)"
}

Fault FaultOf(Call call, const char* path) {
  Lock lock;
  TakeRules();
  for (int i = 0; i < rule_count; ++i) {
    Rule& rule = rules[i];
    if ((rule.calls & call) == 0 || !IsBelow(path, rule)) continue;
    ++rule.met;
    if (rule.met < rule.from || rule.met > rule.to) continue;
    if (hits != nullptr) hits->fetch_add(1);
    return {rule.effect, static_cast<int>(rule.number)};
  }
  return {};
}

Fault FaultOfFd(Call call, int fd) {
  char link[64], path[512];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  if (size <= 0 || path[0] != '/') return {};  // sockets, eventfds: never the subject of a rule
  path[size] = '\0';
  return FaultOf(call, path);
}

[[noreturn]] void Die() {
  for (;;) syscall(SYS_exit_group, kDeathCode);
}

// Whether the call fails instead of being made; dies here if that is the fault.
bool Fails(const Fault& fault) {
  if (fault.effect == Effect::kDie || fault.effect == Effect::kTear) Die();
  if (fault.effect != Effect::kErrno) return false;
  errno = fault.error;
  return true;
}

template <typename Function>
Function* Next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

// The mode behind the flags of an open, where there is one.
mode_t ModeOf(int flags, va_list arguments) {
  const bool creates = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return creates ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

// `make` reads so many bytes at the most.
template <typename Make>
ssize_t ReadWith(int fd, size_t size, Make make) {
  const Fault fault = FaultOfFd(kRead, fd);
  if (Fails(fault)) return -1;
  return make(fault.effect == Effect::kShort ? std::min(size, kShortBytes) : size);
}

// `make` writes so many bytes.
template <typename Make>
ssize_t WriteWith(int fd, size_t size, Make make) {
  const Fault fault = FaultOfFd(kWrite, fd);
  if (fault.effect == Effect::kTear) {
    make(size / 2);
    Die();
  }
  return Fails(fault) ? -1 : make(size);
}

}  // namespace

// NEXT(name): the same symbol in the next library, looked up once.
#define NEXT(name)                                         \
  ([] {                                                    \
    static auto* const next = Next<decltype(name)>(#name); \
    return next;                                           \
  }())

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeOf(flags, arguments);
  va_end(arguments);
  return Fails(FaultOf(kOpen, path)) ? -1 : NEXT(open)(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeOf(flags, arguments);
  va_end(arguments);
  return Fails(FaultOf(kOpen, path)) ? -1 : NEXT(open64)(path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeOf(flags, arguments);
  va_end(arguments);
  return Fails(FaultOf(kOpen, path)) ? -1 : NEXT(openat)(folder, path, flags, mode);
}

ssize_t read(int fd, void* bytes, size_t size) {
  return ReadWith(fd, size, [&](size_t n) { return NEXT(read)(fd, bytes, n); });
}
ssize_t pread(int fd, void* bytes, size_t size, off_t at) {
  return ReadWith(fd, size, [&](size_t n) { return NEXT(pread)(fd, bytes, n, at); });
}
ssize_t pread64(int fd, void* bytes, size_t size, off64_t at) {
  return ReadWith(fd, size, [&](size_t n) { return NEXT(pread64)(fd, bytes, n, at); });
}

ssize_t write(int fd, const void* bytes, size_t size) {
  return WriteWith(fd, size, [&](size_t n) { return NEXT(write)(fd, bytes, n); });
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  return WriteWith(fd, size, [&](size_t n) { return NEXT(pwrite)(fd, bytes, n, at); });
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  return WriteWith(fd, size, [&](size_t n) { return NEXT(pwrite64)(fd, bytes, n, at); });
}

int fsync(int fd) { return Fails(FaultOfFd(kSync, fd)) ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return Fails(FaultOfFd(kSync, fd)) ? -1 : NEXT(fdatasync)(fd); }
int ftruncate(int fd, off_t size) noexcept {
  return Fails(FaultOfFd(kTruncate, fd)) ? -1 : NEXT(ftruncate)(fd, size);
}
int ftruncate64(int fd, off64_t size) noexcept {
  return Fails(FaultOfFd(kTruncate, fd)) ? -1 : NEXT(ftruncate64)(fd, size);
}
int unlink(const char* path) noexcept {
  return Fails(FaultOf(kUnlink, path)) ? -1 : NEXT(unlink)(path);
}
int rename(const char* from, const char* to) noexcept {
  return Fails(FaultOf(kRename, from)) ? -1 : NEXT(rename)(from, to);
}
int statx(int folder, const char* path, int flags, unsigned mask, struct statx* stat) noexcept {
  const Fault fault = path[0] == '\0' ? FaultOfFd(kStat, folder) : FaultOf(kStat, path);
  return Fails(fault) ? -1 : NEXT(statx)(folder, path, flags, mask, stat);
}
int inotify_init1(int flags) noexcept {
  return Fails(FaultOf(kInotifyInit, "")) ? -1 : NEXT(inotify_init1)(flags);
}
int inotify_add_watch(int fd, const char* path, uint32_t mask) noexcept {
  return Fails(FaultOf(kInotifyWatch, path)) ? -1 : NEXT(inotify_add_watch)(fd, path, mask);
}
int clock_gettime(clockid_t clock, struct timespec* time) noexcept {
  const int result = NEXT(clock_gettime)(clock, time);
  if (clock == CLOCK_REALTIME && result == 0) {
    const Fault fault = FaultOf(kClock, "");
    if (fault.effect == Effect::kErrno) time->tv_sec += fault.error;
  }
  return result;
}

}  // extern "C"

#pragma GCC visibility pop
