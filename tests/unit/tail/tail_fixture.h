// The verbs that the stories about followed logs are told in.
#ifndef LOGTALLY_UNIT_TAIL_TAIL_FIXTURE_H_
#define LOGTALLY_UNIT_TAIL_TAIL_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "tail/tailer.h"
#include "testing/fake_clock.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {

// A store that checks what the real one checks: each update swaps against what it holds.
class PositionStore {
 public:
  void Apply(const std::vector<PositionUpdate>& updates) {
    for (const PositionUpdate& update : updates) {
      const auto held = held_.find(NameOf(update.position.text()));
      ASSERT_EQ(held != held_.end(), update.stored_offset.has_value()) << update.position.path;
      if (held != held_.end()) {
        ASSERT_EQ(held->second.offset, *update.stored_offset) << update.position.path;
      }
      held_[NameOf(update.position.text())] = update.position;
    }
  }
  std::vector<FilePosition> All() const {
    std::vector<FilePosition> all;
    for (const auto& [name, position] : held_) all.push_back(position);
    return all;
  }
  void Forget() { held_.clear(); }

 private:
  static std::string NameOf(const TextKey& text) {
    return text.file.site + " " + std::to_string(text.file.inode) + " " +
           std::to_string(text.file.btime_ns) + " " + std::to_string(text.generation);
  }
  std::map<std::string, FilePosition> held_;
};

class TailFixture : public ::testing::Test {
 protected:
  // --- What the writer of the logs and logrotate do.
  void Append(const std::string& name, std::string_view bytes) {
    testing::AppendFile(dir_ / name, bytes);
  }
  void Create(const std::string& name) { testing::AppendFile(dir_ / name, ""); }
  void Rename(const std::string& from, const std::string& to) {
    ASSERT_EQ(std::rename((dir_ / from).c_str(), (dir_ / to).c_str()), 0);
  }
  void RotateByRename(const std::string& name) {
    Rename(name, name + ".1");
    Create(name);
  }
  void Truncate(const std::string& name) { std::filesystem::resize_file(dir_ / name, 0); }
  void Delete(const std::string& name) { ASSERT_TRUE(std::filesystem::remove(dir_ / name)); }
  void Copy(const std::string& from, const std::string& to) {
    std::filesystem::copy_file(dir_ / from, dir_ / to);
  }

  // --- What the program does.
  void Follow(std::vector<std::string> names) { FollowSites({{"site", std::move(names)}}); }
  void FollowSites(std::map<std::string, std::vector<std::string>> sites) {
    sources_ = SourcesOf(sites);
    Open();
  }
  std::vector<LogSource> SourcesOf(const std::map<std::string, std::vector<std::string>>& sites) {
    std::vector<LogSource> sources;
    for (const auto& [site, names] : sites) {
      LogSource source{site, {}};
      for (const std::string& name : names) source.patterns.push_back(dir_ / name);
      sources.push_back(std::move(source));
    }
    return sources;
  }
  // The next lines; good until the next call.
  const LineBatch& ReadBatch() {
    tailer_->ReadBatch(batch_);
    return batch_;
  }
  // Takes everything that there is to read: "bytes", "<too long>" or "<unterminated>".
  std::vector<std::string> Read() {
    std::vector<std::string> lines;
    while (true) {
      const LineBatch& batch = ReadBatch();
      if (batch.lines.empty() && batch.bytes == 0) return lines;
      for (const RawLine& line : batch.lines) lines.push_back(TextOf(line));
      last_path_ = batch.path;
      bytes_read_ += batch.bytes;
    }
  }
  // The same, after the paths were looked at again.
  std::vector<std::string> ReadAfter(absl::Duration pause = absl::Seconds(1)) {
    clock_.Advance(pause);
    return Read();
  }
  void Commit() {
    store_.Apply(tailer_->positions());
    tailer_->MarkCommitted();
    EXPECT_TRUE(tailer_->positions().empty());
  }
  // kill -9: what was not committed is forgotten.
  void CrashAndReopen() { Open(); }
  void Stop() { tailer_.reset(); }
  void Open() {
    tailer_.reset();
    auto tailer = Tailer::Create(options_, sources_, store_.All(), clock_);
    ASSERT_OK(tailer);
    tailer_ = *std::move(tailer);
  }

  // --- What can be seen of it.
  static std::string TextOf(const RawLine& line) {
    if (line.kind == RawLine::Kind::kTooLong) return "<too long>";
    if (line.kind == RawLine::Kind::kUnterminated) return "<unterminated>";
    return std::string(line.bytes);
  }
  // The notices since the last call, without the folder's name.
  std::string Notices() {
    std::string all;
    for (const TailNotice& notice : tailer_->TakeNotices()) {
      all += notice.severity == Severity::kInfo ? "info: " : "warning: ";
      all += notice.text + "\n";
    }
    for (size_t at; (at = all.find(dir_.path() + "/")) != std::string::npos;) {
      all.erase(at, dir_.path().size() + 1);
    }
    return all;
  }
  FollowCounters Counters(const std::string& site = "site") { return tailer_->Counters()[site]; }
  // Of all losses so far that have this cause.
  int64_t LostBytes(LossCause cause) {
    for (const Loss& loss : tailer_->TakeLosses()) losses_.push_back(loss);
    int64_t bytes = 0;
    for (const Loss& loss : losses_) bytes += loss.cause == cause ? loss.tally.bytes : 0;
    return bytes;
  }
  // "access.log live 10/10": state and offset/size of every file.
  std::vector<std::string> Files() {
    std::vector<std::string> rows;
    for (const FollowedFile& file : tailer_->Files()) {
      rows.push_back(file.path.substr(dir_.path().size() + 1) + " " +
                     (file.failing ? "failing" : file.state) + " " + std::to_string(file.offset) +
                     "/" + std::to_string(file.size));
    }
    return rows;
  }
  static size_t OpenDescriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  }

  using Lines = std::vector<std::string>;

  testing::TempDir dir_;
  testing::FakeClock clock_;
  Tailer::Options options_;
  std::vector<LogSource> sources_;
  PositionStore store_;
  std::unique_ptr<Tailer> tailer_;
  LineBatch batch_;
  std::string last_path_;
  int64_t bytes_read_ = 0;
  std::vector<Loss> losses_;
};

// `count` lines of about 60 bytes that differ from those of any other `name`.
inline std::string ManyLines(const std::string& name, int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) {
    lines += name + " line " + std::to_string(i) + " GET /some/path HTTP/1.1 200 1234\n";
  }
  return lines;
}

}  // namespace logtally

#endif  // LOGTALLY_UNIT_TAIL_TAIL_FIXTURE_H_
