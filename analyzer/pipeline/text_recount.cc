#include "pipeline/text_recount.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/in_parallel.h"
#include "base/status_macros.h"
#include "parse/line_parser.h"
#include "pipeline/retained_logs.h"
#include "pipeline/text_parts.h"
#include "tail/container_log.h"
#include "tail/line_splitter.h"

namespace logtally {
namespace {

constexpr int64_t kReadBytes = 256 << 10;

// Adds lines up to a tally. An array and not the map of the result: this is the inner loop.
class Counter {
 public:
  Counter(std::shared_ptr<const LogFormat> format, std::string_view path)
      : parser_(std::move(format), path) {}

  void Count(std::span<const RawLine> lines) {
    parser_.Observe(lines);
    const std::shared_ptr<const LogFormat> format = parser_.format();
    LineReader reader(format.get());
    for (const RawLine& line : lines) CountLine(line, reader);
    parser_.Note(reader.refusals());
  }

  TextTally tally() const {
    TextTally tally = rare_;
    for (size_t i = 0; i < responses_.size(); ++i) {
      if (responses_[i] != 0) tally.responses[static_cast<StatusCode>(i)] += responses_[i];
    }
    return tally;
  }

 private:
  void CountLine(const RawLine& line, LineReader& reader) {
    if (line.kind != RawLine::Kind::kWhole) {
      ++rare_.rejected_lines;
      return;
    }
    if (reader.Read(line.bytes, record_)) {
      ++rare_.rejected_lines;
    } else if (record_.status >= 0 && record_.status < std::ssize(responses_)) {
      ++responses_[record_.status];
    } else {
      ++rare_.responses[record_.status];
    }
  }

  LineParser parser_;
  AccessRecord record_;                       // of the line that is counted
  std::array<int64_t, 1000> responses_ = {};  // by code
  TextTally rare_;
};

// Whether the bytes before the offset are those that were there when they were counted.
absl::StatusOr<bool> AnchorMatches(LogContent& content, const FilePosition& text) {
  if (text.anchor_length == 0) return true;
  ASSIGN_OR_RETURN(const std::string bytes,
                   ReadText(content, text.offset - text.anchor_length, text.anchor_length));
  return std::ssize(bytes) == text.anchor_length && StableHash(bytes) == text.anchor_hash;
}

}  // namespace

absl::StatusOr<int64_t> ForEachLine(
    LogContent& content, TextRange range, int64_t max_line_bytes,
    const std::function<absl::Status(std::span<const RawLine> lines, int64_t consumed)>& take) {
  LineSplitter splitter(max_line_bytes);
  ContainerLog container(max_line_bytes);
  splitter.StartAt(range.begin);
  std::vector<char> buffer(std::min(kReadBytes, std::max<int64_t>(1, range.end - range.begin)));
  std::vector<RawLine> lines;
  int64_t at = range.begin;
  while (at < range.end) {
    const size_t size = std::min<int64_t>(std::ssize(buffer), range.end - at);
    ASSIGN_OR_RETURN(const size_t n, content.ReadAt({buffer.data(), size}, at));
    if (n == 0) return at;
    splitter.Append({buffer.data(), n});
    at += static_cast<int64_t>(n);
    while (const std::optional<RawLine> line = splitter.Next()) lines.push_back(*line);
    container.Unwrap(lines);
    RETURN_IF_ERROR(take(lines, container.unfinished_from().value_or(splitter.line_offset())));
    lines.clear();
  }
  std::optional<RawLine> rest = splitter.Finish();
  if (!rest) rest = container.Finish();
  if (rest) {
    RETURN_IF_ERROR(take({&*rest, 1}, splitter.line_offset()));
  }
  return at;
}

namespace {

// One part of a text, counted.
struct CountedPart {
  absl::StatusOr<int64_t> reached = 0;
  TextTally tally;
};

CountedPart CountPart(LogContent& content, TextRange range, std::shared_ptr<const LogFormat> format,
                      std::string_view path, int64_t max_line_bytes, RecountProgress& progress) {
  CountedPart part;
  Counter counter(std::move(format), path);
  int64_t done = range.begin;
  part.reached = ForEachLine(content, range, max_line_bytes,
                             [&](std::span<const RawLine> lines, int64_t consumed) {
                               counter.Count(lines);
                               progress.counted.fetch_add(std::ssize(lines));
                               progress.bytes.fetch_add(consumed - std::exchange(done, consumed));
                               return absl::OkStatus();
                             });
  part.tally = counter.tally();
  return part;
}

}  // namespace

absl::StatusOr<Recount> RecountText(LogContent& content, std::span<const FilePosition> pieces,
                                    std::shared_ptr<const LogFormat> format, std::string_view path,
                                    int64_t max_line_bytes, int threads,
                                    RecountProgress& progress) {
  assert(!pieces.empty() && "a chain has at least one text");
  Recount recount;
  int64_t reached = 0;
  for (const FilePosition& piece : pieces) {
    const std::vector<TextRange> ranges =
        PartsOf(content, {piece.start_offset, piece.offset}, threads);
    std::vector<CountedPart> parts(ranges.size());
    const auto count = [&](size_t i, LogContent& from) {
      parts[i] = CountPart(from, ranges[i], format, path, max_line_bytes, progress);
    };
    if (ranges.size() == 1) {
      count(0, content);
    } else {
      InParallel(
          ranges.size(), threads,
          [&](size_t i) {
            absl::StatusOr<LogContent> own = LogContent::Open(content.fd(), content.path());
            if (own.ok()) count(i, *own);
            if (!own.ok()) parts[i].reached = own.status();
          },
          absl::Hours(1), [] {});
    }
    for (size_t i = 0; i < parts.size(); ++i) {
      ASSIGN_OR_RETURN(reached, std::move(parts[i].reached));
      recount.tally += parts[i].tally;
      if (reached < ranges[i].end) break;
    }
    if (reached < piece.offset) break;
  }
  recount.reaches_offset = reached == pieces.back().offset;
  if (recount.reaches_offset) {
    ASSIGN_OR_RETURN(recount.anchor_matches, AnchorMatches(content, pieces.back()));
  }
  progress.counted.fetch_sub(recount.tally.rejected_lines);
  progress.rejected.fetch_add(recount.tally.rejected_lines);
  return recount;
}

absl::StatusOr<int64_t> BytesBehind(LogContent& content, int64_t offset) {
  std::vector<char> buffer(kReadBytes);
  int64_t bytes = 0;
  while (true) {
    ASSIGN_OR_RETURN(const size_t n,
                     content.ReadAt({buffer.data(), buffer.size()}, offset + bytes));
    if (n == 0) return bytes;
    bytes += static_cast<int64_t>(n);
  }
}

}  // namespace logtally
