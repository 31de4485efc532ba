#include "testing/fault_vfs.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

constexpr size_t kSectorBytes = 512;

sqlite3_vfs* Real() {
  static sqlite3_vfs* const real = sqlite3_vfs_find("unix");
  return real;
}

FaultDisk& Disk() { return FaultDisk::Instance(); }

// A file of ours; the real one lies behind it in memory.
struct FaultFile {
  sqlite3_file base;
  char path[512];
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

FaultFile* Ours(sqlite3_file* file) { return reinterpret_cast<FaultFile*>(file); }
sqlite3_file* RealOf(sqlite3_file* file) { return Ours(file)->real(); }
const sqlite3_io_methods* MethodsOf(sqlite3_file* file) { return RealOf(file)->pMethods; }

int Close(sqlite3_file* file) { return MethodsOf(file)->xClose(RealOf(file)); }

int Read(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  if (Disk().dead()) return SQLITE_IOERR_READ;
  return MethodsOf(file)->xRead(RealOf(file), to, size, offset);
}

int Write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  const std::string_view bytes(static_cast<const char*>(from), static_cast<size_t>(size));
  switch (Disk().Next(/*is_write=*/true)) {
    case DiskFault::Kind::kIoError:
      return SQLITE_IOERR_WRITE;
    case DiskFault::Kind::kFull:
      return SQLITE_FULL;
    case DiskFault::Kind::kShortWrite:
      Disk().NoteWrite(Ours(file)->path, {offset, std::string(bytes.substr(0, bytes.size() / 2))});
      (void)MethodsOf(file)->xWrite(RealOf(file), from, size / 2, offset);
      return SQLITE_FULL;
    default:
      break;
  }
  Disk().NoteWrite(Ours(file)->path, {offset, std::string(bytes)});
  return MethodsOf(file)->xWrite(RealOf(file), from, size, offset);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (Disk().Next() != DiskFault::Kind::kNone) return SQLITE_IOERR_TRUNCATE;
  Disk().NoteWrite(Ours(file)->path, {size, "", true});
  return MethodsOf(file)->xTruncate(RealOf(file), size);
}

int Sync(sqlite3_file* file, int flags) {
  if (Disk().Next() != DiskFault::Kind::kNone) return SQLITE_IOERR_FSYNC;
  Disk().NoteSync(Ours(file)->path);
  (void)flags;  // not really: only the order matters to these tests
  return SQLITE_OK;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return MethodsOf(file)->xFileSize(RealOf(file), size);
}
int Lock(sqlite3_file* file, int level) { return MethodsOf(file)->xLock(RealOf(file), level); }
int Unlock(sqlite3_file* file, int level) { return MethodsOf(file)->xUnlock(RealOf(file), level); }
int CheckReservedLock(sqlite3_file* file, int* out) {
  return MethodsOf(file)->xCheckReservedLock(RealOf(file), out);
}
int FileControl(sqlite3_file* file, int op, void* arg) {
  return MethodsOf(file)->xFileControl(RealOf(file), op, arg);
}
int SectorSize(sqlite3_file* file) { return MethodsOf(file)->xSectorSize(RealOf(file)); }
// None that the real disk may promise: this one tears and reorders.
int DeviceCharacteristics(sqlite3_file*) { return 0; }

int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  if (extend != 0 && Disk().Next() != DiskFault::Kind::kNone) return SQLITE_IOERR_SHMMAP;
  return MethodsOf(file)->xShmMap(RealOf(file), page, size, extend, out);
}
int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
  return MethodsOf(file)->xShmLock(RealOf(file), offset, n, flags);
}
void ShmBarrier(sqlite3_file* file) { MethodsOf(file)->xShmBarrier(RealOf(file)); }
int ShmUnmap(sqlite3_file* file, int remove) {
  return MethodsOf(file)->xShmUnmap(RealOf(file), remove);
}

constexpr sqlite3_io_methods kMethods = {2,
                                         Close,
                                         Read,
                                         Write,
                                         Truncate,
                                         Sync,
                                         FileSize,
                                         Lock,
                                         Unlock,
                                         CheckReservedLock,
                                         FileControl,
                                         SectorSize,
                                         DeviceCharacteristics,
                                         ShmMap,
                                         ShmLock,
                                         ShmBarrier,
                                         ShmUnmap,
                                         nullptr,
                                         nullptr};

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  FaultFile* ours = Ours(file);
  ours->base.pMethods = nullptr;
  if ((flags & SQLITE_OPEN_CREATE) != 0 && Disk().Next() != DiskFault::Kind::kNone) {
    return SQLITE_CANTOPEN;
  }
  std::snprintf(ours->path, sizeof ours->path, "%s", name == nullptr ? "" : name);
  const int result = Real()->xOpen(Real(), name, ours->real(), flags, out_flags);
  if (result == SQLITE_OK) {
    ours->base.pMethods = &kMethods;
    Disk().NoteOpen(ours->path);
  }
  return result;
}

int Delete(sqlite3_vfs*, const char* name, int sync_directory) {
  if (Disk().Next() != DiskFault::Kind::kNone) return SQLITE_IOERR_DELETE;
  Disk().NoteDelete(name);
  return Real()->xDelete(Real(), name, sync_directory);
}

void Apply(const FaultDisk::Write& write, std::string& content) {
  const auto offset = static_cast<size_t>(write.offset);
  if (write.truncate) {
    content.resize(offset);
    return;
  }
  if (content.size() < offset + write.bytes.size()) content.resize(offset + write.bytes.size());
  content.replace(offset, write.bytes.size(), write.bytes);
}

}  // namespace

FaultDisk& FaultDisk::Instance() {
  static FaultDisk* const disk = new FaultDisk;
  return *disk;
}

FaultDisk::FaultDisk() {
  static sqlite3_vfs vfs = *Real();
  vfs.zName = "fault";
  vfs.szOsFile = static_cast<int>(sizeof(FaultFile)) + Real()->szOsFile;
  vfs.xOpen = Open;
  vfs.xDelete = Delete;
  EXPECT_EQ(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
}

void FaultDisk::Set(DiskFault fault) {
  fault_ = fault;
  operations_ = 0;
  struck_ = false;
}

DiskFault::Kind FaultDisk::Next(bool is_write) {
  const bool only_writes =
      fault_.kind == DiskFault::Kind::kFull || fault_.kind == DiskFault::Kind::kShortWrite;
  if (only_writes && !is_write) return DiskFault::Kind::kNone;
  ++operations_;
  if (dead_) return DiskFault::Kind::kIoError;
  if (fault_.kind == DiskFault::Kind::kNone || operations_ < fault_.at ||
      operations_ >= fault_.at + fault_.length) {
    return DiskFault::Kind::kNone;
  }
  struck_ = true;
  if (fault_.kind == DiskFault::Kind::kKill) ::_exit(137);
  return fault_.kind;
}

void FaultDisk::WatchPower() {
  watching_ = true;
  dead_ = false;
  files_.clear();
}

void FaultDisk::NoteOpen(const std::string& path) {
  if (watching_ && !path.empty() && !files_.contains(path)) files_[path].synced = ReadFile(path);
}

void FaultDisk::NoteWrite(const std::string& path, Write write) {
  if (watching_ && !dead_) files_[path].unsynced.push_back(std::move(write));
}

void FaultDisk::NoteSync(const std::string& path) {
  if (!watching_ || dead_) return;
  FileOnDisk& file = files_[path];
  for (const Write& write : file.unsynced) Apply(write, file.synced);
  file.unsynced.clear();
}

void FaultDisk::NoteDelete(const std::string& path) {
  if (!dead_) files_.erase(path);
}

void FaultDisk::RestorePower(int kept, std::mt19937& random) {
  for (auto& [path, file] : files_) {
    for (const Write& write : file.unsynced) {
      if (write.truncate) {
        if (static_cast<int>(random() % 100) < kept) Apply(write, file.synced);
        continue;
      }
      for (size_t begin = 0; begin < write.bytes.size(); begin += kSectorBytes) {
        if (static_cast<int>(random() % 100) >= kept) continue;
        Apply({write.offset + static_cast<int64_t>(begin), write.bytes.substr(begin, kSectorBytes)},
              file.synced);
      }
    }
    WriteFile(path, file.synced);
    std::filesystem::remove(path + "-shm");  // it was in memory
  }
  watching_ = false;
  dead_ = false;
  files_.clear();
}

}  // namespace logtally::testing
