// What every status code means, where that comes from, and whose fault it is.
#ifndef LOGTALLY_CATALOGUE_STATUS_CATALOGUE_H_
#define LOGTALLY_CATALOGUE_STATUS_CATALOGUE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace logtally {

// One row of schemas/catalogue/*.tsv.
struct StatusMeaning {
  int16_t code = 0;
  std::string name;         // "Not Found"
  std::string fault;        // "none", "client", "server", "gateway", "security", "unknown"
  bool documented = false;  // from the document that this system is built on
  std::string meaning;      // one or more sentences, plain text
  std::string source;       // "documented table; RFC 9110 §15.5.5"
};

// Thread: any; immutable.
class StatusCatalogue {
 public:
  // The built-in catalogue: the documented table wins, then the standard, then vendors.
  static const StatusCatalogue& BuiltIn();

  // All rows, by code.
  std::span<const StatusMeaning> All() const { return rows_; }
  // The row of that code, or null.
  const StatusMeaning* Find(int16_t code) const;

 private:
  friend class StatusCatalogueParser;
  std::vector<StatusMeaning> rows_;
};

}  // namespace logtally

#endif  // LOGTALLY_CATALOGUE_STATUS_CATALOGUE_H_
