#include "export/process_metrics.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>

namespace logtally {
namespace {

// The 1-based field of /proc/self/stat. The second field, the program's name in parentheses, may
// hold spaces: fields are counted from behind it.
class ProcStat {
 public:
  ProcStat() {
    std::ifstream in("/proc/self/stat");
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const size_t name_end = text.rfind(')');
    if (name_end != std::string::npos) fields_.str(text.substr(name_end + 1));
    double value = 0;
    std::string state;
    fields_ >> state;
    for (int field = 4; field <= 24 && fields_ >> value; ++field) values_[field] = value;
  }
  double Field(int field) const { return values_[field]; }

 private:
  std::istringstream fields_;
  double values_[25] = {};
};

// The boot time from two clocks: /proc/stat, which has it too, is hidden by ProcSubset=pid.
double BootTimeUnix() {
  timespec now, since_boot;
  clock_gettime(CLOCK_REALTIME, &now);
  clock_gettime(CLOCK_BOOTTIME, &since_boot);
  return static_cast<double>(now.tv_sec - since_boot.tv_sec) +
         static_cast<double>(now.tv_nsec - since_boot.tv_nsec) / 1e9;
}

}  // namespace

ProcessMetrics ReadProcessMetrics() {
  ProcessMetrics metrics;
  const ProcStat stat;
  const double ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  metrics.cpu_seconds = (stat.Field(14) + stat.Field(15)) / ticks;
  metrics.virtual_bytes = stat.Field(23);
  metrics.resident_bytes = stat.Field(24) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  metrics.start_time_unix = BootTimeUnix() + stat.Field(22) / ticks;
  std::error_code unreadable;
  for (auto fd = std::filesystem::directory_iterator("/proc/self/fd", unreadable);
       !unreadable && fd != std::filesystem::directory_iterator(); fd.increment(unreadable)) {
    ++metrics.open_fds;
  }
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    metrics.max_fds = static_cast<double>(limit.rlim_cur);
  return metrics;
}

}  // namespace logtally
