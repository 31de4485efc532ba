#include "testing/prometheus_api.h"

#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "testing/http.h"

namespace logtally::testing {
namespace {

using Json = nlohmann::json;

absl::StatusOr<Json> Data(const std::string& url, const std::string& target) {
  const HttpAnswer answer = HttpGet(url, target);
  Json json = Json::parse(answer.body, nullptr, false);
  if (answer.status != 200 || !json.is_object()) {
    return absl::UnknownError(json.is_object()
                                  ? json.value("error", answer.body)
                                  : absl::StrFormat("%d %s", answer.status, answer.body));
  }
  return json.at("data");
}

std::pair<int64_t, double> PointOf(const Json& pair) {
  double value = 0;
  (void)absl::SimpleAtod(pair.at(1).get<std::string>(), &value);
  return {static_cast<int64_t>(pair.at(0).get<double>()), value};
}

}  // namespace

PrometheusApi::Result PrometheusApi::Ask(const std::string& target) const {
  ASSIGN_OR_RETURN(const Json data, Data(url_, target));
  const std::string type = data.at("resultType");
  const Json& result = data.at("result");
  std::vector<PrometheusSeries> series;
  if (type == "scalar") return std::vector<PrometheusSeries>{{{}, {PointOf(result)}}};
  for (const Json& row : result) {
    PrometheusSeries& one = series.emplace_back();
    one.labels = row.at("metric").get<MetricLabels>();
    if (type == "vector") {
      one.points.push_back(PointOf(row.at("value")));
    } else {
      for (const Json& point : row.at("values")) one.points.push_back(PointOf(point));
    }
  }
  return series;
}

PrometheusApi::Result PrometheusApi::Instant(const std::string& expr, int64_t time_unix) const {
  return Ask(absl::StrFormat("/api/v1/query?query=%s&time=%d", PercentEncode(expr), time_unix));
}

PrometheusApi::Result PrometheusApi::Range(const std::string& expr, int64_t from_unix,
                                           int64_t to_unix, int64_t step_seconds) const {
  return Ask(absl::StrFormat("/api/v1/query_range?query=%s&start=%d&end=%d&step=%d",
                             PercentEncode(expr), from_unix, to_unix, step_seconds));
}

absl::StatusOr<std::vector<std::string>> PrometheusApi::LabelValues(const std::string& label,
                                                                    const std::string& selector,
                                                                    int64_t from_unix,
                                                                    int64_t to_unix) const {
  ASSIGN_OR_RETURN(const Json data,
                   Data(url_, absl::StrFormat("/api/v1/label/%s/values?match[]=%s&start=%d&end=%d",
                                              label, PercentEncode(selector), from_unix, to_unix)));
  return data.get<std::vector<std::string>>();
}

}  // namespace logtally::testing
