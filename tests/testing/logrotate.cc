#include "testing/logrotate.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "absl/strings/str_format.h"
#include "testing/process.h"

namespace logtally::testing {

Logrotate::Logrotate(const std::string& log, const std::vector<std::string>& directives,
                     const std::string& postrotate) {
  std::string configuration = absl::StrFormat("\"%s\" {\n  rotate 10000\n", log);
  for (const std::string& directive : directives) configuration += "  " + directive + "\n";
  if (!postrotate.empty()) {
    configuration += absl::StrFormat("  postrotate\n    %s\n  endscript\n", postrotate);
  }
  WriteFile(dir_ / "logrotate.conf", configuration + "}\n");
  // It refuses a configuration that others than root may write, whatever the umask.
  EXPECT_EQ(chmod((dir_ / "logrotate.conf").c_str(), 0644), 0);
}

void Logrotate::Rotate() {
  const ProcessResult result = RunToEnd({SystemProgram("logrotate", "logrotate"), "--force",
                                         "--state", dir_ / "state", dir_ / "logrotate.conf"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  ++rotations_;
}

}  // namespace logtally::testing
