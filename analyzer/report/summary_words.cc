#include "report/summary_words.h"

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/text.h"

namespace logtally {
namespace {

constexpr int64_t kMinuteSeconds = 60;

absl::CivilMinute MinuteOf(int64_t unix_seconds) {
  return absl::ToCivilMinute(absl::FromUnixSeconds(unix_seconds), absl::UTCTimeZone());
}

std::string ClockOf(absl::CivilMinute minute) {
  return absl::StrFormat("%02d:%02d", minute.hour(), minute.minute());
}

std::string DateAndClockOf(absl::CivilMinute minute) {
  return absl::StrFormat("%04d-%02d-%02d %s", minute.year(), minute.month(), minute.day(),
                         ClockOf(minute));
}

std::string RangeWords(int64_t from_unix, int64_t to_unix) {
  const absl::CivilMinute from = MinuteOf(from_unix);
  const absl::CivilMinute to = MinuteOf(to_unix);
  const absl::CivilDay day(from);
  if (absl::CivilDay(to) == day) {
    return absl::StrFormat("%s–%s UTC", DateAndClockOf(from), ClockOf(to));
  }
  if (to == absl::CivilMinute(day + 1)) {
    return absl::StrFormat("%s–24:00 UTC", DateAndClockOf(from));
  }
  return absl::StrFormat("%s – %s UTC", DateAndClockOf(from), DateAndClockOf(to));
}

absl::CivilDay DayOf(int64_t unix_seconds) { return absl::CivilDay(MinuteOf(unix_seconds)); }

// Whether every time of the summary lies on one day, which the words of the window name.
bool IsWithinOneDay(const SummaryWindow& window) {
  if (!window.first_minute_unix || !window.last_minute_unix) return false;
  const absl::CivilDay day = DayOf(*window.first_minute_unix);
  return DayOf(*window.last_minute_unix) == day &&
         (!window.from_unix || DayOf(*window.from_unix) == day) &&
         (!window.to_unix || DayOf(*window.to_unix - 1) == day);
}

// "12:09 to 12:59", or with the day of the begin, and that of the end where it is another.
std::string TimesWords(int64_t first_unix, int64_t last_unix, bool day_is_known) {
  const absl::CivilMinute first = MinuteOf(first_unix);
  const absl::CivilMinute last = MinuteOf(last_unix);
  const std::string begin = day_is_known ? ClockOf(first) : DateAndClockOf(first);
  if (first == last) return absl::StrFormat("at %s", begin);
  const bool same_day = absl::CivilDay(first) == absl::CivilDay(last);
  return absl::StrFormat("%s to %s", begin, same_day ? ClockOf(last) : DateAndClockOf(last));
}

}  // namespace

std::string CountWords(int64_t count, std::string_view one, std::string_view many) {
  return absl::StrFormat("%s %s", FormatCount(count), count == 1 ? one : many);
}

std::string WindowWords(const SummaryWindow& window, SummarySource source) {
  if (window.from_unix && window.to_unix) return RangeWords(*window.from_unix, *window.to_unix);
  if (window.from_unix) {
    return absl::StrFormat("since %s UTC", DateAndClockOf(MinuteOf(*window.from_unix)));
  }
  if (window.to_unix) {
    return absl::StrFormat("until %s UTC", DateAndClockOf(MinuteOf(*window.to_unix)));
  }
  const std::string_view all =
      source == SummarySource::kDatabase ? "all that is stored" : "all of the files given";
  if (!window.first_minute_unix || !window.last_minute_unix) return std::string(all);
  return absl::StrFormat(
      "%s, %s", all,
      RangeWords(*window.first_minute_unix, *window.last_minute_unix + kMinuteSeconds));
}

std::string SeenWords(const Summary& summary, int64_t first_unix, int64_t last_unix) {
  return TimesWords(first_unix, last_unix, IsWithinOneDay(summary.window));
}

std::string ClientsWords(const ErrorCode& error) {
  if (!error.clients) return "";
  return absl::StrFormat(" by %s%s", error.clients->exact ? "" : "≈ ",
                         CountWords(error.clients->number, "client", "clients"));
}

std::string LossTimeWords(const Summary& summary, const LossTally& tally) {
  const SummaryWindow& window = summary.window;
  const bool day_is_known =
      IsWithinOneDay(window) && DayOf(tally.from_unix) == DayOf(*window.first_minute_unix);
  return TimesWords(tally.from_unix, tally.to_unix, day_is_known);
}

std::string VerdictWords(const Summary& summary) {
  if (summary.all.responses == 0) return "no responses";
  const std::string responses = CountWords(summary.all.responses, "response", "responses");
  if (summary.error_responses == 0) return absl::StrFormat("%s, no errors", responses);
  const Share errors{summary.error_responses, summary.all.responses};
  return absl::StrFormat("%s, %s (%s)", responses,
                         CountWords(summary.error_responses, "error", "errors"), errors.Percent());
}

std::string SideWords(const Summary& summary) {
  std::vector<std::string> sides;
  for (size_t i = 0; i < kErrorSides.size(); ++i) {
    if (summary.by_side[i] == 0) continue;
    sides.push_back(
        absl::StrFormat("%s %s", FaultSideName(kErrorSides[i]), FormatCount(summary.by_side[i])));
  }
  return absl::StrJoin(sides, ", ");
}

std::string_view SideTitle(FaultSide side) {
  switch (side) {
    case FaultSide::kServer:
      return "SERVER SIDE";
    case FaultSide::kGateway:
      return "GATEWAY SIDE";
    case FaultSide::kClient:
      return "CLIENT SIDE";
    case FaultSide::kSecurity:
      return "SECURITY";
    case FaultSide::kUnknown:
    case FaultSide::kNone:
      break;
  }
  return "SIDE UNKNOWN";
}

MeaningWords WordsOf(const CodeMeaning& meaning) {
  if (meaning.documented) return {"Meaning (documented):", meaning.text};
  if (meaning.text.empty()) {
    return {"Meaning:", "not in the documented table; no other source known here has it."};
  }
  return {"Meaning:",
          absl::StrFormat("not in the documented table; %s: %s", meaning.source, meaning.text)};
}

std::vector<std::string> NothingCountedWords(const Summary& summary) {
  const SummaryTrust& input = summary.input;
  if (input.rejected > 0) {
    return {"No status could be read from any line.",
            "Check that these are access logs, and that their format is the right one."};
  }
  std::vector<std::string> sentences;
  if (summary.window.bounded()) {
    sentences = {"No lines in this window.",
                 "Check the window: its times are UTC unless they say otherwise."};
  } else {
    sentences = {"No lines."};
  }
  if (input.source == SummarySource::kFiles) {
    sentences.push_back("Check that the files given are the right ones and are not empty.");
  } else {
    sentences.push_back(
        "Check that the daemon runs, that it may read the logs, and that the web server writes to "
        "them.");
  }
  return sentences;
}

}  // namespace logtally
