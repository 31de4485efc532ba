#include "app/audit_output.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "testing/json_schema.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

AuditedLog LogOf(const std::string& path, AuditState state) {
  AuditedLog log = {.site = "shop", .path = path, .found_at = path, .state = state};
  log.offset = 2000;
  log.codes = {{200, 1500, 1500}, {404, 1203, 1203}};
  return log;
}

AuditResult Everything() {
  AuditResult result;
  result.commit_seq = 42;
  result.bytes = 3 << 20;
  result.lines = 12345;
  result.logs = {LogOf("/var/log/a.log", AuditState::kSame),
                 LogOf("/var/log/b.log", AuditState::kDifferent),
                 LogOf("/var/log/c.log", AuditState::kShorter),
                 LogOf("/var/log/d\x1b.log", AuditState::kNotRetained),
                 LogOf("/var/log/e.log.1", AuditState::kUnknown),
                 LogOf("/var/log/f.log", AuditState::kUnreadable),
                 LogOf("/var/log/g.log", AuditState::kUnread)};
  result.logs[1].generation = 2;
  result.logs[1].found_at = "/var/log/b.log.1.gz";
  result.logs[1].codes = {{200, 5, 5}, {404, 1203, 1200}, {std::nullopt, 0, 1}};
  result.logs[3].found_at = "";
  result.logs[4].codes = {{500, 0, 7}};
  result.logs[5].found_at = "";
  result.logs[5].why = "open /var/log/f.log: Permission denied";
  result.logs[6].unread_bytes = 2048;
  return result;
}

TEST(AuditAsText, OneLineIfThereIsNothingToSay) {
  AuditResult result;
  result.logs = {LogOf("/var/log/a.log", AuditState::kSame)};
  result.bytes = 1536;
  result.lines = 2703;
  EXPECT_EQ(AuditAsText(result), "checked 1 log, 1.5 KiB, 2,703 lines: no difference\n");
  EXPECT_FALSE(result.has_differences());
}

TEST(AuditAsText, TheDifferencesThenWhatCannotBeComparedThenTheSum) {
  EXPECT_EQ(AuditAsText(Everything()),
            R"(FILE                         GENERATION      CODE  STORED  RECOUNTED  DIFFERENCE
/var/log/b.log (b.log.1.gz)           2       404   1,203      1,200          +3
/var/log/b.log (b.log.1.gz)           2  rejected       0          1          -1
/var/log/e.log.1                      0       500       0          7          -7

/var/log/c.log: what is left of generation 0 (/var/log/c.log) is shorter than the 2.0 KiB that were counted, and gives no more than that
/var/log/e.log.1: an older log that nobody has counted, written since the store exists
/var/log/f.log: open /var/log/f.log: Permission denied
checked 3 logs, 3.0 MiB, 12,345 lines: 1 log differs; 1 log was never counted; 1 log cannot be read; 1 log is shorter than what was counted; 1 log is not retained; 2.0 KiB not counted yet
)");
  EXPECT_TRUE(Everything().has_differences());
}

TEST(AuditAsJson, IsWhatTheSchemaSaysAndTheSchemaSaysAllOfIt) {
  const auto schema = nlohmann::json::parse(
      testing::ReadFile(std::string(LOGTALLY_SOURCE_DIR) + "/schemas/json/audit.schema.json"));
  testing::SchemaCheck check;
  check.Check(schema, nlohmann::json::parse(AuditAsJson({})), "");
  check.Check(schema, nlohmann::json::parse(AuditAsJson(Everything())), "");
  std::set<std::string> all;
  testing::SchemaCheck::AllKeys(schema, "", all);
  EXPECT_EQ(check.seen(), all) << "a key of the schema that nothing writes";
}

TEST(AuditAsJson, ALogThatWasNotReadHasNoRecount) {
  const auto json = nlohmann::json::parse(AuditAsJson(Everything()));
  EXPECT_TRUE(json["logs"][1]["codes"][0].contains("recounted"));
  EXPECT_FALSE(json["logs"][3]["codes"][0].contains("recounted"));
  EXPECT_FALSE(json["logs"][3].contains("found_at"));
}

}  // namespace
}  // namespace logtally
