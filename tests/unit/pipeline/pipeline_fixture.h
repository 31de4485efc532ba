// The verbs that the stories about the whole flow are told in: real files, a real store, and a
// clock that stands still.
#ifndef LOGTALLY_UNIT_PIPELINE_PIPELINE_FIXTURE_H_
#define LOGTALLY_UNIT_PIPELINE_PIPELINE_FIXTURE_H_

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/unique_fd.h"
#include "parse/format_presets.h"
#include "pipeline/pipeline.h"
#include "store/count_reader.h"
#include "store/database.h"
#include "testing/code_counts.h"
#include "testing/fake_clock.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {

// Lines of the combined format, at that time.
inline std::string Lines(int code, int count, absl::Time time, std::string_view target = "/") {
  const std::string line = absl::StrFormat(
      "192.0.2.7 - - [%s] \"GET %s HTTP/1.1\" %d 17 \"-\" \"curl/7.88.1\"\n",
      absl::FormatTime("%d/%b/%Y:%H:%M:%S +0000", time, absl::UTCTimeZone()), target, code);
  std::string lines;
  for (int i = 0; i < count; ++i) lines += line;
  return lines;
}

class PipelineFixture : public ::testing::Test {
 protected:
  PipelineFixture() { setup_.sites = {SiteOf("shop", {"access.log"})}; }

  SiteSetup SiteOf(const std::string& site, const std::vector<std::string>& names) const {
    SiteSetup setup;
    setup.site = site;
    for (const std::string& name : names) setup.patterns.push_back(dir_ / name);
    return setup;
  }

  // --- What the writer of the logs and logrotate do.
  void Append(const std::string& name, int code, int count = 1) {
    testing::AppendFile(dir_ / name, Lines(code, count, clock_.Now()));
    truth_[testing::CodeText(code)] += count;
  }
  void AppendRaw(const std::string& name, std::string_view bytes) {
    testing::AppendFile(dir_ / name, bytes);
  }
  void Rename(const std::string& from, const std::string& to) {
    ASSERT_EQ(std::rename((dir_ / from).c_str(), (dir_ / to).c_str()), 0);
  }

  // --- What the program does.
  // Starts; if it runs already, after a kill -9.
  void Start() {
    pipeline_.reset();
    store_.reset();
    auto store = CountStore::Open(state_dir());
    ASSERT_OK(store);
    store_ = *std::move(store);
    auto pipeline = Pipeline::Create(setup_, *store_, board_, log_, clock_);
    ASSERT_OK(pipeline);
    pipeline_ = *std::move(pipeline);
  }
  // SIGTERM.
  absl::Status Stop() {
    pipeline_->Stop();
    return pipeline_->Run();
  }
  // Lets a second pass, then takes so many turns.
  void Turns(int turns = 20, absl::Duration pause = absl::Seconds(1)) {
    clock_.Advance(pause);
    for (int i = 0; i < turns; ++i) ASSERT_OK(pipeline_->RunOnce());
  }
  // Until all that there is to read is read and stored.
  void Settle() {
    for (int second = 0; second < 4; ++second) Turns(200);
  }
  void Reload(std::vector<SiteSetup> sites) {
    setup_.sites = std::move(sites);
    pipeline_->Reload(setup_);
  }

  // --- What happens to the store.
  void OpenOther() {
    auto other = Database::Open(state_dir() + "/logtally.db", Database::Mode::kWriter);
    ASSERT_OK(other);
    other_.emplace(*std::move(other));
  }
  // From now on every commit fails when all of it but its number is written.
  void BreakStore() {
    OpenOther();
    ASSERT_OK(
        other_->Execute("CREATE TRIGGER broken BEFORE UPDATE ON meta BEGIN "
                        "SELECT RAISE(ABORT, 'the disk is gone'); END"));
    other_.reset();
  }
  void MendStore() {
    OpenOther();
    ASSERT_OK(other_->Execute("DROP TRIGGER IF EXISTS broken"));
    other_.reset();
  }

  // --- What can be seen of it.
  std::string state_dir() const { return dir_ / "state"; }
  testing::CodeCounts Durable(const CountQuery& query = {}) const {
    testing::CodeCounts counts;
    auto reader = CountReader::Open(state_dir() + "/logtally.db");
    EXPECT_OK(reader);
    const auto rows = reader->Responses(query, 0, 100000);
    EXPECT_OK(rows);
    for (const ResponseRow& row : *rows) {
      counts[testing::CodeText(row.code)] += row.tally.responses;
    }
    return counts;
  }
  testing::CodeCounts DurableOf(const std::string& site) const { return Durable({.site = site}); }
  testing::CodeCounts Shown() const {
    testing::CodeCounts counts;
    for (const auto& [name, site] : board_.Latest()->counts->sites) {
      for (const auto& [key, tally] : site.responses) {
        counts[testing::CodeText(key.first)] += tally.responses;
      }
    }
    return counts;
  }
  const PipelineStatus& Status() {
    latest_ = board_.Latest();
    return latest_->status;
  }
  int64_t Rejected(const std::string& site = "shop") const {
    return store_->counts().sites.at(site).rejected_lines();
  }
  std::string Messages() const { return testing::ReadFile(dir_ / "messages"); }

  testing::TempDir dir_;
  testing::FakeClock clock_;
  testing::CodeCounts truth_;
  PipelineSetup setup_;
  UniqueFd messages_{::open((dir_ / "messages").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0644)};
  Log log_{messages_.get(), Log::Style::kPlain};
  SnapshotBoard board_;
  std::shared_ptr<const Snapshot> latest_;
  std::unique_ptr<CountStore> store_;
  std::unique_ptr<Pipeline> pipeline_;
  std::optional<Database> other_;
};

}  // namespace logtally

#endif  // LOGTALLY_UNIT_PIPELINE_PIPELINE_FIXTURE_H_
