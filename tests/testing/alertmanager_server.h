// A real Alertmanager on a loopback port, with the configuration that we ship.
#ifndef LOGTALLY_TESTING_ALERTMANAGER_SERVER_H_
#define LOGTALLY_TESTING_ALERTMANAGER_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "testing/metrics_text.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {

struct ReceivedAlert {
  MetricLabels labels;
  MetricLabels annotations;
  std::vector<std::string> receivers;  // by the routes of the configuration
  bool is_inhibited = false;
};

// Needs the Debian package prometheus-alertmanager.
class AlertmanagerServer {
 public:
  // Starts it and waits until it is ready.
  AlertmanagerServer();

  // Those that are firing now.
  std::vector<ReceivedAlert> Alerts() const;

  // "http://127.0.0.1:40125"
  const std::string& url() const { return url_; }

 private:
  TempDir dir_;
  std::string url_;
  std::unique_ptr<Process> process_;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_ALERTMANAGER_SERVER_H_
