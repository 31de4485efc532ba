// What the environment says.
#ifndef LOGTALLY_BASE_ENVIRONMENT_H_
#define LOGTALLY_BASE_ENVIRONMENT_H_

#include <stdlib.h>

#include <string_view>

namespace logtally {

// The value of a variable; "" if it is not set. Good until the environment is changed.
inline std::string_view Environment(const char* name) {
  const char* value = ::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace logtally

#endif  // LOGTALLY_BASE_ENVIRONMENT_H_
