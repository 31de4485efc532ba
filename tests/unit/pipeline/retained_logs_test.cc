#include "pipeline/retained_logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/hash.h"
#include "testing/archives.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RetainedLogsTest : public ::testing::Test {
 protected:
  void Write(const std::string& name, std::string_view bytes) {
    testing::WriteFile(dir_ / name, bytes);
    // Written one after the other, whatever the clock of the file system.
    fs::last_write_time(dir_ / name,
                        fs::file_time_type(std::chrono::seconds(++writes_ + 1'000'000'000)));
  }
  FilePosition TextOf(const std::string& name, const std::string& text) const {
    FilePosition position;
    position.key = KeyOf("shop", *StatPath(dir_ / name));
    position.path = dir_ / "access.log";
    position.offset = std::ssize(text);
    position.head_length = 64;
    position.head_hash = StableHash(text.substr(0, 64));
    position.anchor_length = 64;
    position.anchor_hash = StableHash(text.substr(text.size() - 64));
    return position;
  }
  RetainedLogs Logs(const std::vector<FilePosition>& known = {}) const {
    return RetainedLogs("shop", {dir_ / "access.log"}, {}, known);
  }
  std::vector<std::string> Names(const RetainedLogs& logs) const {
    std::vector<std::string> names;
    for (const RetainedFile& file : logs.files()) {
      names.push_back(fs::path(file.path).filename().string() + (file.is_rotated ? "" : "*"));
    }
    return names;
  }
  std::vector<std::string> NamesOf(const RetainedLogs& logs, const FilePosition& text) const {
    std::vector<std::string> names;
    for (const size_t i : logs.Candidates(text)) {
      names.push_back(fs::path(logs.files()[i].path).filename().string());
    }
    return names;
  }

  const std::string text_ = testing::NumberedLines(100);
  testing::TempDir dir_;
  int writes_ = 0;
};

TEST_F(RetainedLogsTest, TheLogAndItsOlderTextsOldestFirst) {
  Write("access.log.2.gz", testing::Gzip("old\n"));
  Write("access.log.1", "older\n");
  Write("access.log", "new\n");
  Write("error.log", "another\n");
  EXPECT_THAT(Names(Logs()), ElementsAre("access.log.2.gz", "access.log.1", "access.log*"));
}

TEST_F(RetainedLogsTest, AKnownFileIsFoundUnderAnyNameInItsDirectory) {
  Write("moved away", text_);
  Write("access.log", "new\n");
  const FilePosition text = TextOf("moved away", text_);
  const RetainedLogs logs = Logs({text});
  EXPECT_THAT(Names(logs), ElementsAre("access.log*", "moved away"));
  EXPECT_THAT(NamesOf(logs, text), ElementsAre("moved away"));
}

TEST_F(RetainedLogsTest, FindsWhatTheDaemonFindsInFoldersBelowAndElsewhere) {
  for (const char* folder : {"old", "other", "archive/deep"}) {
    fs::create_directories(dir_ / folder);
  }
  Write("old/access.log.2", "old\n");
  Write("archive/deep/access.log.3", "elsewhere\n");
  Write("other/access.log.1", "of another log of that name\n");
  Write("other/access.log", "that log\n");
  Write("access.log", "new\n");
  const RetainedLogs logs("shop", {dir_ / "access.log"}, {dir_ / "archive/deep"}, {});
  EXPECT_THAT(Names(logs), ElementsAre("access.log.2", "access.log.3", "access.log*"));
}

TEST_F(RetainedLogsTest, ALogWithItsDateInItsNameIsFoundCompressed) {
  Write("access.log.gz", testing::Gzip(text_));
  EXPECT_THAT(Names(Logs()), ElementsAre("access.log.gz"));
}

TEST_F(RetainedLogsTest, WhatIsCompressedInAnUnknownWayIsLeftOut) {
  Write("access.log.1.xz", std::string("\xfd"
                                       "7zXZ\0 and so on",
                                       16));
  EXPECT_THAT(Names(Logs()), IsEmpty());
}

TEST_F(RetainedLogsTest, CandidatesBeginAlikeAndTheOwnFileComesFirst) {
  Write("access.log.2.gz", testing::Gzip(text_));
  Write("access.log.1", text_);
  Write("access.log", "something else, but as long as the others are, and that is long enough\n");
  const FilePosition text = TextOf("access.log.1", text_);
  EXPECT_THAT(NamesOf(Logs({text}), text), ElementsAre("access.log.1", "access.log.2.gz"));
}

TEST_F(RetainedLogsTest, ATextIsKnownInACopyInAnArchiveAndInPart) {
  Write("access.log", text_);
  Write("access.log.1", text_ + "more\n");
  Write("access.log.2.gz", testing::Gzip(text_));
  Write("access.log.3", text_.substr(0, 100));
  Write("access.log.4", text_.substr(0, 100) + std::string(10000, 'x'));
  const FilePosition text = TextOf("access.log", text_);
  const RetainedLogs logs = Logs({text});
  std::vector<std::string> holders;
  for (const RetainedFile& file : logs.files()) {
    if (HoldsTextOf(file, {&text, 1})) holders.push_back(fs::path(file.path).filename());
  }
  EXPECT_THAT(holders,
              ElementsAre("access.log.1", "access.log.2.gz", "access.log.3", "access.log"));
}

TEST_F(RetainedLogsTest, AFileThatWasReplacedIsNotTakenForTheOneThatWasListed) {
  Write("access.log", "first\n");
  const RetainedLogs logs = Logs();
  fs::rename(dir_ / "access.log", dir_ / "kept");
  Write("access.log", "second\n");
  EXPECT_TRUE(absl::IsUnavailable(OpenRetained(logs.files()[0]).status()));
}

}  // namespace
}  // namespace logtally
