#include "testing/call_faults.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <atomic>
#include <filesystem>

#include "absl/strings/str_format.h"
#include "base/unique_fd.h"

namespace logtally::testing {

std::string ErrnoEffect(int error) { return std::to_string(error); }

CallFaults::CallFaults(const std::vector<CallFault>& faults) {
  WriteFile(control_ + ".hits", std::string(sizeof(int64_t), '\0'));
  const UniqueFd fd(open((control_ + ".hits").c_str(), O_RDWR | O_CLOEXEC));
  void* const page =
      mmap(nullptr, sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
  if (page == MAP_FAILED) {
    ADD_FAILURE() << "mmap " << control_ << ".hits";
  } else {
    page_ = page;
  }
  Set(faults);
}

CallFaults::~CallFaults() {
  if (page_ != nullptr) munmap(page_, sizeof(int64_t));
}

std::map<std::string, std::string> CallFaults::Environment() const {
  const char* asan = getenv("ASAN_OPTIONS");
  return {{"LD_PRELOAD", LOGTALLY_LOG_FAULTS},
          {"LOGTALLY_CALL_FAULTS", control_},
          // The library comes before ASan's runtime, which would refuse to start.
          {"ASAN_OPTIONS", absl::StrFormat("%s:verify_asan_link_order=0", asan ? asan : "")}};
}

void CallFaults::Set(const std::vector<CallFault>& faults) {
  std::string rows;
  for (const CallFault& fault : faults) {
    absl::StrAppendFormat(&rows, "%s %s %d %d %s\n", fault.call, fault.folder, fault.from, fault.to,
                          fault.effect);
  }
  // By rename, so that no call sees half of it, and as another file, so that it is noticed.
  WriteFile(control_ + ".new", rows);
  std::filesystem::rename(control_ + ".new", control_);
}

int64_t CallFaults::hits() const {
  return page_ == nullptr ? 0 : static_cast<std::atomic<int64_t>*>(page_)->load();
}

}  // namespace logtally::testing
