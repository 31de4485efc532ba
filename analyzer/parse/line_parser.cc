#include "parse/line_parser.h"

#include <algorithm>
#include <utility>

#include "parse/format_detector.h"

namespace logtally {
namespace {

// So many lines in a row that the detected format refuses call for a new vote.
constexpr int kRefusalsBeforeNewVote = 64;

// Without any format that fits, a vote is held again after so many lines: the log's format may
// have been changed, but asking all the time would cost more than the search itself.
constexpr int kLinesBetweenVotes = 10'000;

}  // namespace

struct LineParser::Impl {
  Impl(std::shared_ptr<const LogFormat> given, std::string_view path)
      : format(std::move(given)), is_given(format != nullptr), detector(path) {}

  // While the vote is open, its leader is in use, so that a quiet log need not wait for it to
  // end. A repeated vote replaces the old format only when it ends.
  void Vote(std::span<const RawLine> lines) {
    for (const RawLine& line : lines) {
      if (line.kind == RawLine::Kind::kWhole) detector.Vote(line.bytes);
      if (detector.has_seen_enough()) break;
    }
    auto leader = detector.result().format;
    if (detector.has_seen_enough() || (leader != nullptr && !is_repeated_vote)) {
      format = std::move(leader);
    }
    if (detector.has_seen_enough()) {
      is_voting = false;
      refused_in_a_row = 0;
      unmatched_since_vote = 0;
    }
  }

  void StartNewVote() {
    detector.Restart();
    is_voting = true;
    is_repeated_vote = true;
  }

  std::shared_ptr<const LogFormat> format;  // null: none
  bool is_given;
  FormatDetector detector;
  bool is_voting = true;
  bool is_repeated_vote = false;
  int64_t refused_in_a_row = 0;
  int64_t unmatched_since_vote = 0;  // lines parsed without a format
};

LineParser::LineParser(std::shared_ptr<const LogFormat> format, std::string_view path)
    : impl_(std::make_unique<Impl>(std::move(format), path)) {
  impl_->is_voting = !impl_->is_given;
}

LineParser::~LineParser() = default;
LineParser::LineParser(LineParser&&) noexcept = default;

void LineParser::Observe(std::span<const RawLine> lines) {
  if (impl_->is_voting) impl_->Vote(lines);
}

std::optional<RejectReason> LineParser::Parse(std::string_view line, AccessRecord& record) {
  LineReader reader(impl_->format.get());
  const std::optional<RejectReason> result = reader.Read(line, record);
  Note(reader.refusals());
  return result;
}

std::shared_ptr<const LogFormat> LineParser::format() const { return impl_->format; }

void LineParser::Note(const Refusals& refusals) {
  Impl& self = *impl_;
  if (self.is_given || self.is_voting) return;
  if (self.format == nullptr) {
    self.unmatched_since_vote += refusals.lines;
    if (self.unmatched_since_vote >= kLinesBetweenVotes) self.StartNewVote();
    return;
  }
  const int64_t joined_run = self.refused_in_a_row + refusals.first_run;
  const bool all_refused = refusals.first_run == refusals.lines;
  self.refused_in_a_row = all_refused ? joined_run : refusals.last_run;
  if (std::max(joined_run, refusals.longest_run) >= kRefusalsBeforeNewVote) self.StartNewVote();
}

std::string_view LineParser::format_name() const {
  return impl_->format == nullptr ? std::string_view() : impl_->format->name();
}

bool LineParser::fits_no_format() const {
  return impl_->format == nullptr && (!impl_->is_voting || impl_->is_repeated_vote);
}

}  // namespace logtally
