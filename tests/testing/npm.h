// What tests need of npm: a folder of the build that holds a small project of ours and the packages
// that its lock file names. The tree itself stays as it is.
#ifndef LOGTALLY_TESTING_NPM_H_
#define LOGTALLY_TESTING_NPM_H_

#include <filesystem>

#include "absl/time/time.h"

namespace logtally::testing {

// Copies the project at `source` into `folder`, over an earlier copy, and installs exactly what its
// package-lock.json names, unless that is there already. No package runs a program of its own.
// Needs the Debian package npm. Errors: if npm cannot fetch the packages in time, the test fails
// and says so; the caller goes on only after ASSERT_NO_FATAL_FAILURE.
void InstallNpmProject(const std::filesystem::path& source, const std::filesystem::path& folder,
                       absl::Duration patience);

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_NPM_H_
