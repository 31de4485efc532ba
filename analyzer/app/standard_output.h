// What a command says to the person, or the program, that ran it.
#ifndef LOGTALLY_APP_STANDARD_OUTPUT_H_
#define LOGTALLY_APP_STANDARD_OUTPUT_H_

#include <string_view>

#include "absl/status/status.h"

namespace logtally {

// Errors: "write standard output: No space left on device"; a reader that has left (a closed pipe)
// is none.
absl::Status PrintToStandardOutput(std::string_view text);

// Whether standard error is a terminal, where progress may be shown.
bool StandardErrorIsTerminal();

// Whether text on standard output may be coloured: a terminal, and no $NO_COLOR (no-color.org).
bool StandardOutputTakesColor();

// Whether $LC_ALL, $LC_CTYPE or $LANG say UTF-8.
bool LocaleIsUtf8();

}  // namespace logtally

#endif  // LOGTALLY_APP_STANDARD_OUTPUT_H_
