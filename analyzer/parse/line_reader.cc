#include "parse/line_reader.h"

#include "parse/tolerant_search.h"

namespace logtally {

std::optional<RejectReason> LineReader::Read(std::string_view line, AccessRecord& record) {
  line = StripNoise(line);
  if (line.empty()) return RejectReason::kEmpty;
  if (format_ != nullptr) {
    const MatchResult result = format_->Match(line, timestamps_, record);
    if (result != MatchResult::kNoMatch) {
      refusals_.Accepted();
      return ReasonOf(result);
    }
  }
  refusals_.Refused();
  return SearchTolerantly(line, timestamps_, record);
}

}  // namespace logtally
