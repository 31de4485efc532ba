// A disk so small that a test can fill it: a tmpfs that only this process and its children see.
#ifndef LOGTALLY_TESTING_SMALL_DISK_H_
#define LOGTALLY_TESTING_SMALL_DISK_H_

#include <cstdint>
#include <string>

#include "testing/temp_dir.h"

namespace logtally::testing {

// Takes this process into a mount namespace of its own (an ordinary user: also into a user
// namespace), for good. Create it before there are threads.
class SmallDisk {
 public:
  explicit SmallDisk(int64_t bytes);

  // Why there can be no such disk here ("": there is one): containers often forbid mounts.
  const std::string& why_not() const { return why_not_; }
  std::string path() const { return dir_.path(); }

  // Takes every byte that is free, also what others have given back since the last time.
  void Fill();
  // Gives it all back.
  void Free();
  int64_t FreeBytes() const;

 private:
  std::string Mount(int64_t bytes);

  TempDir dir_;
  std::string why_not_;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_SMALL_DISK_H_
