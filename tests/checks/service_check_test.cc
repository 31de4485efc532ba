// Installs this build below a temporary DESTDIR, as a package would, and lets the tools that know
// judge the result: systemd-analyze, systemd-sysusers and man.
#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

namespace fs = std::filesystem;
using testing::AppendFile;
using testing::ReadFile;
using testing::TempDir;
using testing::WriteFile;

struct Outcome {
  int exit_code = -1;
  std::string output;  // standard output and standard error
};

// Runs a shell command.
Outcome RunShell(const std::string& command) {
  Outcome outcome;
  FILE* pipe = popen(("exec 2>&1; export LC_ALL=C.UTF-8; " + command).c_str(), "re");
  if (pipe == nullptr) return outcome;
  char chunk[4096];
  while (const size_t size = fread(chunk, 1, sizeof chunk, pipe))
    outcome.output.append(chunk, size);
  const int status = pclose(pipe);
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  return outcome;
}

std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  const size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  if (at != std::string::npos) text.replace(at, what.size(), with);
  return text;
}

// An installation with a prefix of its own.
class Installation {
 public:
  explicit Installation(std::string prefix) : prefix_(std::move(prefix)) { Install(); }

  void Install() {
    const fs::path build = fs::path(LOGTALLY_PROGRAM).parent_path().parent_path();
    const Outcome outcome = RunShell("DESTDIR='" + root_.path() + "' cmake --install '" +
                                     build.string() + "' --prefix " + prefix_);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
  }

  // The installed file, which is at `path` once the package is unpacked.
  std::string operator/(std::string_view path) const { return root_.path() + std::string(path); }

  // Every installed file and its mode, "-rw-r--r--" as three octal digits.
  std::map<std::string, int> FilesAndModes() const {
    std::map<std::string, int> files;
    for (const auto& entry : fs::recursive_directory_iterator(root_.path())) {
      if (entry.is_directory()) continue;
      const int mode = static_cast<int>(entry.status().permissions()) & 07777;
      files[entry.path().string().substr(root_.path().size())] = mode;
    }
    return files;
  }

 private:
  const std::string prefix_;
  TempDir root_;
};

class Service : public ::testing::Test {
 protected:
  // systemd-analyze verify of `unit`, with the installed man pages; the program is where it was
  // installed to, as if that were the root of the file system.
  Outcome Verify(const std::string& unit) {
    const std::string path = scratch_ / "logtally.service";
    WriteFile(path, Replaced(unit, "ExecStart=/usr/bin/", "ExecStart=" + installed_ / "/usr/bin/"));
    return RunShell("MANPATH='" + installed_ / "/usr/share/man" +
                    "' systemd-analyze verify --man=yes '" + path + "'");
  }

  std::string Unit() { return ReadFile(installed_ / "/usr/lib/systemd/system/logtally.service"); }

  TempDir scratch_;
  Installation installed_{"/usr"};
};

TEST_F(Service, PutsEachFileWhereItsReaderLooks) {
  const std::map<std::string, int> expected = {
      {"/usr/bin/logtally", 0755},
      {"/usr/lib/systemd/system/logtally.service", 0644},
      {"/usr/lib/sysusers.d/logtally.conf", 0644},
      {"/usr/share/logtally/config.schema.json", 0644},
      {"/usr/share/man/man1/logtally.1", 0644},
      {"/usr/share/man/man5/logtally.yaml.5", 0644},
      {"/etc/logtally/logtally.yaml", 0644},
  };
  std::map<std::string, int> installed = installed_.FilesAndModes();
  EXPECT_EQ(installed, expected);
}

TEST_F(Service, KeepsTheConfigurationOfTheAdministratorWhenInstalledAgain) {
  const std::string config = installed_ / "/etc/logtally/logtally.yaml";
  const std::string by_default = ReadFile(config);
  AppendFile(config, "# mine\n");
  installed_.Install();
  EXPECT_EQ(ReadFile(config), by_default + "# mine\n");
  EXPECT_EQ(ReadFile(config + ".default"), by_default);
}

TEST_F(Service, InstallsADefaultConfigurationWithoutMistakes) {
  const std::string path = installed_ / "/etc/logtally/logtally.yaml";
  EXPECT_OK(ReadConfigFile(path, FormatCheck()));
  EXPECT_NE(ReadFile(path).find("$schema=/usr/share/logtally/config.schema.json\n"),
            std::string::npos);
}

TEST_F(Service, StartsTheInstalledProgramWithTheInstalledConfiguration) {
  EXPECT_NE(Unit().find("\nExecStart=/usr/bin/logtally serve "
                        "--config.file /etc/logtally/logtally.yaml\n"),
            std::string::npos);
  EXPECT_EQ(Unit().find('@'), Unit().find("@system-service")) << "a variable was not replaced";
}

TEST(ServiceBelowAnotherPrefix, FindsItsOwnFiles) {
  const Installation installed("/usr/local");
  EXPECT_NE(ReadFile(installed / "/usr/local/lib/systemd/system/logtally.service")
                .find("\nExecStart=/usr/local/bin/logtally serve "
                      "--config.file /usr/local/etc/logtally/logtally.yaml\n"),
            std::string::npos);
  EXPECT_NE(ReadFile(installed / "/usr/local/etc/logtally/logtally.yaml")
                .find("$schema=/usr/local/share/logtally/config.schema.json\n"),
            std::string::npos);
}

TEST_F(Service, HasAUnitThatSystemdHasNothingToSayAbout) {
  const Outcome outcome = Verify(Unit());
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.output, "");
}

// The test above is worth something only if systemd-analyze speaks up.
TEST_F(Service, HasAUnitWhoseMistakesSystemdWouldNotice) {
  for (const auto& [what, with] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"ProtectHome=yes", "ProtectHome=very"},
           {"RestrictRealtime=", "RestrictRealtimes="},
           {"@system-service", "@system-services"},
           {"man:logtally(1)", "man:no-such-page(1)"},
           {"/usr/bin/logtally", "/usr/bin/logtaly"}}) {
    EXPECT_NE(Verify(Replaced(Unit(), what, with)).output, "") << with;
  }
}

TEST_F(Service, IsExposedAtMost1Point5OutOf10) {
  WriteFile(scratch_ / "logtally.service", Unit());
  const Outcome outcome =
      RunShell("systemd-analyze security --offline=true --no-pager --threshold=15 '" +
               scratch_ / "logtally.service" + "'");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
  const size_t result = outcome.output.find("Overall exposure level");
  ASSERT_NE(result, std::string::npos) << outcome.output;
  std::cout << outcome.output.substr(result);
}

TEST_F(Service, RunsAsAUserThatSystemdCreates) {
  ASSERT_NE(Unit().find("\nUser=logtally\nGroup=logtally\n"), std::string::npos);
  fs::create_directories(scratch_ / "etc");  // a machine without users
  const Outcome outcome =
      RunShell("systemd-sysusers --dry-run --root='" + scratch_.path() + "' - < '" +
               installed_ / "/usr/lib/sysusers.d/logtally.conf" + "'");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
  EXPECT_NE(outcome.output.find("Creating group 'logtally'"), std::string::npos) << outcome.output;
  EXPECT_NE(outcome.output.find("Creating user 'logtally'"), std::string::npos) << outcome.output;
}

// What man and groff have to say about a page, apart from the page.
std::string ManWarnings(const std::string& page) {
  const Outcome outcome = RunShell("{ MANWIDTH=80 man --warnings -l '" + page + "' >/dev/null; }");
  EXPECT_EQ(outcome.exit_code, 0);
  return outcome.output;
}

TEST_F(Service, HasManPagesThatGroffHasNothingToSayAbout) {
  EXPECT_EQ(ManWarnings(installed_ / "/usr/share/man/man1/logtally.1"), "");
  EXPECT_EQ(ManWarnings(installed_ / "/usr/share/man/man5/logtally.yaml.5"), "");
  const std::string with_mistake = scratch_ / "logtally.1";
  WriteFile(with_mistake,
            ReadFile(installed_ / "/usr/share/man/man1/logtally.1") + ".Nosuchmacro\n");
  EXPECT_NE(ManWarnings(with_mistake), "");
}

// "web.listen_addresses" is described as such, what belongs to a site by its own name.
TEST_F(Service, HasAManPageWithEveryKeyOfTheConfiguration) {
  const std::string page = ReadFile(installed_ / "/usr/share/man/man5/logtally.yaml.5");
  for (const std::string_view key : ConfigKeys()) {
    const auto is_below = [&](std::string_view other) {
      return other.starts_with(std::string(key) + ".");
    };
    if (std::any_of(ConfigKeys().begin(), ConfigKeys().end(), is_below) &&
        key != "sites[].format") {
      continue;  // web, retention, follow: each key below them is described
    }
    const std::string_view name =
        key.starts_with("sites[].") ? key.substr(key.rfind('.') + 1) : key;
    EXPECT_TRUE(page.find("\n.It Cm " + std::string(name) + "\n") != std::string::npos ||
                page.find("\n.It Cm " + std::string(name) + " ") != std::string::npos)
        << key;
  }
}

}  // namespace
}  // namespace logtally
