// The summary as a person reads it in a terminal or a mail.
#ifndef LOGTALLY_REPORT_TEXT_WRITER_H_
#define LOGTALLY_REPORT_TEXT_WRITER_H_

#include <cstddef>
#include <string>

#include "report/summary.h"

namespace logtally {

// What the place that the text goes to can show. The caller knows (isatty, NO_COLOR, the locale).
struct TextStyle {
  bool color = false;
  bool unicode = true;  // else ASCII alone
  size_t width = 80;    // columns; below 60 is taken as 60
};

// Shape:  lines that end in '\n', none wider than the style says.
// Safety: whatever comes from logs, file names and errors is escaped: it cannot command a terminal.
std::string WriteText(const Summary& summary, const TextStyle& style);

}  // namespace logtally

#endif  // LOGTALLY_REPORT_TEXT_WRITER_H_
