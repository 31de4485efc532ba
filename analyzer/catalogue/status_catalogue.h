// What every status code means, where that comes from, and whose fault it is.
#ifndef LOGTALLY_CATALOGUE_STATUS_CATALOGUE_H_
#define LOGTALLY_CATALOGUE_STATUS_CATALOGUE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace logtally {

// One row of schemas/catalogue/*.tsv. All text is printable UTF-8 on one line, never empty.
struct StatusMeaning {
  int16_t code = 0;         // -1 … 999
  std::string name;         // "Not Found"
  std::string fault;        // "none", "client", "server", "gateway", "security", "unknown"
  bool documented = false;  // from the document that this system is built on
  std::string meaning;      // one or more sentences, plain text
  std::string source;       // "documented table; RFC 9110 §15.5.5"
};

// Views:  rows, and pointers to them, live as long as the catalogue; the built-in one lives as
//         long as the program.
// Thread: any; immutable.
class StatusCatalogue {
 public:
  // The built-in catalogue: the documented table wins, then the standard, then vendors.
  static const StatusCatalogue& BuiltIn();

  // A catalogue from the text of the three files. A code that stands in several of them takes its
  // whole row from the first.
  //
  // Shape:  tab-separated; a line that starts with '#' is a comment; the first other line is the
  //         header "code name fault source meaning"; every further line is a row.
  // Errors: InvalidArgument, "schemas/catalogue/vendor.tsv:12: fault: expected …, got …", at the
  //         first line that is not exactly so. Nothing is repaired or skipped.
  static absl::StatusOr<StatusCatalogue> Parse(std::string_view documented_tsv,
                                               std::string_view standard_tsv,
                                               std::string_view vendor_tsv);

  // All rows, by code.
  std::span<const StatusMeaning> All() const { return rows_; }
  // The row of that code, or null.
  const StatusMeaning* Find(int16_t code) const;

 private:
  explicit StatusCatalogue(std::vector<StatusMeaning> rows) : rows_(std::move(rows)) {}

  std::vector<StatusMeaning> rows_;  // by code, each code once
};

}  // namespace logtally

#endif  // LOGTALLY_CATALOGUE_STATUS_CATALOGUE_H_
