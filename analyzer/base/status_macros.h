// Passes a failed absl::Status on to the caller.
//
// Debian's Abseil (20220623) has no such macros; these are the two that everyone knows.
#ifndef LOGTALLY_BASE_STATUS_MACROS_H_
#define LOGTALLY_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define RETURN_IF_ERROR(expr)                                             \
  do {                                                                    \
    if (absl::Status return_if_error_ = (expr); !return_if_error_.ok()) { \
      return return_if_error_;                                            \
    }                                                                     \
  } while (false)

#define LOGTALLY_CONCAT_INNER_(a, b) a##b
#define LOGTALLY_CONCAT_(a, b) LOGTALLY_CONCAT_INNER_(a, b)
#define LOGTALLY_ASSIGN_OR_RETURN_(statusor, lhs, expr) \
  auto statusor = (expr);                               \
  if (!statusor.ok()) return statusor.status();         \
  lhs = std::move(statusor).value()

// ASSIGN_OR_RETURN(auto file, Open(path));
#define ASSIGN_OR_RETURN(lhs, expr) \
  LOGTALLY_ASSIGN_OR_RETURN_(LOGTALLY_CONCAT_(statusor_, __LINE__), lhs, expr)

#endif  // LOGTALLY_BASE_STATUS_MACROS_H_
