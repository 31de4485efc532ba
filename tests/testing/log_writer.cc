#include "testing/log_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace logtally::testing {

std::string CombinedLine(int code, std::string_view target) {
  return absl::StrFormat(
      "192.0.2.7 - - [%s] \"GET %s HTTP/1.1\" %s 17 \"-\" \"curl/7.88.1\"",
      absl::FormatTime("%d/%b/%Y:%H:%M:%S +0000", absl::Now(), absl::UTCTimeZone()), target,
      CodeText(code));
}

LogWriter::LogWriter(std::string path) : path_(std::move(path)) { Reopen(); }

void LogWriter::Reopen() {
  fd_.reset(open(path_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644));
  if (!fd_.valid()) ADD_FAILURE() << "open " << path_ << ": " << strerror(errno);
}

void LogWriter::Append(int code, int count) {
  const std::string line = CombinedLine(code) + "\n";
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes += line;
  Write(bytes);
  truth_[CodeText(code)] += count;
}

void LogWriter::AppendDistinct(int code, int count) {
  static std::atomic<int64_t> targets = 0;
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    bytes += CombinedLine(code, absl::StrFormat("/%012d", ++targets)) + "\n";
  }
  Write(bytes);
  truth_[CodeText(code)] += count;
}

void LogWriter::AppendLine(std::string_view line, int counts_as) {
  Write(std::string(line) + "\n");
  ++truth_[CodeText(counts_as)];
}

void LogWriter::AppendHalf(int code) {
  EXPECT_TRUE(rest_of_half_.empty()) << "a half line is already waiting for its rest";
  const std::string line = CombinedLine(code) + "\n";
  // Cut inside the status: counting the half as it stands would count a code that never was.
  const size_t cut = line.find("\" ") + 3;
  half_code_ = code;
  rest_of_half_ = line.substr(cut);
  Write(std::string_view(line).substr(0, cut));
}

void LogWriter::FinishHalf() {
  EXPECT_FALSE(rest_of_half_.empty()) << "no half line to finish";
  Write(rest_of_half_);
  rest_of_half_.clear();
  ++truth_[CodeText(half_code_)];
}

void LogWriter::AppendRaw(std::string_view bytes) { Write(bytes); }

void LogWriter::Rename(const std::string& to) { std::filesystem::rename(path_, to); }

void LogWriter::RotateByRename() {
  Rename(path_ + ".1");
  Reopen();
}

void LogWriter::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      ADD_FAILURE() << "write " << path_ << ": " << strerror(errno);
      return;
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace logtally::testing
