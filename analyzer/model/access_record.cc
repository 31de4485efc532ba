#include "model/access_record.h"

#include <cassert>

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

}  // namespace logtally
