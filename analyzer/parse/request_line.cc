#include "parse/request_line.h"

namespace logtally {
namespace {

// "HTTP/1.1", "HTTP/2": the name and a version of digits and dots.
bool IsProtocol(std::string_view word) {
  constexpr std::string_view kName = "HTTP/";
  return word.size() > kName.size() && word.starts_with(kName) &&
         word.find_first_not_of("0123456789.", kName.size()) == std::string_view::npos;
}

}  // namespace

RequestLine ParseOddRequestLine(std::string_view request) {
  if (request.empty() || request == "-") return {};
  const size_t first_space = request.find(' ');
  const Method method = ParseMethod(request.substr(0, first_space));
  if (first_space == std::string_view::npos) {
    if (method == kOtherMethod) return {kOtherMethod, request, false};
    return {method, {}, true};
  }
  const size_t last_space = request.rfind(' ');
  const bool has_protocol = IsProtocol(request.substr(last_space + 1));
  // "GET HTTP/1.1" has one space: nothing stands between method and protocol.
  const size_t path_end = !has_protocol               ? request.size()
                          : last_space == first_space ? first_space + 1
                                                      : last_space;
  const std::string_view path = request.substr(first_space + 1, path_end - first_space - 1);
  const bool recognised = method != kOtherMethod || has_protocol;
  if (!recognised && !path.starts_with('/')) return {kOtherMethod, request, false};
  return {method, path, recognised};
}

}  // namespace logtally
