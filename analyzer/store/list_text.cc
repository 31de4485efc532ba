#include "store/list_text.h"

#include <charconv>
#include <cstdint>
#include <utility>

#include "absl/strings/str_format.h"

namespace logtally {
namespace {

void AppendQuoted(std::string_view value, std::string& out) {
  out += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&out, "\\u%04x", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

// Reads a text from its beginning; every Take…() says whether that stood there.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  bool Take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool TakeNumber(int64_t& number) {
    const auto [stop, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error != std::errc()) return false;
    rest_.remove_prefix(static_cast<size_t>(stop - rest_.data()));
    return true;
  }

  bool TakeQuoted(std::string& value) {
    if (!Take('"')) return false;
    while (true) {
      const size_t plain = rest_.find_first_of("\"\\");
      if (plain == std::string_view::npos) return false;
      value += rest_.substr(0, plain);
      rest_.remove_prefix(plain);
      if (Take('"')) return true;
      rest_.remove_prefix(1);
      if (!TakeEscaped(value)) return false;
    }
  }

 private:
  // What stands behind a backslash.
  bool TakeEscaped(std::string& value) {
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    if (rest_.empty()) return false;
    const size_t known = kNames.find(rest_.front());
    if (known != std::string_view::npos) {
      value += kMeant[known];
      rest_.remove_prefix(1);
      return true;
    }
    if (!Take('u') || rest_.size() < 4) return false;
    unsigned char control = 0;  // nothing else is written so
    const auto [stop, error] = std::from_chars(rest_.data(), rest_.data() + 4, control, 16);
    if (error != std::errc() || stop != rest_.data() + 4 || control >= 0x20) return false;
    value += static_cast<char>(control);
    rest_.remove_prefix(4);
    return true;
  }

  std::string_view rest_;
};

}  // namespace

std::string ListText(const TopValues& list) {
  std::string text = "[";
  for (const TopValues::Entry& entry : list.entries()) {
    if (text.size() > 1) text += ',';
    text += '[';
    AppendQuoted(entry.value, text);
    text += ',' + std::to_string(entry.count) + ',' + std::to_string(entry.overcount) + ']';
  }
  return text + ']';
}

std::optional<TopValues> ParseListText(std::string_view text) {
  TopValues list;
  Reader reader(text);
  if (!reader.Take('[')) return std::nullopt;
  while (!reader.Take(']')) {
    TopValues::Entry entry;
    if (list.size() > 0 && !reader.Take(',')) return std::nullopt;
    if (list.full() || !reader.Take('[') || !reader.TakeQuoted(entry.value) || !reader.Take(',') ||
        !reader.TakeNumber(entry.count) || !reader.Take(',') ||
        !reader.TakeNumber(entry.overcount) || !reader.Take(']')) {
      return std::nullopt;
    }
    if (entry.overcount < 0 || entry.count < entry.overcount) return std::nullopt;
    list.Restore(std::move(entry));
  }
  if (!reader.at_end()) return std::nullopt;
  return list;
}

}  // namespace logtally
