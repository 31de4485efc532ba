// What the pages about status codes say in words. Nothing here comes from logs; all is plain text.
#ifndef LOGTALLY_EXPORT_CODE_WORDS_H_
#define LOGTALLY_EXPORT_CODE_WORDS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "catalogue/status_catalogue.h"
#include "model/status_code.h"
#include "model/top_values.h"

namespace logtally {

// "Not Found", or "Unknown code" where the catalogue has none.
std::string_view NameWords(const StatusMeaning* meaning);

// "client's side", "server's side", …; "nobody's" for what is no error.
std::string_view FaultWords(std::string_view fault);

// Who must act on a code with that fault, and where to look first.
std::string_view WhoMustAct(std::string_view fault);

// The first sentence of a meaning: enough for one line of a table.
std::string_view FirstSentence(std::string_view meaning);

// "2.34 %"; "0 %" and "100 %" mean none and all. `whole` is not 0.
std::string ShareWords(int64_t part, int64_t whole);

// A count against the one of the period before, whose name is "hour" or the like:
// "+50 % (hour before: 402)", "12 times (hour before: 100)", "hour before: none".
std::string ChangeWords(int64_t count, int64_t before, std::string_view period);

// "once", "1,234 times".
std::string TimesWords(int64_t count);

// "just now", "4 minutes ago", "3 days ago".
std::string AgoWords(absl::Duration age);

// A count that may be too high: "7", or "5–7" when up to 2 of it belong to other values.
std::string CountRangeWords(const TopValues::Entry& entry);

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_CODE_WORDS_H_
