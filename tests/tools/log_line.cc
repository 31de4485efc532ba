#include "tools/log_line.h"

#include <charconv>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace logtally::tools {
namespace {

void AppendNumber(int64_t number, std::string& out) {
  char digits[20];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, static_cast<size_t>(end - digits));
}

bool IsApache(LineFormat format) {
  return format == LineFormat::kApacheCommon || format == LineFormat::kApacheCombined ||
         format == LineFormat::kApacheVhostCombined;
}

// The parts of a line as they are to stand there, already escaped.
struct LineParts {
  std::string_view host, client, time, request, status, referrer, user_agent;
  int64_t bytes;
};

// nginx's default escape writes \x22 for a quote and \x16 for a control byte, its escape=json \"
// and \u0016; other bytes stay as they are. What a variable does not have is "" there, not "-".
void AppendJsonValue(std::string_view value, std::string& out) {
  if (value == "-") return;
  for (size_t at; (at = value.find("\\x")) != value.npos; value.remove_prefix(at + 4)) {
    out.append(value.substr(0, at));
    const std::string_view hex = value.substr(at + 2, 2);
    unsigned byte = 0;
    std::from_chars(hex.data(), hex.data() + hex.size(), byte, 16);
    if (byte == '"' || byte == '\\') out += '\\';
    if (byte < ' ') {
      out.append("\\u00").append(hex);
    } else {
      out += static_cast<char>(byte);
    }
  }
  out.append(value);
}

void AppendJson(const LineParts& parts, std::string& out) {
  out.append(R"({"time_iso8601":")").append(parts.time);
  out.append(R"(","remote_addr":")").append(parts.client);
  out.append(R"(","host":")").append(parts.host);
  out.append(R"(","request":")");
  AppendJsonValue(parts.request, out);
  out.append(R"(","status":")");
  AppendJsonValue(parts.status, out);
  out.append(R"(","body_bytes_sent":")");
  AppendNumber(parts.bytes, out);
  // Made up, but the same in each run: from a few milliseconds to some seconds.
  const int64_t milliseconds = parts.bytes % 97 * (parts.bytes % 31) + 1000;
  out.append(R"(","request_time":")");
  AppendNumber(milliseconds / 1000 - 1, out);
  out += '.';
  const size_t fraction = out.size();
  AppendNumber(milliseconds % 1000 + 1000, out);  // 1012 for .012
  out.erase(fraction, 1);
  out.append(R"(","http_referer":")");
  AppendJsonValue(parts.referrer, out);
  out.append(R"(","http_user_agent":")");
  AppendJsonValue(parts.user_agent, out);
  out.append("\"}\n");
}

void AppendParts(LineFormat format, const LineParts& parts, std::string& out) {
  if (format == LineFormat::kNginxJson) return AppendJson(parts, out);
  if (format == LineFormat::kApacheVhostCombined) out.append(parts.host).append(":443 ");
  out.append(parts.client).append(" - - ").append(parts.time).append(" \"");
  out.append(parts.request).append("\" ").append(parts.status).append(" ");
  // Apache writes %b, for which no bytes are "-"; Debian's formats for whole sites write %O.
  if (format == LineFormat::kApacheCommon && parts.bytes == 0) {
    out += '-';
  } else {
    AppendNumber(parts.bytes, out);
  }
  if (format != LineFormat::kApacheCommon) {
    out.append(" \"").append(parts.referrer).append("\" \"").append(parts.user_agent).append("\"");
  }
  if (format == LineFormat::kNginxMain) out.append(" \"-\"");
  out += '\n';
}

}  // namespace

std::string_view TimeText::At(int64_t unix_seconds) {
  if (unix_seconds != shown_) {
    shown_ = unix_seconds;
    text_ = absl::FormatTime(
        format_ == LineFormat::kNginxJson ? "%Y-%m-%dT%H:%M:%S+00:00" : "[%d/%b/%Y:%H:%M:%S +0000]",
        absl::FromUnixSeconds(unix_seconds), absl::UTCTimeZone());
  }
  return text_;
}

void AppendLine(LineFormat format, const Visit& visit, std::string_view time, std::string& out) {
  char request[512];  // the longest target of Traffic is far below 400 bytes
  size_t size = 0;
  for (const std::string_view part :
       {visit.method, std::string_view(" "), visit.target, std::string_view(" "), visit.protocol}) {
    size += part.copy(request + size, sizeof request - size);
  }
  char status[8];
  const auto [end, error] = std::to_chars(status, status + sizeof status, visit.status);
  AppendParts(format,
              {.host = visit.host,
               .client = visit.client,
               .time = time,
               .request = {request, size},
               .status = {status, static_cast<size_t>(end - status)},
               .referrer = visit.referrer,
               .user_agent = visit.user_agent,
               .bytes = visit.bytes},
              out);
}

std::optional<std::string> AppendOddLine(LineFormat format, OddKinds kinds, Visit visit,
                                         std::string_view time, Random& random, std::string& out) {
  const bool apache = IsApache(format);
  const std::string usual = absl::StrFormat("GET %s HTTP/1.1", visit.target);
  LineParts parts = {.host = visit.host,
                     .client = visit.client,
                     .time = time,
                     .request = usual,
                     .status = "200",
                     .referrer = "-",
                     .user_agent = "-",
                     .bytes = visit.bytes};
  std::string made;  // keeps what a view of `parts` points to
  switch (random.Below(kinds == OddKinds::kOfServers ? 11 : 18)) {
    case 0:  // TLS spoken to a plain port
      parts.request = apache ? "\\x16\\x03\\x01\\x02" : "\\x16\\x03\\x01\\x00\\xEE\\x01";
      parts.status = "400";
      parts.bytes = apache ? 483 : 157;
      break;
    case 1:  // the client sent nothing
      parts.request = apache ? "-" : "";
      parts.status = apache ? "408" : "400";
      parts.bytes = 0;
      break;
    case 2:
      parts.request = "GET /index.html";  // HTTP/0.9
      break;
    case 3:
      parts.request = "geti /x HTTP/1.1";
      parts.status = "405";
      break;
    case 4:
      parts.request = "CONNECT mail.example.net:25 HTTP/1.1";
      parts.status = "405";
      break;
    case 5:
      parts.request = "GET http://www.example.org/ HTTP/1.1";
      break;
    case 6: {  // what servers and vendors write beside the registry
      static constexpr std::string_view kCodes[] = {"000", "009", "444", "494", "499",
                                                    "520", "599", "600", "783", "999"};
      parts.status = kCodes[random.Below(std::size(kCodes))];
      parts.bytes = 0;
      break;
    }
    case 7:
      parts.user_agent = apache ? "an \\\"odd\\\" agent \\\\" : "an \\x22odd\\x22 agent \\x5C";
      break;
    case 8:
      made = "GET /long?" + std::string(8 << 10, 'a') + " HTTP/1.1";
      parts.request = made;
      parts.status = "414";
      break;
    case 9:
      parts.request = "MGLNDD_192.0.2.1_443";
      parts.status = "400";
      break;
    case 10:
      parts.bytes = 5'000'000'000;
      parts.status = "206";
      break;
    // From here on: what servers do not write by themselves.
    case 11:
      parts.user_agent = "caf\xe9 \xff\xfe";  // raw bytes that are no UTF-8
      break;
    case 12:  // written on, or copied through, another system
      parts.status = "404";
      AppendParts(format, parts, out);
      out.insert(out.size() - 1, "\r");
      return "404";
    case 13:  // a status that was never sent
      parts.status = "-";
      AppendParts(format, parts, out);
      return std::nullopt;
    case 14:
      out += '\n';
      return std::nullopt;
    case 15:  // left behind by a writer without O_APPEND after a truncation
      out.append(64 + random.Below(512), '\0').append("\n");
      return std::nullopt;
    case 16:
      out.append("Segmentation fault (core dumped)\n");
      return std::nullopt;
    case 17:  // longer than any line that is read
      out.append((64 << 10) + 1 + random.Below(4096), 'x').append("\n");
      return std::nullopt;
  }
  AppendParts(format, parts, out);
  return std::string(parts.status);
}

}  // namespace logtally::tools
