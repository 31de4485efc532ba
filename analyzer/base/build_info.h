// What this program was built from.
#ifndef LOGTALLY_BASE_BUILD_INFO_H_
#define LOGTALLY_BASE_BUILD_INFO_H_

#include <string_view>

namespace logtally {

std::string_view BuildVersion();   // "0.1.0"
std::string_view BuildRevision();  // short git commit at configure time, or "unknown"
std::string_view BuildCompiler();  // "gcc 12.2.0"

}  // namespace logtally

#endif  // LOGTALLY_BASE_BUILD_INFO_H_
