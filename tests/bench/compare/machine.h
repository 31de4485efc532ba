// Where the figures were measured: without that they say little.
#ifndef LOGTALLY_BENCH_COMPARE_MACHINE_H_
#define LOGTALLY_BENCH_COMPARE_MACHINE_H_

#include <set>
#include <string>
#include <string_view>

namespace logtally::bench {

// "AMD EPYC …, 2 processors, 23 GiB, Linux 6.1.0, Debian GNU/Linux 12 (bookworm)".
std::string MachineWords();

// "gawk 1:5.2.1-2, mtail 3.0.0~rc50-1+b6", as dpkg knows them.
std::string PackageWords(const std::set<std::string_view>& packages, const std::string& directory);

}  // namespace logtally::bench

#endif  // LOGTALLY_BENCH_COMPARE_MACHINE_H_
