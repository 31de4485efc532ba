#include "model/loss_words.h"

#include <iterator>

#include "absl/strings/str_format.h"
#include "base/text.h"

namespace logtally {
namespace {

// By LossCause. The man page logtally(1), section LOSSES, says more.
constexpr LossWords kWords[] = {
    {"A log was cut short in place; what was written to it just before may not have been read, and "
     "no copy of it was found.",
     "Let logrotate rename the log (create) instead of cutting it short (copytruncate)."},
    {"A log was rotated more often than there are older logs left; what lay between was never "
     "seen.",
     "Keep more rotated logs: for longer than logtally is ever stopped."},
    {"A log with unread lines is gone: deleted, moved to where it was not looked for, or damaged "
     "where it was compressed.",
     "Keep rotated logs beside the log or in a folder there, for longer than logtally is ever "
     "stopped."},
    {"A line was longer than max_line_bytes and was skipped.",
     "If such lines are real, raise follow.max_line_bytes; mostly they are attacks or damage."},
    {"NUL bytes stand where lines should be: a log was cut short under a writer that does not "
     "append, or the machine crashed.",
     "Let whatever writes the log append to it."},
    {"Messages came over a socket faster than they could be taken.",
     "Let the web server write to a file: a socket keeps nothing for later."},
};
static_assert(std::size(kWords) == kLossCauseCount);

std::string LinesText(int64_t lines) {
  return absl::StrFormat("%s %s", FormatCount(lines), lines == 1 ? "line" : "lines");
}

}  // namespace

LossWords LossWordsOf(LossCause cause) { return kWords[static_cast<int>(cause)]; }

std::string LossAmountWords(const LossTally& tally) {
  const std::string times = tally.losses == 0 ? ""  // the rest of one that began in an earlier hour
                            : tally.losses == 1
                                ? "once, "
                                : absl::StrFormat("%s times, ", FormatCount(tally.losses));
  if (tally.bytes <= 0 && tally.lines <= 0) return times + "perhaps; how much is not known";
  if (tally.bytes <= 0) return absl::StrFormat("%sat least %s", times, LinesText(tally.lines));
  if (tally.lines <= 0) return absl::StrFormat("%sat least %s", times, FormatBytes(tally.bytes));
  return absl::StrFormat("%sat least %s, %s", times, FormatBytes(tally.bytes),
                         LinesText(tally.lines));
}

}  // namespace logtally
