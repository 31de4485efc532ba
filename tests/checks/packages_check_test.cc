// The list of Debian packages in ./dev against what is really used: every header that the compiler
// read, and every program that the tests run. So a fresh machine gets all that it needs, and
// nothing that nobody needs any more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

using Names = std::set<std::string>;

const fs::path kSource = LOGTALLY_SOURCE_DIR;
const fs::path kBuild = LOGTALLY_BINARY_DIR;

// Packages that no header and no SystemProgram() speaks for: the program that each is there for.
struct Tool {
  std::string_view package;
  std::string_view program;
  std::string_view reason;
};
constexpr Tool kTools[] = {
    {"g++", "g++", "compiles, and brings the headers of C and C++"},
    {"cmake", "cmake", "configures and installs"},
    {"ninja-build", "ninja", "builds; tells this test which headers were read"},
    {"pkg-config", "pkg-config", "finds the libraries that have no CMake files"},
    {"git", "git", "names the revision in --version"},
    {"systemd", "systemd-analyze", "judges the unit in service_check_test.cc"},
    {"man-db", "man", "judges the man pages in service_check_test.cc"},
    {"procps", "kill", "ExecReload= of the unit, which systemd-analyze looks for"},
};

Names Lines(const std::string& text) {
  Names lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

Names ListedPackages(std::vector<std::string> options = {}) {
  options.insert(options.begin(), {kSource / "dev", "packages"});
  return Lines(RunToEnd(options).out);
}

// What is installed on this machine, and who needs whom.
class Packages {
 public:
  Packages() {
    const ProcessResult all =
        RunToEnd({SystemProgram("dpkg-query", "dpkg"), "-W",
                  "-f=${db:Status-Status}\t${Essential}\t${Package}\t${Depends}, ${Pre-Depends}\t"
                  "${Provides}\n"});
    EXPECT_EQ(all.exit_code, 0) << all.err;
    std::istringstream in(all.out);
    for (std::string line; std::getline(in, line);) {
      std::istringstream columns(line);
      std::string status, essential, name, depends, provides;
      for (std::string* column : {&status, &essential, &name, &depends, &provides}) {
        std::getline(columns, *column, '\t');
      }
      if (status != "installed") continue;
      depends_[name] = NamesIn(depends);
      if (essential == "yes") essential_.insert(name);
      for (const std::string& virtual_name : NamesIn(provides))
        providers_[virtual_name].insert(name);
    }
  }

  // Itself, or by another package that provides it: Node.js from its makers provides npm.
  bool IsInstalled(const std::string& package) const {
    return depends_.contains(package) || providers_.contains(package);
  }
  // Whether every Debian has it, and nothing else in its place.
  bool IsEssential(const std::string& package) const { return essential_.contains(package); }

  // These, all that they depend on, and what every Debian has.
  Names WithDependencies(const Names& packages) const {
    Names reached;
    std::vector<std::string> open(packages.begin(), packages.end());
    open.insert(open.end(), essential_.begin(), essential_.end());
    while (!open.empty()) {
      const std::string name = open.back();
      open.pop_back();
      if (const auto it = providers_.find(name); it != providers_.end()) {
        open.insert(open.end(), it->second.begin(), it->second.end());
      }
      const auto it = depends_.find(name);
      if (it == depends_.end() || !reached.insert(name).second) continue;
      open.insert(open.end(), it->second.begin(), it->second.end());
    }
    return reached;
  }

  // The packages that own each of these files; files that none owns are missing.
  static std::map<std::string, Names> OwnersOf(const Names& files) {
    std::map<std::string, Names> owners;
    // In parts: a command line has its limit.
    for (auto it = files.begin(); it != files.end();) {
      std::vector<std::string> command = {SystemProgram("dpkg-query", "dpkg"), "-S"};
      for (int i = 0; i < 500 && it != files.end(); ++i, ++it) command.push_back(*it);
      std::istringstream in(RunToEnd(command).out);
      for (std::string line; std::getline(in, line);) {
        const size_t colon = line.find(": ");
        if (colon == line.npos || line.starts_with("diversion ")) continue;
        const Names found = NamesIn(line.substr(0, colon));
        owners[line.substr(colon + 2)].insert(found.begin(), found.end());
      }
    }
    return owners;
  }

 private:
  // "libc6 (>= 2.36), python3:any | perl" -> libc6, python3, perl.
  static Names NamesIn(const std::string& list) {
    static const std::regex kName(R"((?:^|[,|])\s*([a-z0-9][a-z0-9+.-]*))");
    Names names;
    for (std::sregex_iterator it(list.begin(), list.end(), kName), end; it != end; ++it) {
      names.insert((*it)[1].str());
    }
    return names;
  }

  std::map<std::string, Names> depends_;
  std::map<std::string, Names> providers_;  // of virtual packages
  Names essential_;
};

bool IsBelow(const fs::path& path, const fs::path& folder) {
  return path.lexically_relative(folder).begin()->string() != "..";
}

// What the compiler read to build what is built now.
struct Compiled {
  Names sources;  // of the tree, headers included
  Names headers;  // of the system
};

Compiled WhatWasCompiled() {
  Compiled compiled;
  EXPECT_TRUE(fs::exists(kBuild / ".ninja_deps"))
      << kBuild << " was not built by ninja, which keeps the list of headers that were read: "
      << "configure it with a preset (cmake --preset dev)";
  const ProcessResult deps =
      RunToEnd({SystemProgram("ninja", "ninja-build"), "-C", kBuild, "-t", "deps"});
  EXPECT_EQ(deps.exit_code, 0) << deps.err;
  std::istringstream in(deps.out);
  bool is_valid = false;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("    ")) {
      is_valid = line.ends_with("(VALID)");
      continue;
    }
    if (!is_valid) continue;
    const fs::path read = (kBuild / line.substr(4)).lexically_normal();
    if (IsBelow(read, kBuild)) continue;
    (IsBelow(read, kSource) ? compiled.sources : compiled.headers).insert(read);
  }
  return compiled;
}

// Every name that a source of the tree includes itself, and that is not in the tree.
std::map<std::string, Names> IncludesOf(const Names& sources) {
  static const std::regex kInclude(R"(^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"])");
  std::map<std::string, Names> includes;  // name -> who includes it
  for (const std::string& source : sources) {
    std::ifstream in(source);
    std::smatch match;
    for (std::string line; std::getline(in, line);) {
      if (!std::regex_search(line, match, kInclude)) continue;
      const std::string name = match[1].str();
      if (!fs::exists(kSource / "analyzer" / name) && !fs::exists(kSource / "tests" / name)) {
        includes[name].insert(source);
      }
    }
  }
  return includes;
}

// The package of the header that a name in an #include stands for; "" if it was not read.
std::string PackageOfInclude(const std::string& name, const std::map<std::string, Names>& owners) {
  const std::string* best = nullptr;  // the shortest path: <signal.h> is not <asm/signal.h>
  for (const auto& [header, packages] : owners) {
    if (header.ends_with("/" + name) && (best == nullptr || header.size() < best->size())) {
      best = &header;
    }
  }
  return best == nullptr ? "" : *owners.at(*best).begin();
}

class PackagesCheck : public ::testing::Test {
 protected:
  const Names listed_ = ListedPackages();
  const Packages packages_;
  const Names needed_ = packages_.WithDependencies(listed_);
};

TEST_F(PackagesCheck, EveryListedPackageIsInstalled) {
  ASSERT_FALSE(listed_.empty()) << "./dev packages says nothing";
  for (const std::string& package : listed_) {
    EXPECT_TRUE(packages_.IsInstalled(package)) << "apt-get install " << package;
  }
}

TEST_F(PackagesCheck, HeadersComeFromListedPackagesAndEachLibraryIsIncluded) {
  const Compiled compiled = WhatWasCompiled();
  ASSERT_GT(compiled.sources.size(), 50u);
  ASSERT_GT(compiled.headers.size(), 50u);
  const std::map<std::string, Names> owners = Packages::OwnersOf(compiled.headers);

#if defined(__clang__)
  const Names compiler = packages_.WithDependencies({"g++", "clang"});
#else
  const Names compiler = packages_.WithDependencies({"g++"});
#endif
  for (const std::string& header : compiled.headers) {
    const auto it = owners.find(header);
    if (it == owners.end()) {
      ADD_FAILURE() << header << " was read, but belongs to no Debian package";
      continue;
    }
    for (const std::string& package : it->second) {
      EXPECT_TRUE(needed_.contains(package) || compiler.contains(package))
          << header << " was read; its package " << package
          << " is not in ./dev, nor does a package there depend on it";
    }
  }

  // What we include ourselves is listed itself: that some other library happens to bring it is
  // luck.
  Names included;
  for (const auto& [name, includers] : IncludesOf(compiled.sources)) {
    const std::string package = PackageOfInclude(name, owners);
    if (package.empty()) continue;  // behind an #if
    included.insert(package);
    EXPECT_TRUE(listed_.contains(package) || compiler.contains(package))
        << *includers.begin() << " includes " << name << ": add its package " << package
        << " to ./dev";
  }
  for (const std::string& package : listed_) {
    if (!package.ends_with("-dev")) continue;
    EXPECT_TRUE(included.contains(package))
        << package
        << " is listed in ./dev, but no source that was compiled includes a header of it";
  }
}

TEST_F(PackagesCheck, EveryProgramComesFromAListedPackageAndEachOtherPackageBringsOne) {
  static const std::regex kCall(R"re(SystemProgram\(\s*"([^"]+)",\s*"([^"]+)"\s*\))re");
  std::map<std::string, std::string> programs;  // name -> package
  for (const Tool& tool : kTools) programs.emplace(tool.program, tool.package);
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kSource / "tests")) {
    if (entry.path().extension() != ".cc" && entry.path().extension() != ".h") continue;
    // What only they need is another list, below.
    if (IsBelow(entry.path(), kSource / "tests/browser")) continue;
    const std::string text = ReadFile(entry.path());
    for (std::sregex_iterator it(text.begin(), text.end(), kCall), end; it != end; ++it) {
      if ((*it)[1].str() == "no-such-program") continue;  // a test of SystemProgram itself
      programs.emplace((*it)[1].str(), (*it)[2].str());
    }
  }

  Names packages;
  const Names essential = packages_.WithDependencies({});
  for (const auto& [program, package] : programs) {
    packages.insert(package);
    EXPECT_TRUE(listed_.contains(package) || essential.contains(package))
        << program << " is run, but its package " << package << " is not in ./dev";
    // Not what $PATH finds first: that may be a wrapper (ccache) or somebody's own build.
    const std::string usual = "/usr/bin/" + program;
    const std::string path = fs::exists(usual) ? usual : SystemProgram(program, package);
    // Some packages still say /bin/x, which is /usr/bin/x; links of update-alternatives nobody
    // owns.
    Names files;
    for (const fs::path& name : {fs::path(path), fs::canonical(path)}) {
      files.insert(name);
      if (name.string().starts_with("/usr/")) files.insert(name.string().substr(4));
    }
    Names owners;
    for (const auto& [file, found] : Packages::OwnersOf(files)) {
      owners.insert(found.begin(), found.end());
    }
    const Names brought = packages_.WithDependencies({package});
    bool is_brought = false;
    for (const std::string& owner : owners) is_brought |= brought.contains(owner);
    EXPECT_TRUE(is_brought) << path << " does not come with the package " << package;
  }
  for (const std::string& package : listed_) {
    if (package.ends_with("-dev")) continue;
    EXPECT_TRUE(packages.contains(package))
        << package << " is listed in ./dev, but no test runs a program of it; if it is needed for "
        << "something else, kTools says for what";
  }
  for (const Tool& tool : kTools) {
    EXPECT_TRUE(listed_.contains(std::string(tool.package)))
        << tool.package << " is in kTools (" << tool.reason << "), but not in ./dev any more";
  }
}

// Those that the benchmarks compare with need not be installed here: ./dev bench does that.
TEST_F(PackagesCheck, ThePeersOfTheBenchmarksAreListedAndNoOthers) {
  static const std::regex kPackage(R"re(\{"[^"]+", "([^"]*)", Input::)re");
  const std::string text = ReadFile(kSource / "tests/bench/compare/programs.cc");
  Names peers = {"libbenchmark-dev"};
  for (std::sregex_iterator it(text.begin(), text.end(), kPackage), end; it != end; ++it) {
    const std::string package = (*it)[1].str();
    if (!package.empty() && !packages_.IsEssential(package)) peers.insert(package);
  }
  EXPECT_EQ(ListedPackages({"--bench"}), peers);
}

// Nor what draws the dashboards: ./dev test --all does that.
TEST_F(PackagesCheck, WhatTheBrowserTestsNeedBesideTheOthersIsListedAndNothingElse) {
  static const std::regex kCall(R"re(SystemProgram\(\s*"[^"]+",\s*"([^"]+)"\s*\))re");
  Names packages;
  for (const fs::directory_entry& entry : fs::directory_iterator(kSource / "tests/browser")) {
    if (entry.path().extension() != ".cc") continue;
    const std::string text = ReadFile(entry.path());
    for (std::sregex_iterator it(text.begin(), text.end(), kCall), end; it != end; ++it) {
      if (!listed_.contains((*it)[1].str())) packages.insert((*it)[1].str());
    }
  }
  EXPECT_EQ(ListedPackages({"--browser"}), packages);
}

}  // namespace
}  // namespace logtally::testing
