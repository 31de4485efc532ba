// A real nginx on a loopback port, which writes each response into two logs: the one to be
// followed, and one that nothing ever rotates.
#ifndef LOGTALLY_TESTING_NGINX_H_
#define LOGTALLY_TESTING_NGINX_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "testing/code_counts.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {

// Runs as whoever runs the test. Needs the Debian package nginx-light.
class Nginx {
 public:
  struct Options {
    std::string access_log_options = "";  // behind the format of the log: "buffer=64k flush=1s"
    // Also sends its log by syslog to there: "127.0.0.1:5140", "unix:/run/a.sock".
    std::string syslog_server = "";
  };
  // Starts nginx and waits until it answers.
  Nginx() : Nginx(Options()) {}
  explicit Nginx(const Options& options);

  // "http://127.0.0.1:40124". Answers /200 /204 /301 /400 /403 /404 /499 /500 /503 with that
  // status (499: the connection is dropped, as if the client had left).
  const std::string& url() const { return url_; }
  // In the format combined.
  std::string access_log() const { return dir_ / "access.log"; }
  // What makes nginx reopen its logs, for the shell.
  std::string reopen_command() const;

  // Renames access.log to access.log.1 and tells nginx to reopen its logs. nginx goes on
  // writing to the old file for a while.
  void Rotate();
  // Lets running requests finish, then waits for the end. Both logs are complete then.
  void Quit();

  // What nginx itself logged, by status: never behind access_log().
  CodeCounts Truth() const;

 private:
  TempDir dir_;
  std::string url_;
  std::unique_ptr<Process> process_;
};

// A bounded load of fixed requests, which take turns over all of nginx's locations. Needs the
// Debian package wrk.
class Wrk {
 public:
  Wrk(const std::string& url, absl::Duration duration, int connections);
  // Waits for the end of the load.
  void Wait();

 private:
  TempDir dir_;
  absl::Duration duration_;
  std::unique_ptr<Process> process_;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_NGINX_H_
