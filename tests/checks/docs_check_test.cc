// The documentation says what is so: options, configuration keys, links, layers and units.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "app/command.h"
#include "app/config.h"
#include "testing/golden.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

using Names = std::set<std::string>;

const fs::path kSource = LOGTALLY_SOURCE_DIR;
const fs::path kMan = kSource / "analyzer/service/man";

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> Words(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream in(line);
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::vector<std::string> CommandNames() {
  std::vector<std::string> names;
  for (const Command& command : Commands()) names.emplace_back(command.name);
  return names;
}

std::string Help(std::vector<std::string> command) {
  command.insert(command.begin(), LOGTALLY_PROGRAM);
  command.emplace_back("--help");
  const ProcessResult result = RunToEnd(command);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  return result.out;
}

// The options that a help text lists: "  -h,--help   …", "  --site NAME …". --help goes without
// saying.
Names OptionsInHelp(const std::string& help) {
  static const std::regex kEntry(R"(^  (-[^ ]+))");
  Names options;
  for (const std::string& line : Lines(help)) {
    std::smatch match;
    if (!std::regex_search(line, match, kEntry)) continue;
    std::istringstream names(match[1].str());
    for (std::string name; std::getline(names, name, ',');) options.insert(name);
  }
  EXPECT_TRUE(options.contains("--help")) << help;
  options.erase("-h");
  options.erase("--help");
  return options;
}

// The options that lines of mdoc name: "Fl Fl site" is --site, "Fl 1" is -1.
Names OptionsInMan(const std::vector<std::string>& lines) {
  Names options;
  for (const std::string& line : lines) {
    if (!line.starts_with('.')) continue;
    std::vector<std::string> words = Words(line.substr(1));
    for (size_t i = 0; i + 1 < words.size(); ++i) {
      if (words[i] != "Fl" || words[i + 1] == "Fl") continue;
      const bool is_long = i > 0 && words[i - 1] == "Fl";
      options.insert((is_long ? "--" : "-") + words[i + 1]);
    }
  }
  return options;
}

// The parts of logtally.1 that speak of each command.
struct ManPage {
  std::map<std::string, std::vector<std::string>> synopsis;
  std::map<std::string, std::vector<std::string>> description;
};

ManPage ReadManPage() {
  ManPage page;
  std::string section, command;
  const std::vector<std::string> lines = Lines(ReadFile(kMan / "logtally.1"));
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    const std::string& line = lines[i];
    const std::string& next = lines[i + 1];
    const bool names_command = next.starts_with(".Cm ");
    if (line.starts_with(".Sh ")) {
      section = line.substr(4);
      command.clear();
    } else if (section == "SYNOPSIS" && line == ".Nm") {
      command = names_command ? Words(next)[1] : "";
    } else if (section == "DESCRIPTION" && line == ".It Xo") {
      command = names_command ? Words(next)[1] : "";
    } else if (section == "DESCRIPTION" && line == ".Pp" && lines[i - 1] == ".El" &&
               lines[i - 2] == ".El") {
      command.clear();  // the list of commands has ended
    }
    if (command.empty()) continue;
    if (section == "SYNOPSIS") page.synopsis[command].push_back(line);
    if (section == "DESCRIPTION") page.description[command].push_back(line);
  }
  return page;
}

TEST(DocsCheck, TheManPageNamesJustTheOptionsOfEachCommand) {
  ManPage page = ReadManPage();
  for (const std::string& command : CommandNames()) {
    const Names options = OptionsInHelp(Help({command}));
    EXPECT_EQ(OptionsInMan(page.synopsis[command]), options) << command << ", SYNOPSIS";
    EXPECT_EQ(OptionsInMan(page.description[command]), options) << command << ", DESCRIPTION";
    page.synopsis.erase(command);
    page.description.erase(command);
  }
  EXPECT_THAT(page.synopsis, IsEmpty());
  EXPECT_THAT(page.description, IsEmpty());
}

TEST(DocsCheck, TheManPageNamesNoOptionThatDoesNotExist) {
  Names options = OptionsInHelp(Help({}));
  options.insert("--help");
  for (const std::string& command : CommandNames()) options.merge(OptionsInHelp(Help({command})));
  EXPECT_EQ(OptionsInMan(Lines(ReadFile(kMan / "logtally.1"))), options);
}

TEST(DocsCheck, TheHelpOfTheProgram) {
  const std::string help = Help({});
  ExpectGolden("help.txt", help);
  for (const std::string& command : CommandNames()) {
    EXPECT_NE(help.find("\n  " + command + " "), help.npos) << command;
  }
}

// Every Markdown file of the tree; what is built or cached is none of it.
std::vector<fs::path> MarkdownFiles() {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(kSource)) {
    if (entry.path().extension() == ".md") files.push_back(entry.path());
  }
  for (const char* folder : {"analyzer", "dashboards", "schemas", "tests"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kSource / folder)) {
      const std::string path = entry.path();
      if (entry.path().extension() == ".md" && path.find("/node_modules/") == path.npos) {
        files.push_back(entry.path());
      }
    }
  }
  return files;
}

// "## How to add X" is #how-to-add-x.
Names AnchorsOf(const fs::path& markdown) {
  Names anchors;
  for (const std::string& line : Lines(ReadFile(markdown))) {
    if (!line.starts_with('#')) continue;
    std::string anchor;
    for (const char c : line.substr(line.find_first_not_of("# "))) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == ' ' || c == '-') anchor += '-';
      if (isalnum(byte) || c == '_' || byte >= 0x80) anchor += static_cast<char>(tolower(byte));
    }
    anchors.insert(anchor);
  }
  return anchors;
}

TEST(DocsCheck, EveryLinkLeadsSomewhere) {
  static const std::regex kLink(R"(\]\(([^)#\s]*)(?:#([^)\s]*))?\))");
  int links = 0;
  for (const fs::path& file : MarkdownFiles()) {
    const std::string text = ReadFile(file);
    for (std::sregex_iterator it(text.begin(), text.end(), kLink), end; it != end; ++it) {
      const std::string target = (*it)[1].str(), anchor = (*it)[2].str();
      if (target.find("://") != target.npos) continue;
      ++links;
      const fs::path path = target.empty() ? file : file.parent_path() / target;
      EXPECT_TRUE(fs::exists(path)) << file << ": " << it->str();
      if (!anchor.empty() && fs::is_regular_file(path)) {
        EXPECT_TRUE(AnchorsOf(path).contains(anchor)) << file << ": " << it->str();
      }
    }
  }
  EXPECT_GT(links, 5);
}

// `tests/checks/docs_check_test.cc` in a text is as good as a link.
TEST(DocsCheck, EveryPathOfTheTreeThatIsNamedExists) {
  static const std::regex kPath(R"(`((?:analyzer|dashboards|schemas|tests|\.ci)/[\w./-]*)`)");
  int paths = 0;
  for (const fs::path& file : MarkdownFiles()) {
    const std::string text = ReadFile(file);
    for (std::sregex_iterator it(text.begin(), text.end(), kPath), end; it != end; ++it) {
      ++paths;
      EXPECT_TRUE(fs::exists(kSource / (*it)[1].str())) << file << ": " << it->str();
    }
  }
  EXPECT_GT(paths, 10);
}

TEST(DocsCheck, EveryOptionOfACommandThatIsShownExists) {
  static const std::regex kCall(
      R"(logtally (serve|ingest|summary|explain|audit|rebuild)\b([^|;`#\n]*))");
  static const std::regex kOption(R"((?:^|\s)(--[a-z][a-z.-]*))");
  std::map<std::string, Names> options;
  for (const std::string& command : CommandNames())
    options[command] = OptionsInHelp(Help({command}));
  Names shown;
  for (const fs::path& file : MarkdownFiles()) {
    const std::string text = ReadFile(file);
    for (std::sregex_iterator it(text.begin(), text.end(), kCall), end; it != end; ++it) {
      const std::string command = (*it)[1].str(), rest = (*it)[2].str();
      shown.insert(command);
      for (std::sregex_iterator option(rest.begin(), rest.end(), kOption), last; option != last;
           ++option) {
        EXPECT_TRUE(options[command].contains((*option)[1].str())) << file << ": " << it->str();
      }
    }
  }
  const std::vector<std::string> names = CommandNames();
  EXPECT_EQ(shown, Names(names.begin(), names.end())) << "a new command: name it in kCall";
}

// The other way round is service_check_test.cc's: every key is in the page.
TEST(DocsCheck, TheManPageNamesNoKeyThatTheConfigurationDoesNotHave) {
  Names keys = {"auto", "layout", "pattern"};  // values and keys of format, in a list below it
  for (const std::string_view key : ConfigKeys()) {
    keys.emplace(key.starts_with("sites[].") ? key.substr(key.rfind('.') + 1) : key);
  }
  int named = 0;
  for (const std::string& line : Lines(ReadFile(kMan / "logtally.yaml.5"))) {
    if (!line.starts_with(".It Cm ")) continue;
    ++named;
    EXPECT_TRUE(keys.contains(Words(line)[2])) << line;
  }
  EXPECT_GT(named, 10);
}

// The lines of a section of ARCHITECTURE.md that begin with '|'.
std::vector<std::string> TableOf(std::string_view heading) {
  std::vector<std::string> table;
  bool inside = false;
  for (const std::string& line : Lines(ReadFile(kSource / "ARCHITECTURE.md"))) {
    if (line.starts_with("## ")) inside = line == heading;
    if (inside && line.starts_with("|")) table.push_back(line);
  }
  return table;
}

TEST(DocsCheck, TheLayersAreThoseOfTheBuild) {
  static const std::regex kRow(R"(^logtally_layer\((\w+)\s+USES\s+(.*?)\s*PACKAGES)");
  std::string expected = "| layer | may use |\n|---|---|\n";
  for (const std::string& line : Lines(ReadFile(kSource / "analyzer/CMakeLists.txt"))) {
    std::smatch row;
    if (!std::regex_search(line, row, kRow)) continue;
    std::string uses;
    for (const std::string& used : Words(row[2].str())) uses += (uses.empty() ? "" : ", ") + used;
    expected += "| " + row[1].str() + " | " + (uses.empty() ? "–" : uses) + " |\n";
  }
  std::string table;
  for (const std::string& line : TableOf("## Layers")) table += line + "\n";
  EXPECT_TRUE(table == expected)
      << "ARCHITECTURE.md, section \"## Layers\", must hold exactly this table:\n\n"
      << expected;
}

TEST(DocsCheck, TheUnitsAreThoseOfTheFolders) {
  static const std::regex kWord(R"(`(\w+)`)");
  std::map<std::string, Names> documented;  // folder -> units
  for (const std::string& line : TableOf("## Folders and units")) {
    const size_t second_column = line.find('|', 1);
    if (!line.starts_with("| `")) continue;
    const std::string folder = line.substr(3, line.find('`', 3) - 4);  // without its '/'
    const std::string units =
        line.substr(second_column, line.find('|', second_column + 1) - second_column);
    for (std::sregex_iterator it(units.begin(), units.end(), kWord), end; it != end; ++it) {
      documented[folder].insert((*it)[1].str());
    }
  }
  std::map<std::string, Names> existing;
  for (const fs::directory_entry& folder : fs::directory_iterator(kSource / "analyzer")) {
    if (!folder.is_directory()) continue;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
      // A command has no header: app/command.h declares them all.
      const bool is_unit =
          entry.path().extension() == ".h" || entry.path().parent_path().filename() == "commands";
      if (is_unit) existing[folder.path().filename()].insert(entry.path().stem());
    }
  }
  for (const auto& [folder, units] : existing) {
    EXPECT_EQ(documented[folder], units)
        << "ARCHITECTURE.md, section \"## Folders and units\", row " << folder
        << "/ has what comes first; the tree has what comes second";
  }
  EXPECT_EQ(documented.size(), existing.size()) << "a row for a folder that does not exist";
}

}  // namespace
}  // namespace logtally::testing
