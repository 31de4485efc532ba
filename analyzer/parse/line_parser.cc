#include "parse/line_parser.h"

#include <utility>

#include "parse/format_detector.h"
#include "parse/tolerant_search.h"

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
  int refused_in_a_row = 0;
  int unmatched_since_vote = 0;  // lines parsed without a format
  TimestampReader timestamps;
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
  line = StripNoise(line);
  if (line.empty()) return RejectReason::kEmpty;
  Impl& self = *impl_;
  if (self.format != nullptr) {
    const MatchResult result = self.format->Match(line, self.timestamps, record);
    if (result != MatchResult::kNoMatch) {
      self.refused_in_a_row = 0;
      return ReasonOf(result);
    }
    if (++self.refused_in_a_row >= kRefusalsBeforeNewVote && !self.is_given && !self.is_voting) {
      self.StartNewVote();
    }
  } else if (!self.is_voting && ++self.unmatched_since_vote >= kLinesBetweenVotes) {
    self.StartNewVote();
  }
  return SearchTolerantly(line, self.timestamps, record);
}

std::string_view LineParser::format_name() const {
  return impl_->format == nullptr ? std::string_view() : impl_->format->name();
}

bool LineParser::fits_no_format() const {
  return impl_->format == nullptr && (!impl_->is_voting || impl_->is_repeated_vote);
}

}  // namespace logtally
