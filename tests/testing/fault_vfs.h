// A disk that fails when it is told to: a SQLite VFS in front of the real one.
#ifndef LOGTALLY_TESTING_FAULT_VFS_H_
#define LOGTALLY_TESTING_FAULT_VFS_H_

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace logtally::testing {

// What the disk does wrong.
struct DiskFault {
  enum class Kind {
    kNone,
    kIoError,     // the operation fails with SQLITE_IOERR…
    kFull,        // a write fails with SQLITE_FULL; only writes are counted
    kShortWrite,  // likewise, but half of the bytes are written before
    kKill,        // the process ends, as by kill -9, before the operation
  };
  Kind kind = Kind::kNone;
  int64_t at = 0;      // which operation that can change the disk, from 1
  int64_t length = 1;  // … and how many from there on
};

// Every SQLite connection that is opened in this process goes through it from the first Instance()
// on.
//
// Power: writes that no sync has followed are remembered. CutPower() lets all operations fail from
// then on; when every connection is closed, RestorePower() leaves in each file what was synced, and
// of what was written since only what `kept` lets through, in sectors of 512 bytes: torn and
// reordered. A directory's entries are taken to be durable at once.
//
// Thread: one at a time.
class FaultDisk {
 public:
  static FaultDisk& Instance();

  // Counts the operations from 1 again.
  void Set(DiskFault fault);
  // Operations since Set. Whether the fault has been reached.
  int64_t operations() const { return operations_; }
  bool struck() const { return struck_; }

  // Remembers unsynced writes from now on; files keep what they hold.
  void WatchPower();
  void CutPower() { dead_ = true; }
  // `kept` per 100 sectors survive although nothing synced them.
  void RestorePower(int kept, std::mt19937& random);

  // For the VFS.
  struct Write {
    int64_t offset;
    std::string bytes;
    bool truncate = false;  // to `offset`
  };
  // What becomes of the next operation.
  DiskFault::Kind Next(bool is_write = false);
  bool dead() const { return dead_; }
  void NoteOpen(const std::string& path);
  void NoteWrite(const std::string& path, Write write);
  void NoteSync(const std::string& path);
  void NoteDelete(const std::string& path);

 private:
  struct FileOnDisk {
    std::string synced;
    std::vector<Write> unsynced;
  };

  FaultDisk();

  DiskFault fault_;
  int64_t operations_ = 0;
  bool struck_ = false;
  bool watching_ = false;
  bool dead_ = false;
  std::map<std::string, FileOnDisk> files_;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_FAULT_VFS_H_
