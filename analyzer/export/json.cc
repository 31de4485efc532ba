#include "export/json.h"

namespace logtally {
namespace {

using nlohmann::ordered_json;

HttpResponse Answer(int status, const ordered_json& json) {
  constexpr bool kEnsureAscii = true;
  return {status, "application/json",
          json.dump(-1, ' ', kEnsureAscii, ordered_json::error_handler_t::replace) + "\n"};
}

}  // namespace

HttpResponse JsonAnswer(const ordered_json& data, const ordered_json& meta) {
  return Answer(200, {{"data", data}, {"meta", meta}});
}

HttpResponse JsonError(int status, std::string_view message) {
  return Answer(status, {{"error", message}});
}

}  // namespace logtally
