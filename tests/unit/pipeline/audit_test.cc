#include "pipeline/audit.h"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>

#include "pipeline_fixture.h"
#include "testing/archives.h"

namespace logtally {
namespace {

class AuditTest : public PipelineFixture {
 protected:
  AuditResult RunAudit(const std::vector<std::string>& only_logs = {}, int threads = 2) {
    auto result = Audit({.database_path = state_dir() + "/logtally.db",
                         .sites = setup_.sites,
                         .only_logs = only_logs,
                         .threads = threads},
                        [this](const IngestProgress& progress) { progress_ = progress; });
    EXPECT_OK(result);
    return *std::move(result);
  }
  // "access.log same": by site, path and generation.
  std::vector<std::string> States(const AuditResult& result) const {
    std::vector<std::string> states;
    for (const AuditedLog& log : result.logs) {
      states.push_back(log.path.substr(log.path.rfind('/') + 1) + " " +
                       std::string(AuditStateName(log.state)));
    }
    return states;
  }

  IngestProgress progress_;
};

TEST_F(AuditTest, ComparesEveryLogOfEverySiteWhateverTheNumberOfThreads) {
  setup_.sites = {SiteOf("blog", {"blog.log"}), SiteOf("shop", {"a.log", "b.log"})};
  Append("blog.log", 404, 10);
  Append("a.log", 200, 300);
  AppendRaw("a.log", "no record\n");
  Append("b.log", 500, 5);
  Start();
  Settle();
  for (const int threads : {1, 2, 16}) {
    const AuditResult result = RunAudit({}, threads);
    EXPECT_THAT(States(result),
                ::testing::ElementsAre("blog.log same", "a.log same", "b.log same"));
    EXPECT_EQ(result.lines, 316);
    EXPECT_FALSE(result.has_differences());
  }
  EXPECT_EQ(progress_.bytes_read, progress_.bytes_total);
  EXPECT_EQ(progress_.lines_counted, 315);
  EXPECT_EQ(progress_.lines_rejected, 1);
}

TEST_F(AuditTest, LooksOnlyAtTheLogsThatAreAskedFor) {
  setup_.sites = {SiteOf("shop", {"a.log", "b.log"})};
  Append("a.log", 200, 3);
  Append("b.log", 500, 5);
  Start();
  Settle();
  EXPECT_THAT(States(RunAudit({dir_ / "b*"})), ::testing::ElementsAre("b.log same"));
  EXPECT_THAT(States(RunAudit({dir_ / "c.log"})), ::testing::IsEmpty());
}

TEST_F(AuditTest, ALogOfItsOwnIsNotAnOlderTextOfAnother) {
  setup_.sites = {SiteOf("shop", {"access.log", "access.1.log"})};
  Append("access.log", 200, 3);
  Start();
  Settle();
  Append("access.1.log", 500, 5);  // not read yet
  EXPECT_THAT(States(RunAudit()), ::testing::ElementsAre("access.log same"));
}

TEST_F(AuditTest, AnOlderLogWithoutAnyLineIsNoDifference) {
  Append("access.log", 200, 3);
  Start();
  Settle();
  testing::WriteFile(dir_ / "access.log.1.gz", testing::Gzip(""));
  std::filesystem::last_write_time(
      dir_ / "access.log.1.gz",
      std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_THAT(States(RunAudit()), ::testing::ElementsAre("access.log same"));
}

TEST_F(AuditTest, EachGenerationOfAFileIsATextOfItsOwn) {
  Append("access.log", 200, 30);
  Start();
  Settle();
  testing::WriteFile(dir_ / "access.log", "");
  Settle();
  Append("access.log", 404, 40);
  Settle();
  const AuditResult result = RunAudit();
  EXPECT_THAT(States(result), ::testing::ElementsAre("access.log not_retained", "access.log same"));
  EXPECT_EQ(result.logs[1].generation, 1);
}

}  // namespace
}  // namespace logtally
