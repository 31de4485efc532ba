// Lines that lie wholly inside a chunk are views into it. Only the last, unfinished one is copied
// (partial_), and put together in joined_ when its end comes; partial_ is free again at once, for
// the unfinished line at the end of that same chunk.
#include "tail/line_splitter.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace logtally {
namespace {

// More than this is not kept for the next long line: most logs have none.
constexpr size_t kKeptCapacityBytes = 4096;

void ClearAndRelease(std::string& text) {
  text.clear();
  if (text.capacity() > kKeptCapacityBytes) text.shrink_to_fit();
}

}  // namespace

void LineSplitter::StartAt(int64_t offset_bytes) {
  chunk_ = {};
  ClearAndRelease(partial_);
  ClearAndRelease(joined_);
  skipping_ = false;
  line_offset_ = end_offset_ = offset_bytes;
}

void LineSplitter::Append(std::string_view chunk) {
  assert(chunk_.empty() && "the lines of the last chunk were not all taken");
  ClearAndRelease(joined_);
  chunk_ = chunk;
}

std::optional<RawLine> LineSplitter::Next() {
  if (chunk_.empty()) return std::nullopt;
  if (line_offset_ == end_offset_) SkipHole();
  if (chunk_.empty()) return std::nullopt;
  const void* newline = std::memchr(chunk_.data(), '\n', chunk_.size());
  if (newline == nullptr) {
    KeepPartial(chunk_);
    end_offset_ += static_cast<int64_t>(chunk_.size());
    chunk_ = {};
    return std::nullopt;
  }
  const size_t length = static_cast<const char*>(newline) - chunk_.data();
  const RawLine line = CompleteLine(chunk_.substr(0, length));
  chunk_.remove_prefix(length + 1);
  end_offset_ += static_cast<int64_t>(length) + 1;
  line_offset_ = end_offset_;
  return line;
}

std::optional<RawLine> LineSplitter::Finish() {
  assert(chunk_.empty() && "the lines of the last chunk were not all taken");
  if (line_offset_ == end_offset_) return std::nullopt;
  const RawLine line{{}, line_offset_, RawLine::Kind::kUnterminated};
  StartAt(end_offset_);
  return line;
}

void LineSplitter::SkipHole() {
  if (chunk_.front() != '\0') return;
  // A hole of gigabytes is a matter of memory bandwidth, not of bytes.
  const bool nothing_else = std::memcmp(chunk_.data(), chunk_.data() + 1, chunk_.size() - 1) == 0;
  const size_t size = nothing_else ? chunk_.size() : chunk_.find_first_not_of('\0');
  chunk_.remove_prefix(size);
  end_offset_ += static_cast<int64_t>(size);
  line_offset_ = end_offset_;
  hole_bytes_ += static_cast<int64_t>(size);
}

RawLine LineSplitter::CompleteLine(std::string_view last_part) {
  std::string_view bytes = last_part;
  if (!partial_.empty() && !skipping_) {
    KeepPartial(last_part);
    partial_.swap(joined_);  // joined_ is empty: one line a chunk can begin in an earlier one
    bytes = joined_;
  }
  partial_.clear();
  if (!bytes.empty() && bytes.back() == '\r') bytes.remove_suffix(1);
  const bool too_long = skipping_ || static_cast<int64_t>(bytes.size()) > max_line_bytes_;
  skipping_ = false;
  if (too_long) return {{}, line_offset_, RawLine::Kind::kTooLong};
  return {bytes, line_offset_, RawLine::Kind::kWhole};
}

void LineSplitter::KeepPartial(std::string_view rest) {
  if (skipping_) return;
  // One byte more than the limit may be kept: it may be the '\r' of a line that is just short
  // enough. The answer must not depend on where the chunks were cut.
  if (static_cast<int64_t>(partial_.size() + rest.size()) > max_line_bytes_ + 1) {
    ClearAndRelease(partial_);
    skipping_ = true;
    return;
  }
  partial_.append(rest);
}

}  // namespace logtally
