#include "testing/database.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "base/text.h"
#include "testing/process.h"

namespace logtally::testing {
namespace {

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

// A column that must be a number.
int64_t Number(const DatabaseRow& row, const std::string& column) {
  const auto found = row.find(column);
  const auto number = found == row.end() ? std::nullopt : ParseInt64(found->second);
  if (!number) ADD_FAILURE() << "no number " << column << ": " << ::testing::PrintToString(row);
  return number.value_or(0);
}

}  // namespace

std::vector<DatabaseRow> Database::Query(const std::string& sql) const {
  const ProcessResult result = RunToEnd({SystemProgram("sqlite3", "sqlite3"), "-batch", "-readonly",
                                         "-json", "-cmd", ".timeout 5000", path_, sql});
  EXPECT_EQ(result.exit_code, 0) << sql << "\n" << result.err;
  if (result.exit_code != 0 || result.out.empty()) return {};  // no row is no output
  const nlohmann::json parsed = nlohmann::json::parse(result.out, nullptr, false);
  EXPECT_TRUE(parsed.is_array()) << sql << "\n" << result.out;
  std::vector<DatabaseRow> rows;
  for (const nlohmann::json& object : parsed) {
    DatabaseRow& row = rows.emplace_back();
    for (const auto& [name, value] : object.items()) {
      row[name] = value.is_null()     ? ""
                  : value.is_string() ? value.get<std::string>()
                                      : value.dump();
    }
  }
  return rows;
}

std::string Database::Value(const std::string& sql) const {
  const std::vector<DatabaseRow> rows = Query(sql);
  if (rows.size() != 1 || rows[0].size() != 1) {
    ADD_FAILURE() << sql << ": expected one value, got " << rows.size() << " rows";
    return "";
  }
  return rows[0].begin()->second;
}

CodeCounts Database::ResponsesByCode(std::string_view site) const {
  return CodesOf(site.empty()
                     ? "responses_by_minute"
                     : absl::StrFormat("responses_by_minute WHERE site = %s", Quoted(site)));
}

CodeCounts Database::TotalsByCode() const { return CodesOf("response_totals"); }

CodeCounts Database::CodesOf(std::string_view view_and_condition) const {
  CodeCounts counts;
  for (const DatabaseRow& row : Query(absl::StrFormat(
           "SELECT code, sum(responses) AS responses FROM %s GROUP BY code", view_and_condition))) {
    counts[CodeText(Number(row, "code"))] += Number(row, "responses");
  }
  return counts;
}

std::vector<Loss> Database::Losses(std::string_view cause) const {
  const std::string where = cause.empty() ? "" : " WHERE cause = " + Quoted(cause);
  std::vector<Loss> losses;
  for (const DatabaseRow& row : Query("SELECT * FROM losses" + where + " ORDER BY time_unix")) {
    losses.push_back({row.at("site"), row.at("cause"), row.at("path"), Number(row, "losses"),
                      Number(row, "bytes"), Number(row, "lines")});
  }
  return losses;
}

}  // namespace logtally::testing
