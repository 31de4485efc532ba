// dashboards/rules/meanings.yml says of each code what the catalogue says.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_format.h"
#include "catalogue/status_catalogue.h"
#include "model/status_code.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

constexpr char kPath[] = LOGTALLY_SOURCE_DIR "/dashboards/rules/meanings.yml";

// In JSON's quotes, which are YAML's as well.
std::string Quoted(const std::string& text) { return nlohmann::json(text).dump(); }

// A constant series for each code that can be a label.
std::string MeaningsAsRules(const StatusCatalogue& catalogue) {
  std::string rules =
      "# Generated from schemas/catalogue/ by tests/checks/rules_meanings_check_test.cc, which "
      "says "
      "how.\n"
      "# What each code means, as a constant series each: alerts put it into their annotations.\n"
      "groups:\n"
      "  - name: logtally_meanings\n"
      "    rules:\n";
  for (const StatusMeaning& row : catalogue.All()) {
    if (!IsLabelStatus(row.code)) continue;
    absl::StrAppendFormat(&rules,
                          "      - record: logtally:status_meaning:info\n"
                          "        expr: 1\n"
                          "        labels: {code: %s, name: %s, fault: %s, meaning: %s}\n",
                          Quoted(StatusCodeLabel(row.code)), Quoted(row.name), Quoted(row.fault),
                          Quoted(row.meaning));
  }
  return rules;
}

TEST(RulesMeaningsCheck, TheMeaningsInTheRulesAreThoseOfTheCatalogue) {
  const std::string expected = MeaningsAsRules(StatusCatalogue::BuiltIn());
  if (getenv("LOGTALLY_UPDATE_GOLDEN") != nullptr) {
    WriteFile(kPath, expected);
    FAIL() << "wrote " << kPath << "; look at it, then run the test without LOGTALLY_UPDATE_GOLDEN";
  }
  EXPECT_TRUE(ReadFile(kPath) == expected)
      << kPath << " is not what the catalogue says; run this test with LOGTALLY_UPDATE_GOLDEN=1";
}

}  // namespace
}  // namespace logtally::testing
