// The metrics that are documented are the metrics that exist.
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "absl/strings/str_format.h"
#include "model/self_metrics.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

constexpr std::string_view kReadme = LOGTALLY_SOURCE_DIR "/dashboards/README.md";

// The table of dashboards/README.md as model/self_metrics has it.
std::string TableFromCode() {
  std::string table = "| metric | type | labels | help |\n|---|---|---|---|\n";
  for (const MetricRow& row : MetricTable()) {
    std::string labels;
    std::istringstream names{std::string(row.labels)};
    for (std::string name; std::getline(names >> std::ws, name, ',');) {
      labels += (labels.empty() ? "`" : ", `") + name + "`";
    }
    absl::StrAppendFormat(&table, "| `%s` | %s | %s | %s |\n", row.name, MetricTypeName(row.type),
                          labels.empty() ? "–" : labels, row.help);
  }
  return table;
}

// The lines of the table below "## Metrics".
std::string TableFromReadme() {
  std::istringstream lines(ReadFile(std::string(kReadme)));
  std::string table;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) inside = line == "## Metrics";
    if (inside && line.starts_with("|")) table += line + "\n";
  }
  return table;
}

TEST(MetricsDocumentedCheck, TheTableInTheReadmeIsTheTableInTheCode) {
  EXPECT_TRUE(TableFromReadme() == TableFromCode())
      << "dashboards/README.md, section \"## Metrics\", must hold exactly this table:\n\n"
      << TableFromCode();
}

TEST(MetricsDocumentedCheck, NamesAndHelpTextsAreFitForPrometheus) {
  std::set<std::string_view> names;
  for (const MetricRow& row : MetricTable()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " has two rows";
    EXPECT_EQ(row.type == MetricType::kCounter, row.name.ends_with("_total")) << row.name;
    EXPECT_FALSE(row.help.empty()) << row.name;
    EXPECT_TRUE(row.help.ends_with('.')) << row.name;
    EXPECT_EQ(row.help.find_first_of("\n\\|"), row.help.npos) << row.name;
  }
  EXPECT_GT(names.size(), 20u);
}

}  // namespace
}  // namespace logtally::testing
