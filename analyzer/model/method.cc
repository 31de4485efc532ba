#include "model/method.h"

#include <cassert>

namespace logtally {
namespace {

constexpr std::string_view kMethods[] = {
    "other",
    "GET",
    "ACL",
    "BASELINE-CONTROL",
    "BIND",
    "CHECKIN",
    "CHECKOUT",
    "CONNECT",
    "COPY",
    "DELETE",
    "HEAD",
    "LABEL",
    "LINK",
    "LOCK",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MKREDIRECTREF",
    "MKWORKSPACE",
    "MOVE",
    "OPTIONS",
    "ORDERPATCH",
    "PATCH",
    "POST",
    "PRI",
    "PROPFIND",
    "PROPPATCH",
    "PUT",
    "REBIND",
    "REPORT",
    "SEARCH",
    "TRACE",
    "UNBIND",
    "UNCHECKOUT",
    "UNLINK",
    "UNLOCK",
    "UPDATE",
    "UPDATEREDIRECTREF",
    "VERSION-CONTROL",
};

constexpr Method IndexOf(std::string_view name) {
  Method method = 0;
  while (kMethods[method] != name) ++method;
  return method;
}

static_assert(IndexOf("GET") == kGetMethod);
constexpr Method kPost = IndexOf("POST");
constexpr Method kHead = IndexOf("HEAD");

}  // namespace

std::span<const std::string_view> Methods() { return kMethods; }

Method ParseMethod(std::string_view text) {
  // Nine requests in ten are one of these.
  if (text == "GET") return kGetMethod;
  if (text == "POST") return kPost;
  if (text == "HEAD") return kHead;
  if (text.size() < 3 || text.size() > 17) return kOtherMethod;
  for (size_t i = 1; i < std::size(kMethods); ++i) {
    if (kMethods[i] == text) return static_cast<Method>(i);
  }
  return kOtherMethod;
}

std::string_view MethodName(Method method) {
  assert(method < std::size(kMethods));
  return kMethods[method];
}

}  // namespace logtally
