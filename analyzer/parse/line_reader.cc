#include "parse/line_reader.h"

#include "parse/tolerant_search.h"

namespace logtally {

ParseResult LineReader::Read(std::string_view line) {
  line = StripNoise(line);
  if (line.empty()) return RejectReason::kEmpty;
  if (format_ != nullptr) {
    if (const auto result = format_->Match(line, timestamps_)) {
      refusals_.Accepted();
      return *result;
    }
  }
  refusals_.Refused();
  return SearchTolerantly(line, timestamps_);
}

}  // namespace logtally
