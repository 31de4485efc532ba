// Fits text into the columns of a terminal. All texts are UTF-8 that EscapeForTerminal() has seen.
#ifndef LOGTALLY_REPORT_TEXT_LAYOUT_H_
#define LOGTALLY_REPORT_TEXT_LAYOUT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace logtally {

// Columns that `text` takes: one a character, two for East Asian wide characters and emoji.
// A combining mark counts as one, so that no text can be longer than it seems.
size_t ColumnsOf(std::string_view text);

// `text` in at most `columns`: what is too long loses its middle, as the end of a path often tells
// more than the middle. Neither a character nor an escape like \x1B is cut in two.
std::string CutToColumns(std::string_view text, size_t columns, std::string_view ellipsis);

// `text` in lines of at most `columns`, broken at spaces; a longer word is broken where it must be.
// The first line has `first_indent` columns less.
std::vector<std::string> WrapToColumns(std::string_view text, size_t columns, size_t first_indent);

// Every byte that is not ASCII as \xHH.
std::string EscapeToAscii(std::string_view text);

}  // namespace logtally

#endif  // LOGTALLY_REPORT_TEXT_LAYOUT_H_
