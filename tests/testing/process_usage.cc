#include "testing/process_usage.h"

#include <filesystem>
#include <string>
#include <system_error>

#include "testing/temp_dir.h"

namespace logtally::testing {

int64_t PeakMemoryBytes(pid_t pid) {
  const std::string status = ReadFile("/proc/" + std::to_string(pid) + "/status");
  const size_t at = status.find("VmHWM:");
  if (at == std::string::npos) return INT64_MAX;
  return std::stoll(status.substr(at + 6)) * 1024;
}

int OpenFiles(pid_t pid) {
  int files = 0;
  std::error_code gone;  // a descriptor may be closed while we look
  const std::string folder = "/proc/" + std::to_string(pid) + "/fd";
  for (const auto& entry : std::filesystem::directory_iterator(folder, gone)) {
    const std::string target = std::filesystem::read_symlink(entry.path(), gone);
    files += target.starts_with('/') && !target.starts_with("/dev/");
  }
  return files;
}

}  // namespace logtally::testing
