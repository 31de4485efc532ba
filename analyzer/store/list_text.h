// A list of values as one text of the database, which anybody can read: JSON.
#ifndef LOGTALLY_STORE_LIST_TEXT_H_
#define LOGTALLY_STORE_LIST_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

#include "model/top_values.h"

namespace logtally {

// [["/a",12,0],["/b",3,1]]: value, responses, overcount, in no order; "[]" for an empty list. One
// text takes a fifteenth of the time that a row for each entry would, and most entries change with
// every commit. Values must be valid UTF-8.
std::string ListText(const TopValues& list);

// The list that ListText() has written, or SQLite's json functions; nothing for any other text.
std::optional<TopValues> ParseListText(std::string_view text);

}  // namespace logtally

#endif  // LOGTALLY_STORE_LIST_TEXT_H_
