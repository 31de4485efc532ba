#include "export/code_words.h"

#include <array>
#include <cmath>

#include "absl/strings/str_format.h"
#include "base/text.h"

namespace logtally {
namespace {

struct FaultText {
  std::string_view fault;  // as in the catalogue
  std::string_view side;
  std::string_view who_must_act;
};

constexpr std::array<FaultText, 6> kFaultTexts = {{
    {"none", "nobody's", "Nobody: this is no error."},
    {"client", "client's side",
     "Whoever sends these requests. Look at the paths and referrers first: a referrer of your own "
     "is a broken link that you can mend, and a single client or odd paths point to a program that "
     "goes astray or searches for weak spots."},
    {"server", "server's side",
     "Whoever runs this server, or the program on it. Look into the server's error log at the time "
     "of the highest bar, and at what the top paths have in common."},
    {"gateway", "side behind the server",
     "Whoever runs the server behind this one: it did not answer, or not properly. See whether it "
     "runs and how long it takes, then the timeouts and the network in between."},
    {"security", "refused on purpose",
     "Nobody, if it hits those it is meant for: a rule refused these requests. Look at clients and "
     "paths, and mend the rule if they are honest ones."},
    {"unknown", "side unknown",
     "The code alone does not say. Look at the paths and clients, and into the server's error log "
     "at the time of the highest bar."},
}};

const FaultText& TextOf(std::string_view fault) {
  for (const FaultText& text : kFaultTexts) {
    if (text.fault == fault) return text;
  }
  return kFaultTexts.back();
}

}  // namespace

std::string_view NameWords(const StatusMeaning* meaning) {
  return meaning == nullptr ? std::string_view("Unknown code") : meaning->name;
}

std::string_view FaultWords(std::string_view fault) { return TextOf(fault).side; }

std::string_view WhoMustAct(std::string_view fault) { return TextOf(fault).who_must_act; }

std::string_view FirstSentence(std::string_view meaning) {
  const size_t end = meaning.find(". ");
  return end == meaning.npos ? meaning : meaning.substr(0, end + 1);
}

std::string ShareWords(int64_t part, int64_t whole) {
  if (part <= 0) return "0 %";
  if (part >= whole) return "100 %";
  const double percent = 100 * static_cast<double>(part) / static_cast<double>(whole);
  if (percent < 0.01) return "<0.01 %";
  if (percent > 99.99) return ">99.99 %";
  return absl::StrFormat("%.2f %%", percent);
}

std::string ChangeWords(int64_t count, int64_t before, std::string_view period) {
  if (before == 0) return absl::StrFormat("%s before: none", period);
  const std::string was = absl::StrFormat("%s before: %s", period, FormatCount(before));
  if (count == before) return absl::StrFormat("unchanged (%s)", was);
  const double ratio = static_cast<double>(count) / static_cast<double>(before);
  if (ratio >= 10) return absl::StrFormat("%.0f times (%s)", ratio, was);
  // Rounded away from 0: what has changed is never called "+0 %".
  const double percent = std::ceil(std::abs(ratio - 1) * 100);
  return absl::StrFormat("%s%.0f %% (%s)", count > before ? "+" : "−", percent, was);
}

std::string TimesWords(int64_t count) {
  return count == 1 ? "once" : absl::StrFormat("%s times", FormatCount(count));
}

std::string AgoWords(absl::Duration age) {
  struct Unit {
    int64_t seconds;
    std::string_view name;
  };
  constexpr std::array<Unit, 3> kUnits = {{{86400, "day"}, {3600, "hour"}, {60, "minute"}}};
  for (const Unit& unit : kUnits) {
    const int64_t number = absl::ToInt64Seconds(age) / unit.seconds;
    if (number > 0) {
      return absl::StrFormat("%s %s%s ago", FormatCount(number), unit.name, number == 1 ? "" : "s");
    }
  }
  return "just now";
}

std::string CountRangeWords(const TopValues::Entry& entry) {
  if (entry.overcount == 0) return FormatCount(entry.count);
  return absl::StrFormat("%s–%s", FormatCount(entry.count - entry.overcount),
                         FormatCount(entry.count));
}

}  // namespace logtally
