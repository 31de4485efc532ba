// What `logtally explain` answers, as values and text: finding and rendering without printing.
#ifndef LOGTALLY_APP_EXPLAIN_TEXT_H_
#define LOGTALLY_APP_EXPLAIN_TEXT_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "catalogue/status_catalogue.h"
#include "model/status_code.h"

namespace logtally {

// Views: the rows live as long as the catalogue they were found in.
struct Explanation {
  std::vector<const StatusMeaning*> rows;  // in the order they were asked for, each once
  std::vector<StatusCode> unknown;         // possible codes that the catalogue does not hold
};

// Shape:  each argument is a code ("404", "0", "-1") or a class ("4xx", "other": the values of the
//         label `class`), in any mix; a class stands for all its codes in the catalogue. No
//         argument at all stands for the whole catalogue.
// Errors: InvalidArgument for the first argument that is neither.
absl::StatusOr<Explanation> FindMeanings(const StatusCatalogue& catalogue,
                                         std::span<const std::string> arguments);

// One paragraph a row, at most 80 columns wide unless a single word is wider.
std::string MeaningsAsText(std::span<const StatusMeaning* const> rows);

// One line a row, under a line that tells what the marks mean.
std::string MeaningsAsTable(std::span<const StatusMeaning* const> rows);

// {"data":[{code,name,class,fault,documented,meaning,source}],"meta":{}}, `code` as a number.
std::string MeaningsAsJson(std::span<const StatusMeaning* const> rows);

// One line without its end: that the code is not known, and what to do about it.
std::string UnknownCodeText(StatusCode code);

}  // namespace logtally

#endif  // LOGTALLY_APP_EXPLAIN_TEXT_H_
