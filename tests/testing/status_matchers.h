// ASSERT_OK(status), EXPECT_OK(status), ASSERT_OK_AND_ASSIGN(auto x, StatusOr).
#ifndef LOGTALLY_TESTING_STATUS_MATCHERS_H_
#define LOGTALLY_TESTING_STATUS_MATCHERS_H_

#include <gtest/gtest.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"

namespace logtally::testing {

inline absl::Status StatusOf(const absl::Status& status) { return status; }
template <typename T>
absl::Status StatusOf(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

}  // namespace logtally::testing

#define EXPECT_OK(expr) \
  EXPECT_TRUE(::logtally::testing::StatusOf(expr).ok()) << "the Status is not OK"
#define ASSERT_OK(expr)                                                  \
  do {                                                                   \
    const absl::Status assert_ok_ = ::logtally::testing::StatusOf(expr); \
    ASSERT_TRUE(assert_ok_.ok()) << assert_ok_.ToString();               \
  } while (false)

#define LOGTALLY_ASSERT_OK_AND_ASSIGN_(statusor, lhs, expr)   \
  auto statusor = (expr);                                     \
  ASSERT_TRUE(statusor.ok()) << statusor.status().ToString(); \
  lhs = std::move(statusor).value()
#define ASSERT_OK_AND_ASSIGN(lhs, expr) \
  LOGTALLY_ASSERT_OK_AND_ASSIGN_(LOGTALLY_CONCAT_(statusor_, __LINE__), lhs, expr)

#endif  // LOGTALLY_TESTING_STATUS_MATCHERS_H_
