// The order is that of an on-call person's questions: is it bad and where; can I trust the numbers;
// what is wrong, what does it mean, which paths; and only then all the rest.
#include "report/text_writer.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"
#include "model/loss_words.h"
#include "report/summary_words.h"
#include "report/text_layout.h"

namespace logtally {
namespace {

constexpr size_t kMinWidth = 60;
constexpr size_t kBlockIndent = 4;  // of what stands below a code, as wide as "404 "
constexpr size_t kResponsesWidth = 14;
constexpr size_t kShareWidth = 11;
constexpr size_t kBytesWidth = 12;
constexpr size_t kFaultWidth = 8;
constexpr size_t kNamedSites = 3;

// SGR parameters (ECMA-48 §8.3.117).
constexpr std::string_view kBold = "1";
constexpr std::string_view kDim = "2";
constexpr std::string_view kRed = "31";
constexpr std::string_view kBoldRed = "1;31";
constexpr std::string_view kYellow = "33";
constexpr std::string_view kBoldYellow = "1;33";
constexpr std::string_view kBoldMagenta = "1;35";
constexpr std::string_view kBoldCyan = "1;36";

std::string_view ColorOf(FaultSide side) {
  switch (side) {
    case FaultSide::kServer:
      return kBoldRed;
    case FaultSide::kGateway:
      return kBoldMagenta;
    case FaultSide::kClient:
      return kBoldYellow;
    case FaultSide::kSecurity:
      return kBoldCyan;
    case FaultSide::kUnknown:
    case FaultSide::kNone:
      break;
  }
  return kBold;
}

std::string AlignRight(const std::string& text, size_t columns) {
  return std::string(columns - std::min(columns, ColumnsOf(text)), ' ') + text;
}

std::string AlignLeft(const std::string& text, size_t columns) {
  return text + std::string(columns - std::min(columns, ColumnsOf(text)), ' ');
}

class TextPage {
 public:
  TextPage(const Summary& summary, const TextStyle& style)
      : summary_(summary),
        color_(style.color),
        unicode_(style.unicode),
        width_(std::max(style.width, kMinWidth)) {}

  std::string Write() {
    WriteVerdict();
    WriteTrust();
    if (summary_.input.counted == 0) {
      WriteWhatToCheck();
      return std::move(out_);
    }
    WriteErrors();
    WriteTotals();
    WriteFootnotes();
    return std::move(out_);
  }

 private:
  // --- bricks ---

  std::string Paint(std::string_view sgr, std::string_view text) const {
    if (!color_ || text.empty()) return std::string(text);
    return absl::StrFormat("\x1b[%sm%s\x1b[0m", sgr, text);
  }
  // Text from logs and the world: bytes that nobody has vouched for.
  std::string Foreign(std::string_view text) const {
    std::string safe = EscapeForTerminal(text);
    return unicode_ ? safe : EscapeToAscii(safe);
  }
  // Text of the catalogue or of ours: ASCII has words for the signs that it uses.
  std::string Printed(std::string_view text) const {
    if (unicode_) return EscapeForTerminal(text);
    return EscapeToAscii(
        EscapeForTerminal(StdView(absl::StrReplaceAll(AbslView(text), {{"§", "section "},
                                                                       {"–", "-"},
                                                                       {"—", "-"},
                                                                       {"…", "..."},
                                                                       {"’", "'"},
                                                                       {"‘", "'"},
                                                                       {"“", "\""},
                                                                       {"”", "\""},
                                                                       {"×", "x"},
                                                                       {"≈", "about"}}))));
  }
  std::string_view Ellipsis() const { return unicode_ ? "…" : "..."; }
  std::string AtMost() const { return unicode_ ? "≤ " : "<= "; }

  void Line(std::string_view text = "") {
    out_ += text;
    out_ += '\n';
  }

  // `label` and then `text`, wrapped; every line stands `indent` columns in.
  void Paragraph(size_t indent, std::string_view label, std::string_view text,
                 std::string_view sgr = "") {
    const size_t label_columns = label.empty() ? 0 : ColumnsOf(label) + 1;
    const std::string margin(indent, ' ');
    bool first = true;
    for (const std::string& line : WrapToColumns(text, width_ - indent, label_columns)) {
      const std::string body = sgr.empty() ? line : Paint(sgr, line);
      Line(first && label_columns > 0 ? margin + Paint(kDim, label) + " " + body : margin + body);
      first = false;
    }
  }

  // --- sections ---

  std::string SitesText() const {
    std::vector<std::string> names;
    for (const std::string& site : summary_.sites) {
      if (!site.empty()) names.push_back(CutToColumns(Foreign(site), width_ / 2, Ellipsis()));
    }
    if (names.size() > kNamedSites) {
      return CountWords(static_cast<int64_t>(names.size()), "site", "sites");
    }
    return absl::StrJoin(names, ", ");
  }

  // One line where it fits; else what is meant, how it is, and on whose side.
  void WriteVerdict() {
    const std::string sites = SitesText();
    const std::string window = Printed(WindowWords(summary_.window, summary_.input.source));
    const std::string verdict = VerdictWords(summary_);
    const std::string sides = SideWords(summary_);
    const std::string scope = sites.empty() ? window : sites + "  " + window;
    const std::string whole = sides.empty() ? verdict : verdict + ": " + sides;
    if (ColumnsOf(scope) + 2 + ColumnsOf(whole) <= width_) {
      Line(Paint(kBold, scope + "  " + whole));
      return;
    }
    if (ColumnsOf(scope) <= width_) {
      Line(Paint(kBold, scope));
    } else {
      Paragraph(0, "", sites, kBold);
      Paragraph(0, "", window, kBold);
    }
    if (ColumnsOf(whole) <= width_ || sides.empty()) {
      Paragraph(0, "", whole, kBold);
    } else {
      Paragraph(0, "", verdict + ":", kBold);
      Paragraph(2, "", sides, kBold);
    }
  }

  void WriteTrust() {
    const SummaryTrust& input = summary_.input;
    Paragraph(
        0, "input:",
        absl::StrFormat(
            "%s, %s counted, %s rejected%s", CountWords(input.lines, "line", "lines"),
            FormatCount(input.counted), input.rejected == 0 ? "none" : FormatCount(input.rejected),
            input.rejected == 0 ? "" : absl::StrFormat(" (%s)", input.rejected_share.Percent())));
    if (input.source_names.size() == 1) {
      TrustLine("from:", CutToColumns(Foreign(input.source_names[0]), width_ - 8, Ellipsis()));
    } else {
      TrustLine("from:",
                CountWords(static_cast<int64_t>(input.source_names.size()), "file", "files"));
    }
    if (input.rejected > 0) {
      std::vector<std::string> reasons;
      for (const RejectedLines& reject : input.rejects) {
        reasons.push_back(
            absl::StrFormat("%s %s", FormatCount(reject.lines), Foreign(reject.reason)));
      }
      TrustLine("rejected:", absl::StrJoin(reasons, ", "), kYellow);
    }
    if (input.untimed > 0) {
      TrustLine("no usable time:",
                CountWords(input.untimed, "line", "lines") +
                    (input.untimed_counted ? ", counted all the same" : ", not counted here"));
    }
    if (input.outside_window > 0) {
      TrustLine("outside the window:", CountWords(input.outside_window, "line", "lines"));
    }
    if (input.unlisted_errors.value_or(0) > 0) {
      TrustLine("not listed:", CountWords(*input.unlisted_errors, "error", "errors") +
                                   ", counted all the same: too many different ones");
    }
    for (const std::string& error : input.read_errors) {
      TrustLine("not read:", Foreign(error), kRed);
    }
    if (!input.losses.empty()) WriteLosses();
    if (summary_.only_code) {
      TrustLine("shown:", absl::StrFormat("code %s alone; shares are of all responses",
                                          StatusCodeText(*summary_.only_code)));
    }
  }

  // Nothing is said where nothing was lost; where something was, what it means and what helps.
  void WriteLosses() {
    const SummaryTrust& input = summary_.input;
    TrustLine("lost:", LossAmountWords(input.lost), kRed);
    for (const CauseLosses& cause : input.losses) {
      std::string text = LossAmountWords(cause.all);
      // A loss in a file that was just read has the time of that reading, which tells nothing.
      if (input.source == SummarySource::kDatabase) {
        text += ", " + LossTimeWords(summary_, cause.all);
      }
      Paragraph(4, absl::StrFormat("%s:", LossCauseName(cause.cause)), text);
      const LossWords words = LossWordsOf(cause.cause);
      Paragraph(6, "", words.meaning);
      Paragraph(6, "", words.remedy);
      WriteLostLogs(cause.logs);
    }
  }

  void WriteLostLogs(const std::vector<Loss>& logs) {
    const size_t shown = std::min(logs.size(), kTopValues);
    std::vector<std::string> amounts;
    size_t amount_columns = 0;
    for (size_t i = 0; i < shown; ++i) {
      const LossTally& tally = logs[i].tally;
      amounts.push_back(tally.bytes > 0   ? FormatBytes(tally.bytes)
                        : tally.lines > 0 ? CountWords(tally.lines, "line", "lines")
                                          : "?");
      amount_columns = std::max(amount_columns, ColumnsOf(amounts.back()));
    }
    for (size_t i = 0; i < shown; ++i) {
      const std::string begin = std::string(6, ' ') + AlignRight(amounts[i], amount_columns) + "  ";
      Line(begin + CutToColumns(Foreign(logs[i].path), width_ - ColumnsOf(begin), Ellipsis()));
    }
    if (logs.size() > shown) {
      Line(absl::StrFormat("      and %s", CountWords(static_cast<int64_t>(logs.size() - shown),
                                                      "other log", "other logs")));
    }
  }

  void TrustLine(std::string_view label, std::string_view text, std::string_view sgr = "") {
    Paragraph(2, label, text, sgr);
  }

  void WriteWhatToCheck() {
    Line();
    bool first = true;
    for (const std::string& sentence : NothingCountedWords(summary_)) {
      Paragraph(first ? 0 : 2, "", sentence, first ? kBold : "");
      first = false;
    }
  }

  // Something on the left, then the columns that blocks and table share.
  std::string Counted(const std::string& left, const std::string& painted_left, int64_t responses,
                      const Share& share, size_t width) const {
    const size_t room = width - kResponsesWidth - kShareWidth;
    return painted_left + std::string(room - std::min(room, ColumnsOf(left)), ' ') +
           AlignRight(FormatCount(responses), kResponsesWidth) +
           AlignRight(share.Percent(), kShareWidth);
  }

  void WriteErrors() {
    if (summary_.only_code && summary_.totals.empty()) {
      Line();
      Line(absl::StrFormat("No response with code %s.", StatusCodeText(*summary_.only_code)));
    } else if (summary_.errors.empty() && !summary_.only_code) {
      Line();
      Line("No errors.");
    }
    for (const ErrorGroup& group : summary_.errors) {
      Line();
      Line(Paint(ColorOf(group.fault), SideTitle(group.fault)));
      bool first = true;
      for (const ErrorCode& error : group.codes) {
        if (!first) Line();
        first = false;
        WriteError(error);
      }
    }
  }

  void WriteError(const ErrorCode& error) {
    const CodeTotal& total = error.total;
    const size_t room = width_ - kResponsesWidth - kShareWidth;
    const std::string title =
        CutToColumns(StatusCodeText(total.code) + " " + Printed(total.name), room, Ellipsis());
    Line(Counted(title, Paint(ColorOf(total.fault), title), total.responses, total.share, width_));
    if (error.first_seen_unix && error.last_seen_unix) {
      Paragraph(kBlockIndent, "Seen",
                SeenWords(summary_, *error.first_seen_unix, *error.last_seen_unix) +
                    Printed(ClientsWords(error)));
    }
    const MeaningWords meaning = WordsOf(error.meaning);
    Paragraph(kBlockIndent, meaning.label, Printed(meaning.text));
    WriteValues("Paths", error.top_paths);
    WriteValues("Clients", error.top_clients);
    WriteValues("From", error.top_referrers);
    if (!error.samples.empty()) {
      Paragraph(kBlockIndent, "Sample", Foreign(error.samples.back()));
    }
  }

  void WriteValues(std::string_view label, const std::vector<ValueCount>& values) {
    if (values.empty()) return;
    std::vector<std::pair<std::string, std::string>> rows;  // count, value
    size_t count_columns = 0;
    for (const ValueCount& value : values) {
      if (!value.certain()) continue;
      const bool exact = value.overcount == 0;
      rows.emplace_back((exact ? "" : AtMost()) + FormatCount(value.count),
                        value.value.empty() ? "(none)" : Foreign(value.value));
      count_columns = std::max(count_columns, ColumnsOf(rows.back().first));
      has_overcounts_ = has_overcounts_ || !exact;
    }
    if (rows.empty()) {
      Paragraph(kBlockIndent, label, "many different ones, none of them frequent");
      return;
    }
    const size_t label_columns = label.size();
    std::string shown(label);
    for (const auto& [count, value] : rows) {
      const size_t used = kBlockIndent + label_columns + 2 + count_columns + 2;
      Line(std::string(kBlockIndent, ' ') + Paint(kDim, shown) + "  " +
           AlignRight(count, count_columns) + "  " +
           CutToColumns(value, width_ - used, Ellipsis()));
      shown = std::string(label_columns, ' ');
    }
  }

  void WriteTotals() {
    const size_t counted_width = width_ - kBytesWidth;
    const size_t left_width = counted_width - kResponsesWidth - kShareWidth;
    const size_t name_width = left_width - kFaultWidth - 1;
    const auto left = [&](const std::string& name, std::string_view fault) {
      return AlignLeft(CutToColumns(name, name_width, Ellipsis()), name_width) + " " +
             AlignLeft(std::string(fault), kFaultWidth);
    };
    const auto row = [&](const std::string& begin, const std::string& painted_begin,
                         const Tally& tally, const Share& share) {
      Line(Counted(begin, painted_begin, tally.responses, share, counted_width) +
           AlignRight(FormatBytes(tally.bytes), kBytesWidth));
    };

    Line();
    const std::string heading = left(summary_.only_code ? "TOTALS" : "ALL CODES", "fault");
    Line(Paint(kBold, heading + AlignRight("responses", kResponsesWidth) +
                          AlignRight("share", kShareWidth) + AlignRight("bytes", kBytesWidth)));
    for (const CodeTotal& total : summary_.totals) {
      const std::string code = StatusCodeText(total.code) + (total.documented ? "" : "*");
      const bool blamed = total.fault != FaultSide::kNone;
      const std::string begin =
          left(AlignLeft(code, 5) + Printed(total.name), blamed ? FaultSideName(total.fault) : "");
      row(begin, blamed ? Paint(ColorOf(total.fault), begin) : begin,
          {total.responses, total.bytes}, total.share);
      has_undocumented_ = has_undocumented_ || !total.documented;
    }
    const std::string sum = left("all codes", "");
    row(sum, Paint(kBold, sum), summary_.all, {summary_.all.responses, summary_.all.responses});
  }

  void WriteFootnotes() {
    if (!has_undocumented_ && !has_overcounts_ && !summary_.paths_window) return;
    Line();
    if (has_undocumented_) Paragraph(0, "*", "not in the documented table");
    if (has_overcounts_) {
      Paragraph(0, unicode_ ? "≤" : "<=",
                "at most so many: rare values share counters, so a count may be too high");
    }
    if (summary_.paths_window) {
      Paragraph(0, "Lists and samples",
                "are kept by the hour: " +
                    Printed(WindowWords(*summary_.paths_window, summary_.input.source)));
    }
  }

  const Summary& summary_;
  const bool color_;
  const bool unicode_;
  const size_t width_;
  bool has_overcounts_ = false;
  bool has_undocumented_ = false;
  std::string out_;
};

}  // namespace

std::string WriteText(const Summary& summary, const TextStyle& style) {
  return TextPage(summary, style).Write();
}

}  // namespace logtally
