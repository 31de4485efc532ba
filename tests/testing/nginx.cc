#include "testing/nginx.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "absl/strings/str_format.h"
#include "testing/http.h"
#include "testing/wait.h"

namespace logtally::testing {
namespace {

constexpr std::array<int, 9> kStatuses = {200, 204, 301, 400, 403, 404, 499, 500, 503};

std::string Configuration(const TempDir& dir, int port, const Nginx::Options& options) {
  std::string locations;
  for (const int status : kStatuses) {
    locations += absl::StrFormat("    location = /%d { return %d%s; }\n", status, status,
                                 status == 301   ? " /200"
                                 : status == 200 ? " ok"
                                                 : "");
  }
  const std::string syslog =
      options.syslog_server.empty()
          ? ""
          : "access_log syslog:server=" + options.syslog_server + " combined;";
  // As root, nginx would give the reopened logs to "nobody", who may not enter our folder.
  const std::string user = geteuid() == 0 ? "user root root;" : "";
  return absl::StrFormat(R"(%s
daemon off;
worker_processes 2;
pid %s;
error_log stderr warn;
events { worker_connections 256; }
http {
  log_format truth '$status';
  access_log %s truth;
  access_log %s combined %s;
  %s
  client_body_temp_path %s;
  proxy_temp_path %s;
  fastcgi_temp_path %s;
  uwsgi_temp_path %s;
  scgi_temp_path %s;
  server {
    listen 127.0.0.1:%d;
%s  }
}
)",
                         user, dir / "nginx.pid", dir / "truth.log", dir / "access.log",
                         options.access_log_options, syslog, dir / "body", dir / "proxy",
                         dir / "fastcgi", dir / "uwsgi", dir / "scgi", port, locations);
}

std::string Script() {
  std::string paths;
  for (const int status : kStatuses) paths += absl::StrFormat("\"/%d\", ", status);
  return absl::StrFormat(R"(local paths = { %s}
local turn = 0
request = function()
  turn = turn %% #paths + 1
  return wrk.format("GET", paths[turn])
end
)",
                         paths);
}

}  // namespace

Nginx::Nginx(const Options& options) {
  const std::string program = SystemProgram("nginx", "nginx-light");
  const std::string configuration = dir_ / "nginx.conf";
  // Between our look for a free port and nginx's bind somebody else may take it: then try another.
  for (int attempt = 0; attempt < 3; ++attempt) {
    const int port = FreePort();
    url_ = absl::StrFormat("http://127.0.0.1:%d", port);
    WriteFile(configuration, Configuration(dir_, port, options));
    process_ = std::make_unique<Process>(std::vector<std::string>{
        program, "-e", "stderr", "-p", dir_.path() + "/", "-c", configuration});
    const auto answers = [&] { return HttpGet(url_, "/204").status == 204; };
    if (WaitUntil([&] { return answers() || !process_->Running(); }) && process_->Running()) return;
  }
  ADD_FAILURE() << "nginx does not answer on " << url_ << ":\n" << process_->err();
}

std::string Nginx::reopen_command() const {
  return absl::StrFormat("kill -USR1 %d", process_->pid());
}

void Nginx::Rotate() {
  std::filesystem::rename(access_log(), access_log() + ".1");
  process_->Signal(SIGUSR1);
  EXPECT_TRUE(WaitUntil([&] { return std::filesystem::exists(access_log()); }))
      << "nginx did not reopen its log:\n"
      << process_->err();
}

void Nginx::Quit() {
  process_->Signal(SIGQUIT);
  EXPECT_EQ(process_->Wait(), 0) << process_->err();
}

CodeCounts Nginx::Truth() const { return CountStatusLines(ReadFile(dir_ / "truth.log")); }

Wrk::Wrk(const std::string& url, absl::Duration duration, int connections) : duration_(duration) {
  const std::string script = dir_ / "mix.lua";
  WriteFile(script, Script());
  process_ = std::make_unique<Process>(std::vector<std::string>{
      SystemProgram("wrk", "wrk"), "--threads", "1", "--connections",
      absl::StrFormat("%d", connections), "--duration",
      absl::StrFormat("%ds", absl::ToInt64Seconds(duration)), "--script", script, url});
}

void Wrk::Wait() {
  EXPECT_EQ(process_->Wait(duration_ + kPatience), 0) << process_->out() << process_->err();
}

}  // namespace logtally::testing
