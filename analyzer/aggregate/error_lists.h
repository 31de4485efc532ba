// What an error record gives to the lists of error details.
#ifndef LOGTALLY_AGGREGATE_ERROR_LISTS_H_
#define LOGTALLY_AGGREGATE_ERROR_LISTS_H_

#include <string>
#include <string_view>

#include "model/access_record.h"
#include "model/error_details.h"

namespace logtally {

// Speed:  nothing is allocated and no text is built for values that are short printable ASCII,
// which
//         nearly all are.
// Thread: one at a time.
class ErrorLister {
 public:
  // The record of an error response, of the hour, site and code that `key` says.
  void Add(const ErrorKey& key, const AccessRecord& record, ErrorDetailsByKey& details);

 private:
  std::string path_, client_, referrer_;  // texts that had to be built; kept for their memory
};

// What a value is listed under: at most kMaxListedBytes of it, then "…", and valid text. `room` is
// where the text is built, if it has to be.
std::string_view ListedText(std::string_view value, std::string& room);

// A request target or URL without its query, which may hold secrets and would make every request a
// value of its own.
std::string_view WithoutQuery(std::string_view url);

}  // namespace logtally

#endif  // LOGTALLY_AGGREGATE_ERROR_LISTS_H_
