#include "export/html.h"

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "base/text.h"

namespace logtally {
namespace {

// Colours by class are those of the dashboards: 2xx green, 3xx blue, 4xx orange, 5xx red, others
// purple; dark enough to be read on white, and light enough on black.
constexpr std::string_view kStyle = R"(<style>
:root { color-scheme: light dark; --line: #8884; --soft: #8881;
  --bad: #c62828; --k1xx: #546e7a; --k2xx: #2e7d32; --k3xx: #1565c0; --k4xx: #b45309; --k5xx: #c62828; --kother: #7b1fa2; }
@media (prefers-color-scheme: dark) { :root {
  --bad: #ff8a80; --k1xx: #a7bac3; --k2xx: #81c784; --k3xx: #7ab8f5; --k4xx: #ffb74d; --k5xx: #ff8a80; --kother: #d39be3; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word; }
h1 { margin: 0; line-height: 1.25; }
h2 { margin: 2rem 0 .5rem; font-size: 1.25rem; }
h3 { margin: 1rem 0 .25rem; font-size: 1rem; }
p { margin: .5rem 0; }
a { color: LinkText; text-underline-offset: .15em; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-size: .875rem; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.any { overflow-wrap: anywhere; }
.bad { color: var(--bad); font-weight: 600; }
.quiet { opacity: .75; }
.small { font-size: .875rem; }
code, pre { font: .875rem/1.5 ui-monospace, monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); padding: .5rem .75rem; border-radius: .5rem; margin: .25rem 0; }
.k1xx { --k: var(--k1xx); } .k2xx { --k: var(--k2xx); } .k3xx { --k: var(--k3xx); }
.k4xx { --k: var(--k4xx); } .k5xx { --k: var(--k5xx); } .kother { --k: var(--kother); }
.code { color: var(--k); font-weight: 700; font-variant-numeric: tabular-nums; }
.chip { display: inline-block; font-size: .875rem; padding: 0 .6rem; margin: 0 .25rem .25rem 0; border: 1px solid var(--line); border-radius: 1rem; }
.chip.k { border-color: var(--k); color: var(--k); }
.note { border-left: 4px solid var(--k, var(--line)); background: var(--soft); padding: .5rem .75rem; border-radius: 0 .5rem .5rem 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .75rem; margin: .75rem 0; }
.tile { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; }
.tile b { display: block; font-size: 1.75rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 0 2rem; }
figure { margin: 1rem 0; }
.spark { display: block; width: 100%; height: 5rem; }
.spark .bar { fill: var(--k, currentColor); }
.spark g:hover .hit { fill: var(--line); }
.axis { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
@media (max-width: 45rem) { .axis :nth-child(2) { order: 3; width: 100%; } }
details { margin: .25rem 0; }
summary { cursor: pointer; }
</style>
)";

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (const char c : ValidUtf8(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string LogTextHtml(std::string_view text) { return EscapeHtml(EscapeForTerminal(text)); }

std::string UrlEncode(std::string_view text) {
  constexpr std::string_view kPlain = "-._~";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       kPlain.find(c) != kPlain.npos;
    if (plain) {
      out += c;
    } else {
      out += absl::StrFormat("%%%02X", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string PageHead(std::string_view title) {
  return absl::StrFormat(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>%s</title>\n%s</head>\n<body>\n",
      EscapeHtml(title), kStyle);
}

HttpResponse HtmlPage(int status, std::string_view title, std::string_view content) {
  return {status, "text/html; charset=utf-8",
          absl::StrFormat("%s%s</body>\n</html>\n", PageHead(title), content)};
}

std::string UtcMinute(int64_t time_unix) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", absl::FromUnixSeconds(time_unix),
                          absl::UTCTimeZone());
}

}  // namespace logtally
