// Which paths of logs may stand in the configuration.
#ifndef LOGTALLY_APP_PATH_PATTERN_H_
#define LOGTALLY_APP_PATH_PATTERN_H_

#include <optional>
#include <string_view>

namespace logtally {

// What is wrong with an absolute path or glob(7) pattern, or nothing. It refuses what glob(3)
// would take literally without a word, though the writer meant something else: an open '[',
// '**', '{a,b}'.
std::optional<std::string_view> PathPatternFault(std::string_view pattern);

}  // namespace logtally

#endif  // LOGTALLY_APP_PATH_PATTERN_H_
