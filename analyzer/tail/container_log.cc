// The JSON of json-file has one shape, written by one program, with its keys in one order. So it is
// read by hand: a JSON parser would build a tree of every line only to throw it away.
// Source: moby, daemon/logger/jsonfilelog/jsonlog/jsonlogbytes.go; for CRI kubernetes,
// pkg/kubelet/kuberuntime/logs/logs.go.
#include "tail/container_log.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "absl/strings/ascii.h"

namespace logtally {
namespace {

// One wrapped line, taken apart.
struct Wrapped {
  std::string_view text;  // in the line; for kDockerJson still escaped
  bool is_stdout = false;
  bool is_last = true;  // of the parts of a line; kDockerJson tells that by the end of `text`
};

constexpr std::string_view kLogKey = "{\"log\":\"";

// The length of the JSON string that begins here, up to its closing quote.
size_t JsonStringLength(std::string_view text) {
  for (size_t i = text.find_first_of("\"\\"); i < text.size();
       i = text.find_first_of("\"\\", i + 2)) {
    if (text[i] == '"') return i;
  }
  return text.npos;
}

std::optional<Wrapped> TakeDockerApart(std::string_view line) {
  if (!line.starts_with(kLogKey)) return std::nullopt;
  line.remove_prefix(kLogKey.size());
  const size_t length = JsonStringLength(line);
  if (length == line.npos) return std::nullopt;
  Wrapped wrapped{.text = line.substr(0, length)};
  line.remove_prefix(length);
  constexpr std::string_view kStdout = "\",\"stream\":\"stdout\"";
  constexpr std::string_view kStderr = "\",\"stream\":\"stderr\"";
  if (!line.starts_with(kStdout) && !line.starts_with(kStderr)) return std::nullopt;
  wrapped.is_stdout = line.starts_with(kStdout);
  line.remove_prefix(kStdout.size());
  // Labels of the container, if Docker is told to write them, stand before the time.
  if (!line.starts_with(",\"time\":\"") && !line.starts_with(",\"attrs\":{")) return std::nullopt;
  if (!line.ends_with("\"}")) return std::nullopt;
  return wrapped;
}

std::optional<Wrapped> TakeCriApart(std::string_view line) {
  // "2024-06-10T12:00:00.123456789Z" or with an offset such as "+02:00"
  const size_t time_end = line.find(' ');
  if (time_end == line.npos || time_end < sizeof("2024-06-10T12:00:00Z") - 1) return std::nullopt;
  if (line[4] != '-' || line[7] != '-' || line[10] != 'T' || line[13] != ':' || line[16] != ':' ||
      !absl::ascii_isdigit(static_cast<unsigned char>(line[0]))) {
    return std::nullopt;
  }
  line.remove_prefix(time_end + 1);
  constexpr std::string_view kStdout = "stdout ";
  constexpr std::string_view kStderr = "stderr ";
  if (!line.starts_with(kStdout) && !line.starts_with(kStderr)) return std::nullopt;
  Wrapped wrapped{.is_stdout = line.starts_with(kStdout)};
  line.remove_prefix(kStdout.size());
  // The first of the tags, which are separated by ':'; there has never been a second one.
  if (line.empty() || (line[0] != 'P' && line[0] != 'F')) return std::nullopt;
  if (line.size() > 1 && line[1] != ' ' && line[1] != ':') return std::nullopt;
  wrapped.is_last = line[0] == 'F';
  const size_t tags_end = line.find(' ');
  wrapped.text = tags_end == line.npos ? std::string_view() : line.substr(tags_end + 1);
  return wrapped;
}

std::optional<Wrapped> TakeApart(ContainerFormat format, std::string_view line) {
  switch (format) {
    case ContainerFormat::kNone:
      return std::nullopt;
    case ContainerFormat::kDockerJson:
      return TakeDockerApart(line);
    case ContainerFormat::kCri:
      return TakeCriApart(line);
  }
  return std::nullopt;
}

// Four hexadecimal digits, or nothing.
std::optional<uint32_t> HexUnit(std::string_view digits) {
  if (digits.size() < 4) return std::nullopt;
  uint32_t value = 0;
  for (const unsigned char c : digits.substr(0, 4)) {
    if (!absl::ascii_isxdigit(c)) return std::nullopt;
    value = value * 16 + (absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10);
  }
  return value;
}

// At most as many bytes as the escape that stands for it.
void AppendUtf8(uint32_t code_point, std::string& to) {
  if (code_point < 0x80) {
    to += static_cast<char>(code_point);
    return;
  }
  const int more = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
  constexpr unsigned kLead[] = {0, 0xC0, 0xE0, 0xF0};
  to += static_cast<char>(kLead[more] | (code_point >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) {
    to += static_cast<char>(0x80 | ((code_point >> (6 * i)) & 0x3F));
  }
}

// Appends what "\u…" stands for; `escape` begins behind "\u". Hands back how many bytes of it that
// took. Half a surrogate pair becomes U+FFFD, as everywhere.
size_t AppendUnicode(std::string_view escape, std::string& to) {
  constexpr uint32_t kReplacement = 0xFFFD;
  const auto unit = HexUnit(escape);
  if (!unit) {  // nothing that Docker would write
    to += 'u';
    return 0;
  }
  const bool is_high = *unit >= 0xD800 && *unit < 0xDC00;
  if (is_high && escape.substr(4).starts_with("\\u")) {
    const auto low = HexUnit(escape.substr(6));
    if (low && *low >= 0xDC00 && *low < 0xE000) {
      AppendUtf8(0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00), to);
      return 10;
    }
  }
  AppendUtf8(*unit >= 0xD800 && *unit < 0xE000 ? kReplacement : *unit, to);
  return 4;
}

// Never appends more bytes than `text` has.
void AppendUnescaped(std::string_view text, std::string& to) {
  while (true) {
    const size_t backslash = text.find('\\');
    to.append(text.substr(0, backslash));
    if (backslash == text.npos || backslash + 1 == text.size()) return;
    const char escaped = text[backslash + 1];
    text.remove_prefix(backslash + 2);
    switch (escaped) {
      case 'b':
        to += '\b';
        break;
      case 'f':
        to += '\f';
        break;
      case 'n':
        to += '\n';
        break;
      case 'r':
        to += '\r';
        break;
      case 't':
        to += '\t';
        break;
      case 'u':
        text.remove_prefix(AppendUnicode(text, to));
        break;
      default:  // '"', '\\' and '/' stand for themselves
        to += escaped;
    }
  }
}

}  // namespace

ContainerFormat DetectContainerFormat(std::string_view first_line) {
  for (const ContainerFormat format : {ContainerFormat::kDockerJson, ContainerFormat::kCri}) {
    if (TakeApart(format, first_line)) return format;
  }
  return ContainerFormat::kNone;
}

void ContainerLog::StartAgain() {
  format_.reset();
  unfinished_from_.reset();
  unfinished_.clear();
  skipping_ = false;
}

void ContainerLog::Unwrap(std::vector<RawLine>& lines, size_t first) {
  arena_.clear();
  const auto begin = lines.begin() + static_cast<ptrdiff_t>(first);
  if (!format_) {
    const auto whole = std::find_if(
        begin, lines.end(), [](const RawLine& l) { return l.kind == RawLine::Kind::kWhole; });
    if (whole != lines.end()) format_ = DetectContainerFormat(whole->bytes);
  }
  if (format_.value_or(ContainerFormat::kNone) == ContainerFormat::kNone) return;
  wrapped_.assign(begin, lines.end());
  lines.erase(begin, lines.end());
  // No part becomes longer by being unescaped, and once more it is copied when it is joined.
  size_t most = unfinished_.size();
  for (const RawLine& line : wrapped_) most += 2 * line.bytes.size();
  arena_.reserve(most);
  [[maybe_unused]] const char* const place = arena_.data();
  for (const RawLine& line : wrapped_) Take(line, lines);
  assert(arena_.data() == place && "the views of this chunk would be gone");
}

void ContainerLog::Take(const RawLine& wrapped, std::vector<RawLine>& lines) {
  if (wrapped.kind != RawLine::Kind::kWhole) {
    // Perhaps the part that the unfinished line waits for: what comes next is no part of it.
    const int64_t offset = unfinished_from_.value_or(wrapped.offset_bytes);
    const auto format = format_;
    StartAgain();
    format_ = format;
    lines.push_back({{}, offset, wrapped.kind});
    return;
  }
  const auto part = TakeApart(*format_, wrapped.bytes);
  if (!part) {
    lines.push_back(wrapped);
  } else if (part->is_stdout) {
    if (format_ == ContainerFormat::kDockerJson) {
      const size_t begin = arena_.size();
      AppendUnescaped(part->text, arena_);
      std::string_view text = std::string_view(arena_).substr(begin);
      const bool is_last = text.ends_with('\n');
      if (is_last) text.remove_suffix(1);
      TakePart(text, is_last, wrapped.offset_bytes, lines);
    } else {
      TakePart(part->text, part->is_last, wrapped.offset_bytes, lines);
    }
  }
}

void ContainerLog::TakePart(std::string_view part, bool is_last, int64_t offset,
                            std::vector<RawLine>& lines) {
  const int64_t begins_at = unfinished_from_.value_or(offset);
  // One byte more than the limit may be kept, for a '\r' at the end (see LineSplitter).
  const bool fits =
      !skipping_ && static_cast<int64_t>(unfinished_.size() + part.size()) <= max_line_bytes_ + 1;
  if (!is_last) {
    unfinished_from_ = begins_at;
    skipping_ = !fits;
    if (fits) {
      unfinished_.append(part);
    } else {
      unfinished_.clear();
    }
    return;
  }
  if (fits && !unfinished_.empty()) {
    const size_t begin = arena_.size();
    arena_.append(unfinished_).append(part);
    part = std::string_view(arena_).substr(begin);
  }
  unfinished_from_.reset();
  unfinished_.clear();
  skipping_ = false;
  if (part.ends_with('\r')) part.remove_suffix(1);
  if (!fits || static_cast<int64_t>(part.size()) > max_line_bytes_) {
    lines.push_back({{}, begins_at, RawLine::Kind::kTooLong});
  } else {
    lines.push_back({part, begins_at, RawLine::Kind::kWhole});
  }
}

std::optional<RawLine> ContainerLog::Finish() {
  if (!unfinished_from_) return std::nullopt;
  const RawLine line{{}, *unfinished_from_, RawLine::Kind::kUnterminated};
  StartAgain();
  return line;
}

}  // namespace logtally
