// The dashboards are values of Grafana's own types: no unknown key, no value that an enum does not
// have. Grafana publishes its types as an npm package, so npm fetches it once into the build
// folder.
#include <gtest/gtest.h>

#include <filesystem>

#include "testing/npm.h"
#include "testing/process.h"

namespace logtally::testing {
namespace {

// Together below the timeout of the test.
constexpr absl::Duration kInstallPatience = absl::Seconds(180);
constexpr absl::Duration kCompilePatience = absl::Seconds(110);

TEST(DashboardsTypesCheck, TheDashboardsAreOfGrafanasTypesAndMistakesWouldBeFound) {
  const std::filesystem::path folder = LOGTALLY_BINARY_DIR "/dashboard_types";
  ASSERT_NO_FATAL_FAILURE(
      InstallNpmProject(LOGTALLY_SOURCE_DIR "/tests/dashboards", folder, kInstallPatience));
  const ProcessResult node = RunToEnd({SystemProgram("node", "nodejs"), folder / "check_types.mjs",
                                       LOGTALLY_SOURCE_DIR "/dashboards/grafana"},
                                      {}, kCompilePatience);
  EXPECT_EQ(node.exit_code, 0) << node.err;
}

}  // namespace
}  // namespace logtally::testing
