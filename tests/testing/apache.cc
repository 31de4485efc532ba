#include "testing/apache.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_format.h"
#include "testing/http.h"
#include "testing/wait.h"

namespace logtally::testing {
namespace {

constexpr int kFiles[] = {200, 204, 301};     // served as they are: 200
constexpr int kStatuses[] = {403, 500, 503};  // everything else is 404
constexpr size_t kBigBytes = size_t{16} << 20;

std::string Configuration(const TempDir& dir, int port) {
  std::string redirects;
  for (const int status : kStatuses) {
    redirects += absl::StrFormat("Redirect %d /%d\n", status, status);
  }
  // Root must not serve pages, says Apache.
  const std::string user = geteuid() == 0 ? "User www-data\nGroup www-data\n" : "";
  return absl::StrFormat(R"(ServerRoot %s
ServerName localhost
Listen 127.0.0.1:%d
%sLoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
DefaultRuntimeDir %s
PidFile %s
ErrorLog %s
DocumentRoot %s
StartServers 2
ThreadsPerChild 25
MaxRequestWorkers 100
Timeout 300
LogFormat "%%h %%l %%u %%t \"%%r\" %%>s %%O \"%%{Referer}i\" \"%%{User-Agent}i\"" combined
CustomLog %s "%%>s"
CustomLog %s combined
%s)",
                         dir.path(), port, user, dir.path(), dir / "apache.pid", dir / "error.log",
                         dir / "www", dir / "truth.log", dir / "access.log", redirects);
}

}  // namespace

Apache::Apache() {
  const std::string program = SystemProgram("apache2", "apache2-bin");
  chmod(dir_.path().c_str(), 0755);  // its processes are another user's, if the test is root's
  std::filesystem::create_directory(dir_ / "www");
  for (const int status : kFiles) WriteFile(dir_ / absl::StrFormat("www/%d", status), "ok\n");
  WriteFile(dir_ / "www/big", std::string(kBigBytes, 'b'));
  for (int attempt = 0; attempt < 3; ++attempt) {
    port_ = FreePort();
    url_ = absl::StrFormat("http://127.0.0.1:%d", port_);
    WriteFile(dir_ / "apache.conf", Configuration(dir_, port_));
    process_ = std::make_unique<Process>(
        std::vector<std::string>{program, "-DFOREGROUND", "-f", dir_ / "apache.conf"});
    const auto answers = [&] { return HttpGet(url_, "/200").status == 200; };
    if (WaitUntil([&] { return answers() || !process_->Running(); }) && process_->Running()) return;
  }
  ADD_FAILURE() << "apache2 does not answer on " << url_ << ":\n" << process_->err();
}

std::string Apache::reopen_command() const {
  return absl::StrFormat("kill -USR1 %d", process_->pid());
}

void Apache::Reopen() { process_->Signal(SIGUSR1); }

void Apache::Quit() {
  process_->Signal(SIGWINCH);
  EXPECT_EQ(process_->Wait(), 0) << process_->err() << ReadFile(dir_ / "error.log");
}

CodeCounts Apache::Truth() const { return CountStatusLines(ReadFile(dir_ / "truth.log")); }

SlowClient::SlowClient(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int small = 4096;  // what it does not read must fill the server's side soon
  setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  constexpr std::string_view kRequest = "GET /big HTTP/1.0\r\n\r\n";
  char first = 0;
  const bool began =
      connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      send(socket_.get(), kRequest.data(), kRequest.size(), MSG_NOSIGNAL) > 0 &&
      recv(socket_.get(), &first, 1, 0) == 1;  // the answer is on its way: no more to be refused
  EXPECT_TRUE(began) << "no answer from port " << port;
}

void SlowClient::Finish() {
  std::string bytes(256 << 10, '\0');
  size_t all = 1;
  for (ssize_t got; (got = recv(socket_.get(), bytes.data(), bytes.size(), 0)) > 0;) all += got;
  EXPECT_GT(all, kBigBytes) << "the answer was cut off";
}

}  // namespace logtally::testing
