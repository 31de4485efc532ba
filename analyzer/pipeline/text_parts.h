// Cuts a text into parts that can be read at the same time.
#ifndef LOGTALLY_PIPELINE_TEXT_PARTS_H_
#define LOGTALLY_PIPELINE_TEXT_PARTS_H_

#include <cstdint>
#include <vector>

#include "pipeline/text_recount.h"
#include "tail/log_content.h"

namespace logtally {

// At most `parts` ranges that together are `range`, in order; each begins where a line does. One
// alone where more would not help or be wrong: in a small range, in an archive (which is read from
// its beginning), where the lines of a container may go on in the next one, and where the end is
// not known. Errors: none; what cannot be read is found out by whoever reads the parts.
std::vector<TextRange> PartsOf(LogContent& content, TextRange range, int parts);

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_TEXT_PARTS_H_
