#include "model/access_record.h"

#include <cassert>
#include <cstring>
#include <functional>

namespace logtally {

std::string_view RejectReasonName(RejectReason reason) {
  switch (reason) {
    case RejectReason::kTooLong:
      return "too_long";
    case RejectReason::kUnterminated:
      return "unterminated";
    case RejectReason::kEmpty:
      return "empty";
    case RejectReason::kNoStatus:
      return "no_status";
    case RejectReason::kNoMatch:
      return "no_match";
  }
  assert(false && "a reason without a name");
  return "";
}

void LineBatch::Clear() {
  lines.clear();
  bytes = 0;
  text.reset();
}

void LineBatch::Own() {
  const auto is_foreign = [&](std::string_view view) {
    const std::less<const char*> before;  // of pointers into different arrays
    return before(view.data(), chunk.data()) || !before(view.data(), chunk.data() + chunk.size());
  };
  size_t size = 0;
  for (const RawLine& line : lines) {
    if (is_foreign(line.bytes)) size += line.bytes.size();
  }
  owned.resize(size);
  char* at = owned.data();
  for (RawLine& line : lines) {
    if (!is_foreign(line.bytes) || line.bytes.empty()) continue;
    std::memcpy(at, line.bytes.data(), line.bytes.size());
    line.bytes = {at, line.bytes.size()};
    at += line.bytes.size();
  }
}

}  // namespace logtally
