// How every page for people looks: one head, one style, no scripts, nothing from elsewhere.
#ifndef LOGTALLY_EXPORT_HTML_H_
#define LOGTALLY_EXPORT_HTML_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "export/http_server.h"

namespace logtally {

// Text made safe inside HTML, in element content and in quoted attributes.
std::string EscapeHtml(std::string_view text);

// The same for what a client wrote into a log: control bytes and marks that turn the direction of
// writing are shown as \xHH, so that a path looks like what it is.
std::string LogTextHtml(std::string_view text);

// Everything but letters, digits and "-._~" as %XX: a part of a path, or a value in a query.
std::string UrlEncode(std::string_view text);

// Where the reader is, above the heading of a page about status codes.
inline constexpr std::string_view kCodesNavigation =
    "<nav class=\"small\"><a href=\"/\">logtally</a> › <a href=\"/codes\">Status codes</a></nav>\n";

// Everything before the content: doctype, style, <body>. `title` is plain text.
std::string PageHead(std::string_view title);

// A whole page around `content`, which is HTML.
HttpResponse HtmlPage(int status, std::string_view title, std::string_view content);

// "2026-07-14 12:31 UTC".
std::string UtcMinute(int64_t time_unix);

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_HTML_H_
