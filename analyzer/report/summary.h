// The error summary: what was answered, what went wrong, on whose side, and what the codes mean.
// One struct; every output (text, JSON, …) is a writer beside it.
#ifndef LOGTALLY_REPORT_SUMMARY_H_
#define LOGTALLY_REPORT_SUMMARY_H_

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/status_catalogue.h"
#include "model/loss.h"
#include "model/status_code.h"
#include "report/summary_input.h"

namespace logtally {

// A part of a whole, kept as two counts so that no rounding is lost on the way to a writer.
struct Share {
  int64_t part = 0;
  int64_t whole = 0;

  // 0 … 1; 0 of nothing is 0.
  double Fraction() const;
  // "2.10 %". "0 %" and "100 %" mean none and all; what would round to them is "<0.01 %" or
  // ">99.99 %".
  std::string Percent() const;
  bool operator==(const Share&) const = default;
};

enum class FaultSide : uint8_t { kNone, kServer, kGateway, kClient, kSecurity, kUnknown };

// "none", "server", …: as in the catalogue.
std::string_view FaultSideName(FaultSide side);

// In the order of the summary: what we can mend ourselves comes first.
inline constexpr std::array kErrorSides = {FaultSide::kServer, FaultSide::kGateway,
                                           FaultSide::kClient, FaultSide::kSecurity,
                                           FaultSide::kUnknown};

struct CodeMeaning {
  bool documented = false;  // the text is the documented table's
  std::string text;         // "" when the catalogue has no row for the code
  std::string source;
};

struct CodeTotal {
  StatusCode code = 0;
  std::string name;  // "Unknown" without a row in the catalogue
  std::string_view status_class;
  FaultSide fault = FaultSide::kNone;
  bool documented = false;
  int64_t responses = 0;
  Share share;  // of all responses
  int64_t bytes = 0;
};

// A path, client or referrer.
struct ValueCount {
  std::string value;
  int64_t count = 0;      // never too low
  int64_t overcount = 0;  // at most so much of `count` belongs to other values

  // Whether most of the count is certain; otherwise the value may be there by chance.
  bool certain() const { return overcount <= count / 2; }
  bool operator==(const ValueCount&) const = default;
};

struct ErrorCode {
  CodeTotal total;
  std::optional<int64_t> first_seen_unix;  // minutes; nothing if no line has a usable time
  std::optional<int64_t> last_seen_unix;
  std::vector<ValueCount> top_paths;  // largest first, at most kTopValues
  std::vector<ValueCount> top_clients;
  std::vector<ValueCount> top_referrers;
  std::optional<ErrorDetails::Clients> clients;  // nothing if the log names none
  std::vector<std::string> samples;              // first and last line, as SampleText() makes them
  CodeMeaning meaning;
};
inline constexpr size_t kTopValues = 5;

// The error codes of one side, most frequent first.
struct ErrorGroup {
  FaultSide fault = FaultSide::kUnknown;
  std::vector<ErrorCode> codes;
};

struct RejectedLines {
  std::string reason;
  int64_t lines = 0;
  Share share;  // of all lines
};

// What is known to have been lost for one reason.
struct CauseLosses {
  LossCause cause = LossCause::kTruncation;
  LossTally all;
  std::vector<Loss> logs;  // one a site and path, most bytes first
};

// How much of what was given has become part of the summary, and what has not.
struct SummaryTrust {
  SummarySource source = SummarySource::kDatabase;
  std::vector<std::string> source_names;
  int64_t lines = 0;    // counted + rejected
  int64_t counted = 0;  // lines with a status: the responses, of every code
  int64_t rejected = 0;
  Share rejected_share;                // of `lines`
  std::vector<RejectedLines> rejects;  // most frequent first
  int64_t untimed = 0;                 // see SummaryInput
  bool untimed_counted = false;
  int64_t outside_window = 0;
  std::optional<int64_t> unlisted_errors;
  std::vector<std::string> read_errors;
  LossTally lost;                   // all causes together
  std::vector<CauseLosses> losses;  // most bytes first; causes without a loss are not there
};

struct Summary {
  SummaryWindow window;
  // The hours that lists and samples are taken of, where they are more than the window.
  std::optional<SummaryWindow> paths_window;
  std::vector<std::string> sites;
  std::optional<StatusCode> only_code;  // `totals` and `errors` are of this code alone
  SummaryTrust input;
  Tally all;                                             // every response, of every code
  int64_t error_responses = 0;                           // of every code
  std::array<int64_t, kErrorSides.size()> by_side = {};  // the same, as kErrorSides
  std::vector<CodeTotal> totals;                         // by code
  std::vector<ErrorGroup> errors;                        // as kErrorSides, without empty sides
};

// What a code means, or null. The row must stay while Summarise() runs.
using MeaningOf = std::function<const StatusMeaning*(StatusCode)>;

// Never invents: a code without a row is "Unknown", on side unknown if it is an error. An error
// whose row names no side (or one that is not known here) is on side unknown as well.
Summary Summarise(const SummaryInput& input, const MeaningOf& meaning_of);

inline Summary Summarise(const SummaryInput& input, const StatusCatalogue& catalogue) {
  return Summarise(input, [&](StatusCode code) { return catalogue.Find(code); });
}

}  // namespace logtally

#endif  // LOGTALLY_REPORT_SUMMARY_H_
