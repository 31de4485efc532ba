// The database as anybody may read it: through its public views, with the real sqlite3 program.
#ifndef LOGTALLY_TESTING_DATABASE_H_
#define LOGTALLY_TESTING_DATABASE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "testing/code_counts.h"

namespace logtally::testing {

// A column's name and its value as text; NULL is "".
using DatabaseRow = std::map<std::string, std::string>;

// A loss that the daemon knows of: a row of the view `losses`.
struct Loss {
  std::string site, cause, path;
  int64_t losses = 0;  // events
  int64_t bytes = 0;   // 0: not known
  int64_t lines = 0;   // 0: not known
};

// Safe beside a running daemon and after a crash: it opens read-only and never checkpoints.
class Database {
 public:
  explicit Database(const std::string& state_dir) : path_(state_dir + "/logtally.db") {}

  const std::string& path() const { return path_; }

  // Errors: whatever sqlite3 complains about fails the test.
  std::vector<DatabaseRow> Query(const std::string& sql) const;
  // The only value of the only row.
  std::string Value(const std::string& sql) const;

  // Sums of responses_by_minute, of one site or of all. Lines without a usable time are not in it.
  CodeCounts ResponsesByCode(std::string_view site = "") const;
  // Sums of response_totals: every counted line.
  CodeCounts TotalsByCode() const;

  // The ledger of losses, of one cause or of all.
  std::vector<Loss> Losses(std::string_view cause = "") const;

 private:
  CodeCounts CodesOf(std::string_view view_and_condition) const;

  std::string path_;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_DATABASE_H_
