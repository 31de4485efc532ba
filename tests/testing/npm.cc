#include "testing/npm.h"

#include <gtest/gtest.h>

#include <string>

#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {

namespace fs = std::filesystem;

void InstallNpmProject(const fs::path& source, const fs::path& folder, absl::Duration patience) {
  fs::create_directories(folder);
  fs::copy(source, folder, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  const std::string lock = ReadFile(folder / "package-lock.json");
  const fs::path installed = folder / "installed.json";
  if (fs::exists(installed) && ReadFile(installed) == lock) return;
  // Not "npm ci": it refuses a lock without the optional packages of other machines (esbuild for
  // Windows and the like), which a registry need not have. This one takes what the lock says, too.
  const ProcessResult npm = RunToEnd(
      {SystemProgram("npm", "npm"), "install", "--no-save", "--ignore-scripts", "--no-audit",
       "--no-fund", "--prefer-offline", "--fetch-retries=2", "--fetch-timeout=30000"},
      {.working_dir = folder}, patience);
  ASSERT_EQ(npm.exit_code, 0) << "npm could not fetch what " << source / "package-lock.json"
                              << " names; it needs its registry, or a cache that has these "
                              << "packages. It says:\n"
                              << npm.err;
  WriteFile(installed, lock);
}

}  // namespace logtally::testing
