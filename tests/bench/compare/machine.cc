#include "bench/compare/machine.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>

#include "absl/strings/str_format.h"
#include "bench/compare/child.h"

namespace logtally::bench {
namespace {

// What follows `key` and `separator` in the first such line of a file, or "unknown".
std::string ValueIn(const char* path, std::string_view key, char separator) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(key)) continue;
    const size_t begin = line.find_first_not_of(" \t\"", line.find(separator) + 1);
    if (begin == line.npos) break;
    return line.substr(begin, line.find_last_not_of(" \"") + 1 - begin);
  }
  return "unknown";
}

}  // namespace

std::string MachineWords() {
  utsname system = {};
  uname(&system);
  const double memory = static_cast<double>(sysconf(_SC_PHYS_PAGES)) *
                        static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 30);
  return absl::StrFormat("%s, %d processors, %.0f GiB, %s %s, %s",
                         ValueIn("/proc/cpuinfo", "model name", ':'), sysconf(_SC_NPROCESSORS_ONLN),
                         memory, system.sysname, system.release,
                         ValueIn("/etc/os-release", "PRETTY_NAME", '='));
}

std::string PackageWords(const std::set<std::string_view>& packages, const std::string& directory) {
  std::string words;
  for (const std::string_view package : packages) {
    const std::string out = directory + "/version";
    const absl::Status asked =
        Run({"dpkg-query", "-W", "-f=${Version}", std::string(package)}, out, directory + "/err");
    const absl::StatusOr<std::string> version = ReadWhole(out);
    absl::StrAppendFormat(&words, "%s%s %s", words.empty() ? "" : ", ", package,
                          asked.ok() && version.ok() ? *version : "of unknown version");
  }
  return words;
}

}  // namespace logtally::bench
