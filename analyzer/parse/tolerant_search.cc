// How the search cannot be fooled.
//
// Clients choose what stands in the request, the referer, the user agent and the user name, and
// may put `" 200 5 "` there. Servers write a quote inside a value as \" or \x22. So the quotes
// without a backslash before them pair up, and no client can add one: the search pairs them from
// the line's beginning and looks for a status only behind the pair that is the request (it
// follows the ']' of the time, or is plainly a request). The first such status counts.
//
// Some servers write quotes as they come. Then an opening quote has no space before it, or a
// closing one none after it: such quotes belong to the text, and the search goes on. Only if that
// found nothing and there were such quotes, a second look takes any quote of the request that is
// followed by a status *and* bytes. Whoever does not escape can be lied to; whoever does cannot.
#include "parse/tolerant_search.h"

#include <re2/re2.h>

#include <algorithm>
#include <optional>

#include "parse/field_values.h"
#include "parse/json_search.h"
#include "parse/request_line.h"

namespace logtally {
namespace {

constexpr size_t kNone = std::string_view::npos;

// Longer than whatever kStatusAndBytes can match.
constexpr size_t kStatusSliceBytes = 64;

const re2::RE2& StatusAndBytes() {
  static const re2::RE2* regex =
      new re2::RE2(" (-1?|[0-9]{0,3}) (-|\\+?[0-9]{1,20})(?: |\\z)", re2::RE2::Latin1);
  return *regex;
}

// A status that is no number of bytes away from the next thing: only with all three digits, since
// small numbers stand in many places. The space is required: "20" may be half of a "200".
const re2::RE2& StatusAlone() {
  static const re2::RE2* regex = new re2::RE2(" ([0-9]{3}) ", re2::RE2::Latin1);
  return *regex;
}

struct StatusText {
  std::string_view status;
  std::string_view bytes;
};

enum class Evidence { kStatusAndBytes, kStatusIsEnough };

// What stands right behind a request's closing quote.
std::optional<StatusText> StatusAt(std::string_view line, size_t at, Evidence evidence) {
  const std::string_view slice = line.substr(at, kStatusSliceBytes);
  // Most quotes are followed by something else: see that without RE2.
  if (slice.size() < 2 || slice[0] != ' ' ||
      !(slice[1] == ' ' || slice[1] == '-' || (slice[1] >= '0' && slice[1] <= '9'))) {
    return std::nullopt;
  }
  const re2::StringPiece text(slice.data(), slice.size());
  re2::StringPiece found[3];
  if (StatusAndBytes().Match(text, 0, text.size(), re2::RE2::ANCHOR_START, found, 3)) {
    return StatusText{{found[1].data(), found[1].size()}, {found[2].data(), found[2].size()}};
  }
  if (evidence == Evidence::kStatusIsEnough &&
      StatusAlone().Match(text, 0, text.size(), re2::RE2::ANCHOR_START, found, 2)) {
    return StatusText{{found[1].data(), found[1].size()}, {}};
  }
  return std::nullopt;
}

// The next '"' from `at` on that no backslash escapes.
size_t NextQuote(std::string_view line, size_t at) {
  for (size_t quote = line.find('"', at); quote != kNone; quote = line.find('"', quote + 1)) {
    size_t backslashes = 0;
    while (backslashes < quote && line[quote - backslashes - 1] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return quote;
  }
  return kNone;
}

struct Found {
  size_t open;   // the request's opening quote
  size_t close;  // its closing quote
  StatusText text;
};

bool IsRequest(std::string_view line, size_t open, size_t close) {
  return line.substr(0, open).ends_with("] ") ||
         ParseRequestLine(line.substr(open + 1, close - open - 1)).recognised;
}

std::optional<Found> SearchQuotePairs(std::string_view line, bool& has_bare_quotes) {
  const auto ends_here = [&](size_t quote) {
    return quote + 1 == line.size() || line[quote + 1] == ' ';
  };
  for (size_t open = NextQuote(line, 0); open != kNone; open = NextQuote(line, open + 1)) {
    if (open > 0 && line[open - 1] != ' ') {
      has_bare_quotes = true;
      continue;
    }
    size_t close = NextQuote(line, open + 1);
    while (close != kNone && !ends_here(close)) {
      has_bare_quotes = true;
      close = NextQuote(line, close + 1);
    }
    if (close == kNone) return std::nullopt;
    if (IsRequest(line, open, close)) {
      if (const auto text = StatusAt(line, close + 1, Evidence::kStatusIsEnough)) {
        return Found{open, close, *text};
      }
    }
    open = close;
  }
  return std::nullopt;
}

std::optional<Found> SearchBareQuotes(std::string_view line) {
  const size_t time_end = line.find("] \"");
  if (time_end == kNone) return std::nullopt;
  const size_t open = time_end + 2;
  for (size_t close = NextQuote(line, open + 1); close != kNone;
       close = NextQuote(line, close + 1)) {
    // With a space before it, it may open a value that a client has chosen.
    if (line[close - 1] == ' ') continue;
    if (const auto text = StatusAt(line, close + 1, Evidence::kStatusAndBytes)) {
      return Found{open, close, *text};
    }
  }
  return std::nullopt;
}

std::string_view TakeWord(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  size_t end = std::min(text.find(' '), text.size());
  if (text.starts_with('"')) {
    const size_t close = NextQuote(text, 1);
    if (close != kNone) end = close + 1;
  }
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

// The host of "www.example.com:443" and "[2001:db8::1]:443"; nothing for anything else.
std::string_view HostBeforePort(std::string_view word) {
  const size_t colon = word.rfind(':');
  if (colon == kNone || colon == 0 || colon + 1 == word.size()) return {};
  if (word.find_first_not_of("0123456789", colon + 1) != kNone) return {};
  const std::string_view host = word.substr(0, colon);
  const bool in_brackets = host.starts_with('[') && host.ends_with(']');
  return in_brackets || host.find(':') == kNone ? host : std::string_view();
}

// What stands before the request: … CLIENT IDENT USER [time]
void ReadPrefix(std::string_view prefix, TimestampReader& timestamps, AccessRecord& record) {
  while (prefix.ends_with(' ')) prefix.remove_suffix(1);
  const size_t time = prefix.ends_with(']') ? prefix.rfind('[') : kNone;
  if (time != kNone) {
    record.time_unix = timestamps.Read(prefix.substr(time + 1, prefix.size() - time - 2));
    prefix = prefix.substr(0, time);
  }
  std::string_view word = TakeWord(prefix);
  if (word.starts_with('"')) word = TakeWord(prefix);  // a quoted list of clients
  if (const std::string_view host = HostBeforePort(word);
      !host.empty() && !prefix.starts_with(" - ")) {
    record.host = host;
    word = TakeWord(prefix);
  }
  while (word.ends_with(',')) word = TakeWord(prefix);
  if (word != "-") record.client = word;
}

}  // namespace

std::string_view StripNoise(std::string_view line) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  // Nearly every line begins and ends with a plain byte.
  if (!line.empty() && line.front() > ' ' && line.back() != '\r') return line;
  const auto strip_nuls = [&] {
    while (line.starts_with('\0')) line.remove_prefix(1);
  };
  strip_nuls();
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  strip_nuls();
  if (line.ends_with('\r')) line.remove_suffix(1);
  constexpr std::string_view kNothing("\0 \t\r\n\v\f", 7);
  return line.find_first_not_of(kNothing) == kNone ? std::string_view() : line;
}

std::optional<RejectReason> SearchTolerantly(std::string_view line, TimestampReader& timestamps,
                                             AccessRecord& record) {
  const MatchResult as_json = SearchJson(line, timestamps, record);
  if (as_json != MatchResult::kNoMatch) return ReasonOf(as_json);
  bool has_bare_quotes = false;
  auto found = SearchQuotePairs(line, has_bare_quotes);
  if (!found && has_bare_quotes) found = SearchBareQuotes(line);
  if (!found) return RejectReason::kNoMatch;
  const auto status = ParseStatusCode(found->text.status);
  if (!status) return RejectReason::kNoStatus;

  record = AccessRecord();
  record.status = *status;
  record.bytes = ParseBytesSent(found->text.bytes);
  const RequestLine request =
      ParseRequestLine(line.substr(found->open + 1, found->close - found->open - 1));
  record.method = request.method;
  record.path = request.path;
  ReadPrefix(line.substr(0, found->open), timestamps, record);
  return std::nullopt;
}

}  // namespace logtally
