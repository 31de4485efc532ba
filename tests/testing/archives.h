// Compressed texts, as gzip(1) and zstd(1) make them.
#ifndef LOGTALLY_TESTING_ARCHIVES_H_
#define LOGTALLY_TESTING_ARCHIVES_H_

#include <string>
#include <string_view>

namespace logtally::testing {

// One gzip member.
std::string Gzip(std::string_view text);

// One zstd frame with a checksum. `window_log`: 0 for what zstd chooses; else 2^window_log bytes,
// as with --long.
std::string Zstd(std::string_view text, int window_log = 0);

// `lines` lines that compress about as well as those of a log; the same on every machine.
std::string NumberedLines(int lines);

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_ARCHIVES_H_
