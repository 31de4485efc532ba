// What every writer for people says in the same words. Nothing here comes from logs; punctuation
// is that of good print (–), writers for lesser places replace it.
#ifndef LOGTALLY_REPORT_SUMMARY_WORDS_H_
#define LOGTALLY_REPORT_SUMMARY_WORDS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/summary.h"

namespace logtally {

// "1 line", "2,000 lines".
std::string CountWords(int64_t count, std::string_view one, std::string_view many);

// "2026-07-14 12:00–13:00 UTC", "since 2026-07-14 12:00 UTC", "all that is stored, 2026-07-01
// 00:00 – 2026-07-14 12:34 UTC", …
std::string WindowWords(const SummaryWindow& window, SummarySource source);

// "12:09 to 12:59", "at 12:31"; with dates where the window is not within one day (UTC).
std::string SeenWords(const Summary& summary, int64_t first_unix, int64_t last_unix);

// " by 3 clients", " by ≈ 611 clients"; "" if the log names none.
std::string ClientsWords(const ErrorCode& error);

// The same of the window around a loss, which may lie on other days than the responses.
std::string LossTimeWords(const Summary& summary, const LossTally& tally);

// "68,401 responses, 1,661 errors (2.43 %)".
std::string VerdictWords(const Summary& summary);

// "server 1,436, gateway 19, client 164"; "" without errors.
std::string SideWords(const Summary& summary);

// "SERVER SIDE".
std::string_view SideTitle(FaultSide side);

// Label "Meaning (documented):" and the text, or "Meaning:" and what is known instead. Both hold
// text of the catalogue.
struct MeaningWords {
  std::string_view label;
  std::string text;
};
MeaningWords WordsOf(const CodeMeaning& meaning);

// Sentences for a summary without responses: what that is, and then what to check.
std::vector<std::string> NothingCountedWords(const Summary& summary);

}  // namespace logtally

#endif  // LOGTALLY_REPORT_SUMMARY_WORDS_H_
