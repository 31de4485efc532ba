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
  const std::string where = site.empty() ? "" : absl::StrFormat("WHERE site = %s", Quoted(site));
  CodeCounts counts;
  for (const DatabaseRow& row :
       Query(absl::StrFormat("SELECT code, sum(responses) AS responses FROM responses_by_minute %s "
                             "GROUP BY code",
                             where))) {
    const auto code = ParseInt64(row.at("code"));
    const auto responses = ParseInt64(row.at("responses"));
    if (!code || !responses) {
      ADD_FAILURE() << "not numbers: " << ::testing::PrintToString(row);
      continue;
    }
    counts[CodeText(*code)] += *responses;
  }
  return counts;
}

}  // namespace logtally::testing
