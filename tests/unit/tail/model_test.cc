// Random actions of writers, logrotate and crashes, against a model that knows what was written.
//
// Every line is numbered. The promise: what was handed out and committed is what was written, each
// line once, at the end of every sequence; and at no moment more than that.
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <random>
#include <set>

#include "tail_fixture.h"

namespace logtally {
namespace {

class World {
 public:
  World(uint32_t seed, Tailer::Options::Watch watch) : random_(seed) {
    options_.watch = watch;
    options_.read_bytes = 1 + random_() % 200;  // so that lines are cut in all places
    glob_ = random_() % 2 == 0 ? "log" : "log*";
    Reopen();
  }

  void Act() {
    clock_.Advance(absl::Milliseconds(random_() % 1500));
    if (clock_.Elapsed() - rotated_at_ > kWriterChangesOver) FinishRotatedFile();
    switch (random_() % 14) {
      case 0:
      case 1:
      case 2:
        return WriteLines(1 + random_() % 5);
      case 3:
        return WriteHalfALine();
      case 4:
        return RenameLog(/*create=*/true);
      case 5:
        return RenameLog(/*create=*/false);
      case 6:
        return WriteLateToTheRotatedFile();
      case 7:
        return TruncateOnceAllIsRead();
      case 8:
        FinishRotatedFile();
        clock_.Advance(absl::Minutes(2));
        return;
      case 9:
        Commit();
        return Reopen();
      case 10:
        return Reopen();  // what was read since the last commit is forgotten
      case 11:
        return Commit();
      default:
        return Read(1 + random_() % 8);
    }
  }

  // Lets everything come to its end, and compares.
  void Settle() {
    FinishHalfLines();
    for (int i = 0; i < 8; ++i) {
      clock_.Advance(absl::Seconds(1));
      Read(1 << 20);
    }
    Commit();
    EXPECT_EQ(committed_, written_);
    for (const Loss& loss : tailer_->TakeLosses()) EXPECT_EQ(loss.tally.bytes, 0) << loss.path;
  }

 private:
  // Well within the minute for which the old file is kept.
  static constexpr absl::Duration kWriterChangesOver = absl::Seconds(40);

  void Write(const std::string& name, const std::string& bytes) {
    testing::AppendFile(dir_ / name, bytes);
  }
  std::string FinishedLine(std::string& half) {
    std::string line = half + "line " + std::to_string(next_++);
    written_.insert(line);
    const std::string rest = line.substr(half.size()) + (random_() % 4 == 0 ? "\r\n" : "\n");
    half.clear();
    return rest;
  }
  void WriteLines(int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i) bytes += FinishedLine(half_);
    Write("log", bytes);
    NoteFileIsThere();
  }
  void WriteHalfALine() {
    const std::string part = "half " + std::to_string(next_++) + " ";
    Write("log", part);
    half_ += part;
    NoteFileIsThere();
  }
  // That a new file was seen is durable before it is rotated: what comes and goes under a name
  // that no pattern matches, with nobody looking, is beyond the promise.
  void NoteFileIsThere() {
    if (std::exchange(there_, true)) return;
    clock_.Advance(absl::Seconds(1));
    tailer_->Wait(absl::ZeroDuration(), -1);
    Commit();
  }
  // As logrotate does; a file that is two rotations old is finished by then: its writer has
  // changed over, and it is deleted only once it was read and committed.
  void RenameLog(bool create) {
    if (!there_) return;
    if (rotated_) {
      FinishRotatedFile();
      ReadAllAndCommit();
      std::filesystem::remove(dir_ / "log.1");
    }
    ASSERT_EQ(std::rename((dir_ / "log").c_str(), (dir_ / "log.1").c_str()), 0);
    rotated_ = true;
    rotated_half_ = std::exchange(half_, {});
    rotated_at_ = clock_.Elapsed();
    there_ = false;
    if (!create) return;
    Write("log", "");
    NoteFileIsThere();
  }
  void WriteLateToTheRotatedFile() {
    if (!rotated_ || clock_.Elapsed() - rotated_at_ > kWriterChangesOver) return;
    Write("log.1", FinishedLine(rotated_half_));
  }
  void TruncateOnceAllIsRead() {
    if (!there_) return;
    if (!half_.empty()) Write("log", FinishedLine(half_));
    ReadAllAndCommit();
    std::filesystem::resize_file(dir_ / "log", 0);
    if (random_() % 2 == 0) WriteLines(random_() % 20);
  }
  void FinishHalfLines() {
    if (!half_.empty()) Write("log", FinishedLine(half_));
    FinishRotatedFile();
  }
  void FinishRotatedFile() {
    if (!rotated_half_.empty()) Write("log.1", FinishedLine(rotated_half_));
  }

  void Read(int batches) {
    for (; batches > 0; --batches) {
      const LineBatch& batch = tailer_->ReadBatch();
      if (batch.lines.empty()) return;
      for (const RawLine& line : batch.lines) {
        ASSERT_EQ(line.kind, RawLine::Kind::kWhole);
        const std::string text(line.bytes);
        ASSERT_TRUE(written_.contains(text)) << "nobody wrote '" << text << "'";
        ASSERT_TRUE(!committed_.contains(text) && read_.insert(text).second)
            << "'" << text << "' came twice";
      }
    }
  }
  void Commit() {
    store_.Apply(tailer_->positions());
    tailer_->MarkCommitted();
    committed_.merge(read_);
    read_.clear();
  }
  void ReadAllAndCommit() {
    for (int i = 0; i < 4; ++i) {
      clock_.Advance(absl::Seconds(1));
      Read(1 << 20);
    }
    Commit();
  }
  void Reopen() {
    read_.clear();
    tailer_.reset();
    auto tailer = Tailer::Create(options_, {{"site", {dir_ / glob_}}}, store_.All(), clock_);
    ASSERT_OK(tailer);
    tailer_ = *std::move(tailer);
  }

  std::mt19937 random_;
  testing::TempDir dir_;
  testing::FakeClock clock_;
  Tailer::Options options_;
  std::string glob_;
  PositionStore store_;
  std::unique_ptr<Tailer> tailer_;

  int next_ = 0;
  bool there_ = false;    // a file is at "log"
  bool rotated_ = false;  // and one at "log.1"
  std::string half_;      // what stands after the last '\n' of "log"
  std::string rotated_half_;
  absl::Duration rotated_at_;
  std::set<std::string> written_;    // every complete line
  std::set<std::string> read_;       // since the last commit
  std::set<std::string> committed_;  // for good
};

void RunSequences(uint32_t first_seed, int count, Tailer::Options::Watch watch) {
  for (uint32_t seed = first_seed; seed < first_seed + count; ++seed) {
    World world(seed, watch);
    for (int i = 0; i < 40 && !::testing::Test::HasFailure(); ++i) world.Act();
    if (!::testing::Test::HasFailure()) world.Settle();
    ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed;
  }
}

// On tmpfs where there is one: ext4 writes a file to disk when it is closed after a truncation.
class TailerModel : public ::testing::Test {
 protected:
  void SetUp() override {
    if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 1);
  }
  void TearDown() override {
    if (before_.empty()) {
      unsetenv("TMPDIR");
    } else {
      setenv("TMPDIR", before_.c_str(), 1);
    }
  }

 private:
  const std::string before_ = getenv("TMPDIR") == nullptr ? "" : getenv("TMPDIR");
};

TEST_F(TailerModel, EveryLineIsCommittedOnceWhateverHappensToItsFile) {
  // Few: closing an inotify instance waits for the kernel's grace period, some 10 ms a restart.
  RunSequences(1, 30, Tailer::Options::Watch::kInotify);
}

TEST_F(TailerModel, EveryLineIsCommittedOnceWithoutInotifyToo) {
  RunSequences(100000, 2500, Tailer::Options::Watch::kPoll);
}

}  // namespace
}  // namespace logtally
