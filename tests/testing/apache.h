// A real Apache on a loopback port, which writes each response into two logs: the one to be
// followed, and one that nothing ever rotates.
#ifndef LOGTALLY_TESTING_APACHE_H_
#define LOGTALLY_TESTING_APACHE_H_

#include <memory>
#include <string>

#include "testing/code_counts.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {

// Needs the Debian package apache2-bin.
class Apache {
 public:
  // Starts it and waits until it answers.
  Apache();

  // "http://127.0.0.1:40124". Answers as testing/nginx.h does, and /big with 16 MiB: longer than
  // what sockets hold, so that a client that does not read keeps the response from ending.
  const std::string& url() const { return url_; }
  int port() const { return port_; }
  // In the format combined.
  std::string access_log() const { return dir_ / "access.log"; }

  // A graceful restart, on which new processes open the logs again; the old ones end with their
  // last response, and log it to the files that they have.
  void Reopen();
  std::string reopen_command() const;
  // Lets running requests finish, then waits for the end. Both logs are complete then.
  void Quit();

  // What Apache itself logged, by status: never behind access_log().
  CodeCounts Truth() const;

 private:
  TempDir dir_;
  std::string url_;
  int port_ = 0;
  std::unique_ptr<Process> process_;
};

// A client that asks for /big and reads nothing of it until it is told to.
class SlowClient {
 public:
  explicit SlowClient(int port);
  // Reads all of it.
  void Finish();

 private:
  UniqueFd socket_;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_APACHE_H_
