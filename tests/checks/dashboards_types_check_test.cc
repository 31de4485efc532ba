// The dashboards are values of Grafana's own types: no unknown key, no value that an enum does not
// have. Grafana publishes its types as an npm package, so npm fetches it once into the build
// folder.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;

// Together below the timeout of the test.
constexpr absl::Duration kInstallPatience = absl::Seconds(180);
constexpr absl::Duration kCompilePatience = absl::Seconds(110);

// tests/dashboards/ in the build folder: npm writes beside the file that says what it needs.
fs::path CopyOfTheSources() {
  const fs::path copy = LOGTALLY_BINARY_DIR "/dashboard_types";
  fs::create_directories(copy);
  for (const auto& entry : fs::directory_iterator(LOGTALLY_SOURCE_DIR "/tests/dashboards")) {
    fs::copy_file(entry.path(), copy / entry.path().filename(),
                  fs::copy_options::overwrite_existing);
  }
  return copy;
}

// Exactly what package-lock.json names, unless that is there already.
void InstallPackages(const fs::path& folder) {
  const std::string lock = ReadFile(folder / "package-lock.json");
  const fs::path installed = folder / "installed.json";
  if (fs::exists(installed) && ReadFile(installed) == lock) return;
  const ProcessResult npm =
      RunToEnd({SystemProgram("npm", "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund",
                "--prefer-offline", "--fetch-retries=2", "--fetch-timeout=30000"},
               {.working_dir = folder}, kInstallPatience);
  ASSERT_EQ(npm.exit_code, 0) << "npm could not fetch what tests/dashboards/package-lock.json "
                                 "names; it needs its registry, "
                              << "or a cache that has these packages. It says:\n"
                              << npm.err;
  WriteFile(installed, lock);
}

TEST(DashboardsTypesCheck, TheDashboardsAreOfGrafanasTypesAndMistakesWouldBeFound) {
  const fs::path folder = CopyOfTheSources();
  ASSERT_NO_FATAL_FAILURE(InstallPackages(folder));
  const ProcessResult node = RunToEnd({SystemProgram("node", "nodejs"), folder / "check_types.mjs",
                                       LOGTALLY_SOURCE_DIR "/dashboards/grafana"},
                                      {}, kCompilePatience);
  EXPECT_EQ(node.exit_code, 0) << node.err;
}

}  // namespace
}  // namespace logtally::testing
