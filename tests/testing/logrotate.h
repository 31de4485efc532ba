// The real logrotate, as cron runs it, on one log of a test.
#ifndef LOGTALLY_TESTING_LOGROTATE_H_
#define LOGTALLY_TESTING_LOGROTATE_H_

#include <string>
#include <vector>

#include "testing/temp_dir.h"

namespace logtally::testing {

// Needs the Debian package logrotate. Runs as whoever runs the test, who owns the log's folder.
class Logrotate {
 public:
  // `directives` are lines of logrotate.conf(5): {"create 0644", "compress"}. Every rotated file is
  // kept unless they say otherwise. `postrotate` is a shell command, such as one that makes the
  // server reopen its log; "" for none.
  Logrotate(const std::string& log, const std::vector<std::string>& directives,
            const std::string& postrotate = "");

  // Rotates now, whatever the size and the day. dateext names need a second between two.
  void Rotate();
  int rotations() const { return rotations_; }

 private:
  TempDir dir_;  // its configuration and state; never the log's folder
  int rotations_ = 0;
};

// Names with the second in them, so that a test may rotate more than once a day.
inline const std::vector<std::string> kDateExt = {"dateext", "dateformat -%Y%m%d-%s"};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_LOGROTATE_H_
