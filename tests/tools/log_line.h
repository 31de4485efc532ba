// How each log format writes a visit, and lines that try a parser.
#ifndef LOGTALLY_TOOLS_LOG_LINE_H_
#define LOGTALLY_TOOLS_LOG_LINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tools/traffic.h"

namespace logtally::tools {

enum class LineFormat {
  kNginxCombined,
  kNginxMain,
  kApacheCommon,
  kApacheCombined,
  kApacheVhostCombined,
  kNginxJson,  // escape=json, its keys are the names of nginx's variables, its values are quoted
};

// The time as a format writes it, made anew only when the second changes:
// "[10/Oct/2023:13:55:36 +0000]", "2023-10-10T13:55:36+00:00".
class TimeText {
 public:
  explicit TimeText(LineFormat format) : format_(format) {}
  std::string_view At(int64_t unix_seconds);

 private:
  LineFormat format_;
  int64_t shown_ = INT64_MIN;
  std::string text_;
};

// Appends one line with its '\n'.
void AppendLine(LineFormat format, const Visit& visit, std::string_view time, std::string& out);

enum class OddKinds {
  kOfServers,  // as servers write them: bytes of TLS on a plain port, no request at all, targets of
               // 8 KiB, codes outside the registry
  kAll,        // also CRLF, invalid UTF-8, empty lines, runs of NUL, lines over 64 KiB, words that
               // are no access log
};

// Appends one odd line with its '\n', of the kinds that real logs hold.
// Returns the status as a server writes it ("000"), or nothing for a line that no analyzer can
// count and that must be rejected.
std::optional<std::string> AppendOddLine(LineFormat format, OddKinds kinds, Visit visit,
                                         std::string_view time, Random& random, std::string& out);

}  // namespace logtally::tools

#endif  // LOGTALLY_TOOLS_LOG_LINE_H_
