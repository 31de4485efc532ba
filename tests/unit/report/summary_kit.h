// A small shop with a bad hour, and a catalogue of a few rows: what the tests of summaries share.
#ifndef LOGTALLY_UNIT_REPORT_SUMMARY_KIT_H_
#define LOGTALLY_UNIT_REPORT_SUMMARY_KIT_H_

#include <string>
#include <string_view>
#include <vector>

#include "model/counts.h"
#include "model/loss.h"
#include "report/summary.h"

namespace logtally::testing {

inline constexpr int64_t kNoon = 1784030400;  // 2026-07-14T12:00:00Z

inline int64_t Minute(int minutes_after_noon) { return kNoon + int64_t{60} * minutes_after_noon; }

// A catalogue of a few rows with texts of its own, so that the real one may change.
inline const StatusMeaning* SmallCatalogue(StatusCode code) {
  static const std::vector<StatusMeaning> kRows = {
      {200, "OK", "none", true, "The request succeeded.", "documented table; RFC 9110 §15.3.1"},
      {304, "Not Modified", "none", false, "The copy of the client is still good.",
       "RFC 9110 §15.4.5"},
      {403, "Forbidden", "security", true, "Access to the resource was denied.",
       "documented table; RFC 9110 §15.5.4"},
      {404, "Not Found", "client", true,
       "No such resource could be found. Also used when the user merely lacks the privileges to "
       "see "
       "it.",
       "documented table; RFC 9110 §15.5.5"},
      {499, "Client Closed Request", "client", false,
       "The client gave up before the answer was ready.", "nginx"},
      {500, "Internal Server Error", "server", true,
       "An error occurred inside the server. For example, a CGI script has a syntax error or a "
       "wrong setting.",
       "documented table; RFC 9110 §15.6.1"},
      {502, "Bad Gateway", "gateway", false,
       "The server acts as a gateway and got an invalid answer from the server behind it.",
       "RFC 9110 §15.6.3"},
  };
  for (const StatusMeaning& row : kRows) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

inline ErrorDetails Paths(const std::vector<TopValues::Entry>& entries) {
  ErrorDetails details;
  for (const TopValues::Entry& entry : entries) details.list(ErrorList::kPaths).Restore(entry);
  return details;
}

inline void AddCode(SummaryInput& input, StatusCode code, Tally tally, int first_minute,
                    int last_minute, const std::vector<TopValues::Entry>& paths = {}) {
  input.codes[code] = {tally, Minute(first_minute), Minute(last_minute), Paths(paths)};
}

// Clients who came one after the other, each from a page of its own, with a sample line.
inline void AddClients(SummaryInput& input, StatusCode code, int clients) {
  for (int i = 1; i <= clients; ++i) {
    const std::string client = "192.0.2." + std::to_string(i);
    for (int times = 0; times < (i <= 2 ? 9 : 1); ++times) {
      input.codes[code].details.Add(
          {.client = client,
           .referrer = i <= 2 ? "https://shop.example/basket" : "",
           .line = client + " - - [14/Jul/2026:12:59:59 +0000] \"POST /x?id=1 HTTP/1.1\" " +
                   std::to_string(code) + " 175 \"https://shop.example/basket\" \"Mozilla/5.0\""});
    }
  }
}

// One hour of one site from the store, with a code of every side.
inline SummaryInput BadHour() {
  SummaryInput input;
  input.source = SummarySource::kDatabase;
  input.source_names = {"/var/lib/logtally/logtally.db"};
  input.window = {Minute(0), Minute(60), Minute(0), Minute(59)};
  input.sites = {"shop.example"};
  AddCode(input, 200, {64210, 1288490189}, 0, 59);
  AddCode(input, 304, {2530, 0}, 0, 59);
  AddCode(input, 403, {41, 22181}, 7, 55,
          {{"/wp-login.php", 30, 0}, {"/.env", 9, 0}, {"/.git/config", 2, 0}});
  AddCode(
      input, 404, {161, 98127}, 0, 59,
      {{"/favicon.ico", 88, 0}, {"/apple-touch-icon.png", 41, 3}, {"/old/catalogue.pdf", 9, 5}});
  AddCode(input, 499, {3, 0}, 31, 31, {{"/search?q=chair", 3, 0}});
  AddCode(input, 500, {1436, 251300}, 9, 59, {{"/checkout", 1398, 0}, {"/cart/42", 38, 0}});
  AddCode(input, 502, {19, 3192}, 11, 14, {{"/api/stock", 19, 0}});
  AddCode(input, 599, {1, 0}, 40, 40, {{"/health", 1, 0}});
  AddClients(input, 500, 70);
  AddClients(input, 403, 1);
  input.rejects = {{"no_match", 9}, {"too_long", 3}};
  input.untimed_lines = 4;
  return input;
}

// Losses of two causes, of which one has more logs than are shown.
inline void AddLosses(SummaryInput& input) {
  input.losses.push_back({"shop.example",
                          LossCause::kTooLong,
                          "/var/log/shop/access.log",
                          {1, 71680, 1, Minute(40), Minute(40)}});
  for (int i = 0; i < 7; ++i) {
    input.losses.push_back({"shop.example",
                            LossCause::kTruncation,
                            "/var/log/shop/" + std::to_string(i) + ".log",
                            {1 + i, 1024 * i, 0, Minute(i), Minute(i + 1)}});
  }
}

inline bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace logtally::testing

#endif  // LOGTALLY_UNIT_REPORT_SUMMARY_KIT_H_
