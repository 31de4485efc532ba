// The lines of a text. Of no use to what follows logs, which come in pieces.
#ifndef LOGTALLY_TESTING_TEXT_LINES_H_
#define LOGTALLY_TESTING_TEXT_LINES_H_

#include <algorithm>
#include <string_view>

namespace logtally::testing {

// Calls `row` with every line of `text`, without its '\n'.
template <typename Row>
void ForEachLine(std::string_view text, Row row) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    row(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_TEXT_LINES_H_
