#include "base/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <string>

#include "base/unique_fd.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

class LogTest : public ::testing::Test {
 protected:
  ~LogTest() override { unsetenv("JOURNAL_STREAM"); }

  static std::string StreamOf(int fd) {
    struct stat found;
    EXPECT_EQ(fstat(fd, &found), 0);
    return std::to_string(found.st_dev) + ":" + std::to_string(found.st_ino);
  }

  testing::TempDir dir_;
  const std::string path_ = dir_ / "err";
  const UniqueFd fd_{open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
};

TEST_F(LogTest, APersonReadsTheSeverityAsAWord) {
  Log log(fd_.get(), Log::Style::kPlain);
  log.Error("no");
  log.Warning("hm");
  log.Info("well");
  EXPECT_EQ(testing::ReadFile(path_), "error: no\nwarning: hm\nwell\n");
}

TEST_F(LogTest, TheJournalReadsItAsANumber) {
  Log log(fd_.get(), Log::Style::kJournal);
  log.Error("no");
  log.Warning("hm");
  log.Info("well");
  EXPECT_EQ(testing::ReadFile(path_), "<3>no\n<4>hm\n<6>well\n");
}

TEST_F(LogTest, OneMessageIsOneLineWhateverItHolds) {
  Log log(fd_.get(), Log::Style::kPlain);
  log.Info("open /tmp/a\n<3>forged\x1b[2J");
  EXPECT_EQ(testing::ReadFile(path_), "open /tmp/a\\x0A<3>forged\\x1B[2J\n");
}

TEST_F(LogTest, OnlyTheStreamThatSystemdNamesIsTheJournal) {
  EXPECT_EQ(Log::StyleOf(fd_.get()), Log::Style::kPlain);
  setenv("JOURNAL_STREAM", "8:12345", 1);
  EXPECT_EQ(Log::StyleOf(fd_.get()), Log::Style::kPlain);
  setenv("JOURNAL_STREAM", StreamOf(fd_.get()).c_str(), 1);
  EXPECT_EQ(Log::StyleOf(fd_.get()), Log::Style::kJournal);
}

}  // namespace
}  // namespace logtally
