// An arrow may only go down: what analyzer/CMakeLists.txt says of the layers is what the sources
// include, and the other way round.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A layer and what it may include beside itself.
using Layers = std::map<std::string, std::set<std::string>>;

Layers ReadLayers(const std::string& cmake_lists) {
  static const std::regex kRow(R"((?:^|\n)logtally_layer\((\w+)\s+USES\s([^)]*)\))");
  Layers layers;
  for (std::sregex_iterator row(cmake_lists.begin(), cmake_lists.end(), kRow), end; row != end;
       ++row) {
    std::set<std::string>& uses = layers[(*row)[1].str()];
    std::istringstream words((*row)[2].str());
    for (std::string word; words >> word && word != "PACKAGES" && word != "EMBEDS";) {
      uses.insert(word);
    }
  }
  return layers;
}

bool IsSource(const fs::path& path) {
  return path.extension() == ".cc" || path.extension() == ".h";
}

// Everything that `analyzer/` does against its own rows, one sentence each.
std::vector<std::string> Violations(const fs::path& analyzer) {
  static const std::regex kInclude(R"((?:^|\n)[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"])");
  const Layers layers = ReadLayers(ReadFile(analyzer / "CMakeLists.txt"));
  std::vector<std::string> found;
  for (const auto& [layer, uses] : layers) {
    for (const std::string& used : uses) {
      if (!layers.contains(used)) found.push_back(layer + " USES " + used + ", which has no row");
    }
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(analyzer)) {
    const std::string folder = entry.path().filename();
    if (entry.is_directory() && folder != "service" && !layers.contains(folder)) {
      found.push_back(folder + "/ has no row in analyzer/CMakeLists.txt");
    }
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(analyzer)) {
    if (!IsSource(entry.path())) continue;
    const fs::path file = entry.path().lexically_relative(analyzer);
    const std::string folder = file.has_parent_path() ? file.begin()->string() : "";
    if (folder == "service") found.push_back(file.string() + ": service/ holds no code");
    const std::string text = ReadFile(entry.path());
    for (std::sregex_iterator it(text.begin(), text.end(), kInclude), end; it != end; ++it) {
      const std::string included = (*it)[1].str();
      const std::string what = file.string() + " includes " + included;
      if (included == "sqlite3.h" && file != "store/database.cc" && file != "store/database.h") {
        found.push_back(what + ": only store/database may");
      }
      const std::string target = included.substr(0, included.find('/'));
      if (!layers.contains(target) || target == folder) continue;
      if (folder.empty()) {  // main.cc stands above all layers, and needs only the uppermost
        if (target != "app" && target != "base") found.push_back(what + ": main.cc is above app");
      } else if (layers.contains(folder) && !layers.at(folder).contains(target)) {
        found.push_back(what + ": " + target + " is not in the row of " + folder);
      } else if ((folder == "report" || folder == "export") && target == "store" &&
                 included != "store/count_reader.h") {
        found.push_back(what + ": it may read, with store/count_reader.h, and nothing else");
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

const fs::path kAnalyzer = fs::path(LOGTALLY_SOURCE_DIR) / "analyzer";

TEST(LayeringCheck, EveryIncludeGoesDown) { EXPECT_THAT(Violations(kAnalyzer), IsEmpty()); }

TEST(LayeringCheck, TheRowsAreReadAsTheyStand) {
  const Layers layers = ReadLayers(ReadFile(kAnalyzer / "CMakeLists.txt"));
  ASSERT_EQ(layers.size(), 11u);
  EXPECT_EQ(layers.at("base"), std::set<std::string>());
  EXPECT_EQ(layers.at("store"), (std::set<std::string>{"base", "model"}));
  EXPECT_TRUE(layers.at("app").contains("pipeline"));
}

TEST(LayeringCheck, NoLayerReachesItselfThroughOthers) {
  const Layers layers = ReadLayers(ReadFile(kAnalyzer / "CMakeLists.txt"));
  for (const auto& [layer, direct] : layers) {
    std::set<std::string> reached;
    std::vector<std::string> open(direct.begin(), direct.end());
    while (!open.empty()) {
      const std::string next = open.back();
      open.pop_back();
      if (!reached.insert(next).second) continue;
      const std::set<std::string>& further = layers.at(next);
      open.insert(open.end(), further.begin(), further.end());
    }
    EXPECT_FALSE(reached.contains(layer)) << layer;
  }
}

// A check that finds nothing may be a check that looks at nothing: each rule is broken once, in a
// copy of the tree.
class PlantedViolation : public ::testing::Test {
 protected:
  PlantedViolation() { fs::copy(kAnalyzer, copy_, fs::copy_options::recursive); }

  std::vector<std::string> After(const std::string& file, const std::string& line) {
    AppendFile(copy_ / file, "\n" + line + "\n");
    return Violations(copy_);
  }

  TempDir dir_;
  const fs::path copy_ = dir_ / "analyzer";
};

TEST_F(PlantedViolation, AnIncludeThatGoesUp) {
  EXPECT_THAT(After("base/text.cc", "#include \"model/counts.h\""),
              Contains(HasSubstr("model is not in the row of base")));
}

TEST_F(PlantedViolation, AnIncludeBetweenStages) {
  EXPECT_THAT(After("tail/planted.h", "  #  include \"parse/line_parser.h\""),
              Contains(HasSubstr("tail/planted.h includes parse/line_parser.h")));
}

TEST_F(PlantedViolation, AReportThatCouldWrite) {
  EXPECT_THAT(After("report/planted.cc", "#include \"store/count_store.h\""),
              Contains(HasSubstr("it may read")));
}

TEST_F(PlantedViolation, AnExportThatCouldWrite) {
  EXPECT_THAT(After("export/planted.cc", "#include \"store/database.h\""),
              Contains(HasSubstr("it may read")));
}

TEST_F(PlantedViolation, SqliteOutsideOfTheDatabase) {
  EXPECT_THAT(After("store/planted.cc", "#include <sqlite3.h>"),
              Contains(HasSubstr("only store/database may")));
}

TEST_F(PlantedViolation, AMainThatKnowsAStage) {
  EXPECT_THAT(After("main.cc", "#include \"tail/tailer.h\""), Contains(HasSubstr("above app")));
}

TEST_F(PlantedViolation, AFolderWithoutARow) {
  fs::create_directory(copy_ / "manager");
  EXPECT_THAT(Violations(copy_), Contains(HasSubstr("manager/ has no row")));
}

TEST_F(PlantedViolation, CodeInTheServiceFolder) {
  fs::create_directories(copy_ / "service");
  EXPECT_THAT(After("service/planted.cc", ""), Contains(HasSubstr("service/ holds no code")));
}

}  // namespace
}  // namespace logtally::testing
