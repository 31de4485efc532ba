#include "testing/grafana_variables.h"

#include <gtest/gtest.h>

#include "testing/status_matchers.h"

namespace logtally::testing {
namespace {

class GrafanaVariablesTest : public ::testing::Test {
 protected:
  GrafanaVariablesTest() {
    variables_.Set("job", {.values = {".+"}, .may_be_several = true, .is_all_value = true});
    variables_.Set("instance", {.values = {"a.b:1"}, .may_be_several = true});
    variables_.Set("site", {.values = {"shop", "o'hare"}, .may_be_several = true});
    variables_.Set("objective", {.values = {"99.9"}});
  }
  std::string InPromql(std::string_view query) { return variables_.InPromql(query).value_or("?"); }
  std::string InSql(std::string_view query) { return variables_.InSql(query).value_or("?"); }

  GrafanaVariables variables_{1'000'000, 1'021'600, 60, 15};
};

TEST_F(GrafanaVariablesTest, StandForTheTimeRange) {
  EXPECT_EQ(InPromql("rate(x[$__rate_interval]) + y[$__range:$__interval]"),
            "rate(x[75s]) + y[21600s:60s]");
  EXPECT_EQ(InSql("t >= $__from / 1000 AND t < ${__to:date:seconds}"),
            "t >= 1000000000 / 1000 AND t < 1021600");
}

TEST_F(GrafanaVariablesTest, AreRegularExpressionsInPromqlWhereTheyMayBeSeveral) {
  EXPECT_EQ(InPromql("{job=~\"$job\", instance=~\"${instance}\", site=~\"$site\"}"),
            "{job=~\".+\", instance=~\"a\\\\.b:1\", site=~\"(shop|o'hare)\"}");
  EXPECT_EQ(InPromql("1 - $objective / 100"), "1 - 99.9 / 100");
  EXPECT_EQ(InPromql("${instance:regex}"), "a\\.b:1");
  EXPECT_EQ(InPromql("${site:pipe}"), "shop|o'hare");
}

TEST_F(GrafanaVariablesTest, AreQuotedForSql) {
  EXPECT_EQ(InSql("site IN (${site:sqlstring})"), "site IN ('shop','o''hare')");
}

TEST_F(GrafanaVariablesTest, LeaveOtherDollarsAlone) {
  EXPECT_EQ(InPromql("label_replace(x, \"a\", \"$1\", \"b\", \"(.*)$\")"),
            "label_replace(x, \"a\", \"$1\", \"b\", \"(.*)$\")");
}

TEST_F(GrafanaVariablesTest, MustBeKnown) {
  EXPECT_TRUE(absl::IsNotFound(variables_.InPromql("$sitee").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(variables_.InSql("${site:upper}").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(variables_.InSql("${site").status()));
}

}  // namespace
}  // namespace logtally::testing
