// When the lines of a text were written, told from a few of them.
#ifndef LOGTALLY_PIPELINE_TEXT_TIMES_H_
#define LOGTALLY_PIPELINE_TEXT_TIMES_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "pipeline/log_check.h"
#include "pipeline/text_recount.h"
#include "tail/log_content.h"

namespace logtally {

// Unix seconds of the first line in the range that has a time; nothing if no line of its first
// 64 KiB has one, or it cannot be read. A time that is more than a day off those of the lines
// around it is a clock gone wrong: then theirs.
std::optional<int64_t> FirstTime(LogContent& content, TextRange range, const LineReading& reading,
                                 std::string_view path);

// The same of the last line.
std::optional<int64_t> LastTime(LogContent& content, TextRange range, const LineReading& reading,
                                std::string_view path);

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_TEXT_TIMES_H_
