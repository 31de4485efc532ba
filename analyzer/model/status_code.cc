#include "model/status_code.h"

#include "absl/strings/str_format.h"
#include "base/text.h"

namespace logtally {

std::optional<StatusCode> ParseStatusCode(std::string_view text) {
  if (text == "-1") return StatusCode{-1};
  if (text.empty() || text.size() > 3) return std::nullopt;
  StatusCode code = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    code = static_cast<StatusCode>(code * 10 + (c - '0'));
  }
  return code;
}

std::string StatusCodeText(StatusCode code) {
  return code < 0 ? absl::StrFormat("%d", code) : absl::StrFormat("%03d", code);
}

bool IsLabelStatus(StatusCode code) {
  return (code >= 100 && code <= 599) || code == -1 || code == 0 || code == 9;
}

std::string StatusCodeLabel(StatusCode code) {
  return IsLabelStatus(code) ? StatusCodeText(code) : "other";
}

std::string_view StatusClass(StatusCode code) {
  static constexpr std::string_view kClasses[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
  return code >= 100 && code <= 599 ? kClasses[code / 100 - 1] : "other";
}

bool IsErrorStatus(StatusCode code) { return code >= 400 || code < 100; }

}  // namespace logtally
