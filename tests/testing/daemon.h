// The real `logtally serve` as a child process, with the verbs of a story.
#ifndef LOGTALLY_TESTING_DAEMON_H_
#define LOGTALLY_TESTING_DAEMON_H_

#include <signal.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "testing/code_counts.h"
#include "testing/http.h"
#include "testing/metrics_text.h"
#include "testing/process.h"
#include "testing/temp_dir.h"
#include "testing/wait.h"

namespace logtally::testing {

// Errors: whatever does not happen before its deadline fails the test, with what the daemon wrote.
// Thread: one at a time, the one that created it.
class Daemon {
 public:
  struct Options {
    std::vector<std::string> args;  // of `logtally serve`: logs and options
    std::map<std::string, std::string> environment;
    std::string listen_address = "127.0.0.1:0";
    std::string state_dir = "";  // "": a folder of its own
    std::string stdin_path = "/dev/null";
    bool starts_at_once = true;  // otherwise at the first Restart() or TryRestart()
  };

  // Starts the daemon on a state directory of its own and waits until it listens, unless told not
  // to start yet.
  explicit Daemon(Options options);
  // One that follows these logs as the site "default".
  static Options Following(std::vector<std::string> logs);
  // One with that configuration file.
  static Options Configured(const std::string& config_path);

  const std::string& state_dir() const { return state_dir_; }
  // "http://127.0.0.1:40123"; new after each Restart.
  const std::string& url() const { return url_; }
  int port() const;
  pid_t pid() const { return process_->pid(); }
  std::string err() const { return process_->err(); }  // since the last start
  bool Running() { return process_->Running(); }

  HttpAnswer Get(const std::string& target) const { return HttpGet(url_, target); }

  // Waits for /-/ready to answer 200.
  void WaitUntilReady();

  // The page as it is now. A page that does not answer 200 or that the strict parser refuses
  // fails the test.
  MetricsPage Metrics() const;
  // The same, but nothing where there is no 200: it starts, catches up, or is dead.
  std::optional<MetricsPage> MetricsIfServed() const;

  // Waits until the sample has the value: WaitForMetric("logtally_rotations_total{…}", 1).
  void WaitForMetric(std::string_view sample, double value, absl::Duration deadline = kPatience);
  // Waits until the responses by code are exactly these (labels as in the metrics).
  void WaitForCodes(const CodeCounts& codes, std::string_view site = "");
  // Waits for a line of standard error that holds `text`.
  void WaitForMessage(std::string_view text);
  // Waits until the daemon takes syslog messages by UDP, and says where: "127.0.0.1:40123".
  std::string WaitForSyslogPort();

  // SIGTERM, or another signal that asks to stop; the exit code must be 0.
  void Stop(int signal_number = SIGTERM);
  // SIGTERM where it may die of something else: the exit code, 128 + n of signal n.
  int StopOrDie();
  // SIGKILL: nothing is flushed, no destructor runs.
  void Crash();
  // SIGHUP.
  void Reload() { process_->Signal(SIGHUP); }
  void Signal(int signal_number) { process_->Signal(signal_number); }
  // Starts again after Stop() or Crash(), on the same state directory.
  void Restart();
  // The same where it may die before it listens: then false.
  bool TryRestart();
  // From the next start on.
  void SetEnvironment(const std::string& name, const std::string& value) {
    options_.environment[name] = value;
  }

 private:
  TempDir dir_;
  Options options_;
  std::string state_dir_;
  std::string url_;
  std::unique_ptr<Process> process_;
};

// `logtally <args>` to its end.
ProcessResult RunLogtally(std::vector<std::string> args, const ProcessOptions& options = {});

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_DAEMON_H_
