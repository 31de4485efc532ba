#include "testing/alertmanager_server.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "testing/http.h"
#include "testing/wait.h"

namespace logtally::testing {

AlertmanagerServer::AlertmanagerServer() {
  const std::string program = SystemProgram("prometheus-alertmanager", "prometheus-alertmanager");
  for (int attempt = 0; attempt < 3; ++attempt) {
    const int port = FreePort();
    url_ = absl::StrFormat("http://127.0.0.1:%d", port);
    // Without an address for its peers it listens on the one port only.
    process_ = std::make_unique<Process>(std::vector<std::string>{
        program, "--config.file=" LOGTALLY_SOURCE_DIR "/dashboards/alertmanager/alertmanager.yml",
        "--storage.path=" + (dir_ / "data"),
        "--cluster.listen-address=", absl::StrFormat("--web.listen-address=127.0.0.1:%d", port)});
    const auto ready = [&] { return HttpGet(url_, "/-/ready").status == 200; };
    if (WaitUntil([&] { return ready() || !process_->Running(); }) && process_->Running()) return;
  }
  ADD_FAILURE() << "prometheus-alertmanager does not get ready on " << url_ << ":\n"
                << process_->err();
}

std::vector<ReceivedAlert> AlertmanagerServer::Alerts() const {
  const HttpAnswer answer = HttpGet(url_, "/api/v2/alerts");
  const nlohmann::json parsed = nlohmann::json::parse(answer.body, nullptr, false);
  if (answer.status != 200 || !parsed.is_array()) {
    ADD_FAILURE() << "/api/v2/alerts: " << answer.status << " " << answer.body;
    return {};
  }
  std::vector<ReceivedAlert> alerts;
  for (const nlohmann::json& row : parsed) {
    ReceivedAlert alert;
    alert.labels = row.at("labels").get<MetricLabels>();
    alert.annotations = row.at("annotations").get<MetricLabels>();
    for (const nlohmann::json& receiver : row.at("receivers")) {
      alert.receivers.push_back(receiver.at("name").get<std::string>());
    }
    alert.is_inhibited = !row.at("status").at("inhibitedBy").empty();
    alerts.push_back(std::move(alert));
  }
  return alerts;
}

}  // namespace logtally::testing
