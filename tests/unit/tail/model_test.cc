// Random actions of writers, logrotate, crashes and full disks, against a model that knows what was
// written.
//
// Every line is numbered. The promise: no line is ever handed out twice, whatever happens; and at
// the end of every sequence what was committed is what was written. Only where somebody destroyed
// bytes that nobody could have read (a truncation, a deleted log) lines may be missing, and then a
// loss is recorded.
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <random>
#include <set>

#include "tail_fixture.h"
#include "testing/archives.h"

namespace logtally {
namespace {

constexpr int kKeptRotations = 6;

class World {
 public:
  World(uint32_t seed, Tailer::Options::Watch watch) : random_(seed) {
    options_.watch = watch;
    options_.read_bytes = 1 + random_() % 400;  // so that lines are cut in all places
    options_.max_open_files = random_() % 3 == 0 ? 6 : 100;
    glob_ = random_() % 3 == 0 ? "log*" : "log";
    symlink_ = glob_ == "log" && random_() % 4 == 0;
    if (symlink_) std::filesystem::create_symlink("target-0", dir_ / "log");
    WriteLines(1);
    Start();
    Read(1);
    Commit();
  }

  void Act() {
    // logrotate truncates what it has copied before it does anything else.
    if (copy_size_ && random_() % 3 == 0) TruncateAfterCopy();
    clock_.Advance(absl::Milliseconds(random_() % 1500));
    if (clock_.Elapsed() - rotated_at_ > kWriterChangesOver) FinishLateHalf();
    switch (random_() % 20) {
      case 0:
      case 1:
      case 2:
        return WriteLines(1 + static_cast<int>(random_() % 12));
      case 3:
        return WriteHalfALine();
      case 4:
      case 5:
        return Rotate(/*create=*/true);
      case 6:
        return Rotate(/*create=*/false);
      case 7:
        return WriteLate();
      case 8:
        return TruncateInPlace();
      case 9:
        return CopyForCopyTruncate();
      case 10:
        return TruncateAfterCopy();
      case 11:
        return CompressAnOldOne();
      case 12:
        FinishLateHalf();
        clock_.Advance(absl::Minutes(2));
        return;
      case 13:
        if (tailer_ != nullptr) Commit();
        return Stop();
      case 14:
        return Stop();  // kill -9: what was read since the last commit is forgotten
      case 15:
        return tailer_ == nullptr ? Start() : Commit();
      case 16:
        return random_() % 8 == 0 ? DeleteLog() : Start();
      default:
        return Start(), Read(1 + static_cast<int>(random_() % 8));
    }
  }

  // Lets everything come to its end, and compares.
  void Settle() {
    Start();
    if (!half_.empty()) Write(LogFile(), FinishedLine(half_));
    FinishLateHalf();
    for (int i = 0; i < 40; ++i) {
      clock_.Advance(absl::Seconds(1));
      Read(1 << 20);
    }
    Commit();
    EXPECT_TRUE(!destroyed_.empty() || gaps_ == 0) << "nothing was destroyed";
    std::set<std::string> missing;
    std::set_difference(written_.begin(), written_.end(), committed_.begin(), committed_.end(),
                        std::inserter(missing, missing.end()));
    if (!destroyed_.empty() && losses_ > 0) return;
    for (const std::string& line : maybe_unseen_) missing.erase(line);
    // Of a log that came and went, or was emptied, before anybody had read a byte of it nobody can
    // know.
    for (const std::set<std::string>& text : destroyed_) {
      if (std::any_of(text.begin(), text.end(),
                      [&](const auto& line) { return committed_.contains(line); })) {
        continue;
      }
      for (const std::string& line : text) missing.erase(line);
    }
    EXPECT_EQ(missing, std::set<std::string>());
  }
  int rotations() const { return rotations_; }
  // What happened so far, for whoever has to find out why.
  const std::string& story() const { return story_; }
  size_t lines() const { return written_.size(); }

 private:
  // Well within the minute for which the old file is kept.
  static constexpr absl::Duration kWriterChangesOver = absl::Seconds(40);

  // --- The writer.
  std::string LogFile() const {
    return symlink_ ? "target-" + std::to_string(target_) : std::string("log");
  }
  void Write(const std::string& name, const std::string& bytes) {
    testing::AppendFile(dir_ / name, bytes);
    held_[name].merge(pending_);
    pending_.clear();
    Tell("write " + name + " up to line " + std::to_string(next_ - 1));
  }
  std::string FinishedLine(std::string& half) {
    // Long enough for the first one to tell two texts apart.
    std::string line = half + "line " + std::to_string(next_++) + std::string(70, '.');
    written_.insert(line);
    pending_.insert(line);
    unlooked_.insert(line);
    const std::string rest = line.substr(half.size()) + (random_() % 4 == 0 ? "\r\n" : "\n");
    half.clear();
    return rest;
  }
  void WriteLines(int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i) bytes += FinishedLine(half_);
    Write(LogFile(), bytes);
  }
  void WriteHalfALine() {
    const std::string part = "half " + std::to_string(next_++) + " ";
    Write(LogFile(), part);
    half_ += part;
  }
  bool LogIsThere() const { return std::filesystem::exists(dir_ / LogFile()); }

  // --- logrotate.
  std::string Rotated(int n) const { return "log." + std::to_string(n); }
  bool Has(const std::string& name) const { return std::filesystem::exists(dir_ / name); }
  void ShiftRotated() {
    FinishLateHalf();
    for (const char* ending : {"", ".gz"}) {
      const std::string oldest = Rotated(kKeptRotations) + ending;
      if (!Has(oldest)) continue;
      std::filesystem::remove(dir_ / oldest);
      NoteDestroyed(Rotated(kKeptRotations));
    }
    for (int n = kKeptRotations - 1; n > 0; --n) {
      for (const char* ending : {"", ".gz"}) {
        if (!Has(Rotated(n) + ending)) continue;
        std::filesystem::rename(dir_ / (Rotated(n) + ending), dir_ / (Rotated(n + 1) + ending));
      }
    }
    for (int n = kKeptRotations - 1; n > 0; --n) {
      held_[Rotated(n + 1)] = std::exchange(held_[Rotated(n)], {});
    }
    copy_size_.reset();
    ++rotations_;
  }
  void NoteDestroyed(const std::string& name) {
    for (const std::string& line : held_[name]) {
      if (unlooked_.contains(line) || looked_.contains(line)) maybe_unseen_.insert(line);
    }
    destroyed_.push_back(std::exchange(held_[name], {}));
  }
  void Rotate(bool create) {
    if (copy_size_) TruncateAfterCopy();
    if (!LogIsThere()) return;
    Tell(create ? "rename, create" : "rename");
    if (symlink_) {
      // A new target; the old one keeps its name, and may be written to late.
      FinishLateHalf();
      late_file_ = LogFile();
      late_half_ = std::exchange(half_, {});
      rotated_at_ = clock_.Elapsed();
      ++target_;
      ++rotations_;
      Write(LogFile(), "");
      std::filesystem::create_symlink(LogFile(), dir_ / "new-link");
      std::filesystem::rename(dir_ / "new-link", dir_ / "log");
      // Names of targets are no names of rotations: only who looks sees them all.
      Start();
      clock_.Advance(absl::Seconds(1));
      Read(1);
      Commit();
      return;
    }
    ShiftRotated();
    std::filesystem::rename(dir_ / "log", dir_ / "log.1");
    held_["log.1"] = std::exchange(held_["log"], {});
    late_file_ = "log.1";
    late_half_ = std::exchange(half_, {});
    rotated_at_ = clock_.Elapsed();
    if (create) Write("log", "");
  }
  // The writer has not changed over to the new log yet.
  void WriteLate() {
    if (!late_file_.empty() && Has(late_file_)) Write(late_file_, FinishedLine(late_half_));
  }
  void FinishLateHalf() {
    if (!late_half_.empty() && Has(late_file_)) WriteLate();
    late_half_.clear();
    late_file_.clear();
  }
  void TruncateInPlace() {
    if (!LogIsThere() || copy_size_) return;
    Tell("truncate");
    if (!half_.empty()) Write(LogFile(), FinishedLine(half_));
    std::filesystem::resize_file(dir_ / LogFile(), 0);
    NoteDestroyed(LogFile());
    copy_size_.reset();
    if (random_() % 2 == 0) WriteLines(static_cast<int>(random_() % 20));
  }
  void CopyForCopyTruncate() {
    if (copy_size_) TruncateAfterCopy();
    // A copy of less than 1 KiB may be taken for a log of its own: that is documented.
    if (symlink_ || !LogIsThere() || std::filesystem::file_size(dir_ / "log") < 1100) return;
    if (glob_ != "log" && !CopyIsKnownForOne()) return;
    if (!half_.empty()) Write("log", FinishedLine(half_));
    Tell("copy");
    ShiftRotated();
    std::filesystem::copy_file(dir_ / "log", dir_ / "log.1");
    copy_size_ = std::filesystem::file_size(dir_ / "log.1");
  }
  bool CopyIsKnownForOne() {
    Start();
    clock_.Advance(absl::Seconds(1));
    Read(1 << 20);
    Commit();
    return std::filesystem::file_size(dir_ / "log") >= 2048;
  }
  void TruncateAfterCopy() {
    if (!copy_size_ || !LogIsThere()) return;
    if (!half_.empty()) Write("log", FinishedLine(half_));
    Tell("truncate after the copy");
    std::filesystem::resize_file(dir_ / "log", 0);
    NoteDestroyed("log");
    copy_size_.reset();
  }
  void CompressAnOldOne() {
    const std::string name = Rotated(1 + static_cast<int>(random_() % 3));
    if (!Has(name) || std::filesystem::file_size(dir_ / name) == 0) return;
    if (name == late_file_) FinishLateHalf();
    if (random_() % 2 == 0) {
      Write(name + ".gz", testing::Gzip(testing::ReadFile(dir_ / name)));
      std::filesystem::last_write_time(dir_ / (name + ".gz"),
                                       std::filesystem::last_write_time(dir_ / name));
      std::filesystem::remove(dir_ / name);
    }
  }
  void DeleteLog() {
    if (!LogIsThere() || symlink_ || copy_size_) return;
    Tell("delete");
    std::filesystem::remove(dir_ / "log");
    half_.clear();
    NoteDestroyed("log");
  }

  // --- The program.
  void Start() {
    if (tailer_ != nullptr) return;
    options_.known_since = committed_at_;
    auto tailer = Tailer::Create(options_, {{"site", {dir_ / glob_}}}, store_.All(), clock_);
    ASSERT_OK(tailer);
    tailer_ = *std::move(tailer);
    Tell("start " + glob_ + " with " + std::to_string(options_.max_open_files) + " open files");
  }
  void Stop() {
    Tell("stop");
    unlooked_.merge(looked_);  // whatever was seen is forgotten
    looked_.clear();
    read_.clear();
    tailer_.reset();
  }
  void Read(int batches) {
    for (; batches > 0; --batches) {
      tailer_->ReadBatch(batch_);
      const LineBatch& batch = batch_;
      looked_.merge(unlooked_);
      unlooked_.clear();
      for (const TailNotice& notice : tailer_->TakeNotices()) Tell("  says " + notice.text);
      if (batch.lines.empty() && batch.bytes == 0) return;
      for (const RawLine& line : batch.lines) {
        if (line.kind == RawLine::Kind::kUnterminated) continue;  // of a log that was deleted
        ASSERT_EQ(line.kind, RawLine::Kind::kWhole);
        const std::string text(line.bytes);
        Tell("  read " + text.substr(0, text.find("..")) + " from " + std::string(batch.path) +
             " " + std::to_string(batch.file));
        if (!written_.contains(text) && !destroyed_.empty())
          continue;  // glued to half of a deleted line
        ASSERT_TRUE(written_.contains(text)) << "nobody wrote '" << text << "'";
        ASSERT_TRUE(!committed_.contains(text) && read_.insert(text).second)
            << "'" << text << "' came twice";
      }
    }
  }
  void Commit() {
    for (const Loss& loss : tailer_->TakeLosses()) {
      losses_ += static_cast<int>(loss.tally.losses);
      if (loss.cause == LossCause::kRotationGap) ++gaps_;
    }
    Tell("commit");
    store_.Apply(tailer_->positions());
    tailer_->MarkCommitted();
    committed_at_ = absl::Now();
    looked_.clear();
    committed_.merge(read_);
    read_.clear();
  }

  void Tell(const std::string& what) { story_ += what + "\n"; }

  std::string story_;
  std::mt19937 random_;
  testing::TempDir dir_;
  testing::FakeClock clock_;
  Tailer::Options options_;
  std::string glob_;
  bool symlink_ = false;
  int target_ = 0;
  PositionStore store_;
  absl::Time committed_at_;
  std::unique_ptr<Tailer> tailer_;
  LineBatch batch_;

  int next_ = 0;
  int rotations_ = 0;
  std::string half_;       // what stands after the last '\n' of the log
  std::string late_file_;  // that was rotated last, and is still written to
  std::string late_half_;
  absl::Duration rotated_at_;
  std::optional<int64_t> copy_size_;  // copytruncate is between its steps
  // What each log holds, and what was in those that were truncated or deleted.
  std::set<std::string> pending_;
  std::map<std::string, std::set<std::string>> held_;
  std::vector<std::set<std::string>> destroyed_;
  std::set<std::string> unlooked_;      // written since anybody looked
  std::set<std::string> looked_;        // … and remembered it
  std::set<std::string> maybe_unseen_;  // destroyed before anybody had looked and remembered it
  int losses_ = 0;
  int gaps_ = 0;
  std::set<std::string> written_;    // every complete line
  std::set<std::string> read_;       // since the last commit
  std::set<std::string> committed_;  // for good
};

void RunSequences(uint32_t first_seed, int count, Tailer::Options::Watch watch) {
  int64_t rotations = 0, lines = 0;
  for (uint32_t seed = first_seed; seed < first_seed + count; ++seed) {
    World world(seed, watch);
    for (int i = 0; i < 40 && !::testing::Test::HasFailure(); ++i) world.Act();
    if (!::testing::Test::HasFailure()) world.Settle();
    ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed << "\n" << world.story();
    rotations += world.rotations();
    lines += static_cast<int64_t>(world.lines());
  }
  std::printf("figures: sequences=%d rotations=%lld lines=%lld differences=0\n", count,
              static_cast<long long>(rotations), static_cast<long long>(lines));
}

// On tmpfs where there is one: ext4 writes a file to disk when it is closed after a truncation.
class TailerModel : public ::testing::TestWithParam<int> {
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

// Few: closing an inotify instance waits for the kernel's grace period, some 10 ms a restart.
TEST_F(TailerModel, EveryLineIsCommittedOnceWhateverHappensToItsFile) {
  RunSequences(1, 100, Tailer::Options::Watch::kInotify);
}

// In parts, so that they run side by side.
TEST_P(TailerModel, EveryLineIsCommittedOnceWithoutInotifyToo) {
  RunSequences(100000 + 2500 * GetParam(), 2500, Tailer::Options::Watch::kPoll);
}
INSTANTIATE_TEST_SUITE_P(Parts, TailerModel, ::testing::Range(0, 8));

}  // namespace
}  // namespace logtally
