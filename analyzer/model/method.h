// Request methods that may become a label.
#ifndef LOGTALLY_MODEL_METHOD_H_
#define LOGTALLY_MODEL_METHOD_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace logtally {

// An index into Methods(). 0 is "other": whatever is not registered, is spelt in another case, or
// could not be read. Numbers are for this process only; the store keeps names.
using Method = uint8_t;

inline constexpr Method kOtherMethod = 0;
inline constexpr Method kGetMethod = 1;

// All names, "other" first, then GET, then the rest of the registry in its order.
// Source: IANA HTTP Method Registry.
std::span<const std::string_view> Methods();

// Methods are case-sensitive (RFC 9110 §9.1): "get" is other.
Method ParseMethod(std::string_view text);

std::string_view MethodName(Method method);

}  // namespace logtally

#endif  // LOGTALLY_MODEL_METHOD_H_
