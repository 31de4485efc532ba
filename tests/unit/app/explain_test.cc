#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/command.h"
#include "app/explain_text.h"
#include "base/text.h"
#include "testing/golden.h"
#include "testing/status_matchers.h"

namespace logtally {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// What a person sees who runs `logtally explain ARGUMENTS…`.
struct Outcome {
  absl::StatusOr<ExitCode> exit_code;
  std::string out;
  std::string err;
};

Outcome Explain(std::vector<std::string> arguments) {
  CLI::App options;
  const auto run = SetUpExplain(options);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  options.parse(std::move(arguments));
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  absl::StatusOr<ExitCode> exit_code = run();
  return {std::move(exit_code), ::testing::internal::GetCapturedStdout(),
          ::testing::internal::GetCapturedStderr()};
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

size_t CharactersIn(const std::string& line) {
  return static_cast<size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::vector<std::string> CodesIn(const std::string& text) {
  std::vector<std::string> codes;
  for (const std::string& line : Lines(text)) {
    if (!line.empty() && line[0] != ' ') codes.push_back(line.substr(0, line.find(' ')));
  }
  return codes;
}

TEST(Explain, TellsADocumentedCode) {
  const Outcome outcome = Explain({"416"});
  ASSERT_OK(outcome.exit_code);
  EXPECT_EQ(*outcome.exit_code, 0);
  EXPECT_EQ(outcome.out,
            "416 Requested Range Not Satisfiable\n"
            "  Class       4xx\n"
            "  Fault       client\n"
            "  Documented  yes\n"
            "  Source      documented table; RFC 9110 §15.5.17 (there: Range Not Satisfiable)\n"
            "  Meaning     The request asked for data beyond the actual size of the file.\n"
            "              Example: 1025 bytes were asked for, but the resource has only 1024\n"
            "              bytes.\n");
  EXPECT_EQ(outcome.err, "");
}

TEST(Explain, SaysWhereTheMeaningOfAnUndocumentedCodeComesFrom) {
  const Outcome outcome = Explain({"444"});
  EXPECT_EQ(outcome.out,
            "444 No Response\n"
            "  Class       4xx\n"
            "  Fault       security\n"
            "  Documented  no, not in the documented table\n"
            "  Source      nginx\n"
            "  Meaning     The configuration told nginx (return 444) to close the connection\n"
            "              without sending anything. Used against unwanted or hostile\n"
            "              requests.\n");
}

TEST(Explain, TakesCodesAndClassesInAnyMixAndTellsEachOnce) {
  const Outcome outcome = Explain({"500", "2xx", "200", "0", "-1", "500"});
  ASSERT_OK(outcome.exit_code);
  EXPECT_EQ(*outcome.exit_code, 0);
  EXPECT_THAT(CodesIn(outcome.out), ElementsAre("500", "200", "201", "202", "203", "204", "205",
                                                "206", "207", "208", "218", "226", "000", "-1"));
}

TEST(Explain, AClassMayBeInCapitals) {
  EXPECT_EQ(Explain({"5XX"}).out, Explain({"5xx"}).out);
  EXPECT_EQ(Explain({"Other"}).out, Explain({"other"}).out);
}

TEST(Explain, TheClassOtherHoldsWhatHasNoClass) {
  EXPECT_THAT(CodesIn(Explain({"other"}).out), ElementsAre("-1", "000", "009", "783", "999"));
}

TEST(Explain, NoLineIsWiderThan80Columns) {
  for (const Outcome& outcome :
       {Explain({}), Explain({"1xx", "2xx", "3xx", "4xx", "5xx", "other"})}) {
    for (const std::string& line : Lines(outcome.out)) {
      EXPECT_LE(CharactersIn(line), 80u) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
  }
}

TEST(Explain, WithoutArgumentsListsTheWholeCatalogue) {
  const Outcome outcome = Explain({});
  ASSERT_OK(outcome.exit_code);
  EXPECT_EQ(*outcome.exit_code, 0);
  const std::vector<std::string> lines = Lines(outcome.out);
  ASSERT_EQ(lines.size(), StatusCatalogue::BuiltIn().All().size() + 2);
  EXPECT_EQ(lines[0],
            "* = in the documented table, - = nobody at fault; more: logtally explain CODE");
  EXPECT_EQ(lines[1], "  CODE  FAULT     NAME");
  EXPECT_EQ(lines[2], "    -1  unknown   No Status");
  EXPECT_THAT(lines, ::testing::Contains("*  200  -         OK"));
  EXPECT_THAT(lines, ::testing::Contains("*  404  client    Not Found"));
  EXPECT_THAT(lines, ::testing::Contains("   502  gateway   Bad Gateway"));
  EXPECT_EQ(std::count_if(lines.begin() + 1, lines.end(),
                          [](const std::string& line) { return line.starts_with('*'); }),
            19);
}

TEST(Explain, AnUnknownCodeIsReportedAndTheOthersAreStillTold) {
  const Outcome outcome = Explain({"799", "404"});
  ASSERT_OK(outcome.exit_code);
  EXPECT_EQ(*outcome.exit_code, 1);
  EXPECT_THAT(CodesIn(outcome.out), ElementsAre("404"));
  EXPECT_EQ(outcome.err,
            "logtally: 799: not a known status code; find out what sends it and add a row with "
            "that source to schemas/catalogue/vendor.tsv ('logtally explain' lists the known "
            "codes)\n");
}

TEST(Explain, AMalformedArgumentIsTheUsersMistakeAndNothingIsPrinted) {
  for (const char* bad : {"abc", "2000", "-2", "6xx", "0xx", "", "404 "}) {
    const auto found = FindMeanings(StatusCatalogue::BuiltIn(), std::vector<std::string>{bad});
    EXPECT_EQ(found.status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
  const Outcome outcome = Explain({"404", "a\x1b[2J"});
  EXPECT_EQ(StdView(outcome.exit_code.status().message()),
            "explain: expected a status code (-1, 000 … 999) or a class (1xx … 5xx, other), "
            "got \"a\\x1B[2J\"");
  EXPECT_EQ(outcome.out, "");
}

TEST(Explain, JsonHasTheSameFactsUnderStableKeys) {
  const Outcome outcome = Explain({"--format", "json", "404", "009"});
  ASSERT_OK(outcome.exit_code);
  EXPECT_EQ(*outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, StartsWith("{\n"
                                      "  \"data\": [\n"
                                      "    {\n"
                                      "      \"code\": 404,\n"
                                      "      \"name\": \"Not Found\",\n"
                                      "      \"class\": \"4xx\",\n"
                                      "      \"fault\": \"client\",\n"
                                      "      \"documented\": true,\n"
                                      "      \"meaning\": \"The resource could not be found."));
  const auto answer = nlohmann::json::parse(outcome.out);
  ASSERT_EQ(answer["data"].size(), 2u);
  EXPECT_EQ(answer["data"][1]["code"], 9);
  EXPECT_EQ(answer["data"][1]["class"], "other");
  EXPECT_EQ(answer["data"][1]["documented"], false);
  EXPECT_THAT(answer["data"][1]["source"].get<std::string>(), HasSubstr("nginx"));
  EXPECT_EQ(answer["meta"], nlohmann::json::object());
}

TEST(Explain, JsonOfNothingKnownIsStillJson) {
  const Outcome outcome = Explain({"--format=json", "799"});
  EXPECT_EQ(*outcome.exit_code, 1);
  EXPECT_THAT(nlohmann::json::parse(outcome.out)["data"], IsEmpty());
}

TEST(Explain, JsonWithoutArgumentsIsTheWholeCatalogue) {
  EXPECT_EQ(nlohmann::json::parse(Explain({"--format", "json"}).out)["data"].size(),
            StatusCatalogue::BuiltIn().All().size());
}

TEST(Explain, KnowsNoOtherFormat) { EXPECT_THROW(Explain({"--format", "yaml"}), CLI::ParseError); }

// What people see most, letter by letter: a documented code, one of IANA's, one that HAProxy
// writes.
TEST(Explain, LooksLikeTheGoldenFiles) {
  testing::ExpectGolden("explain_404.txt", Explain({"404"}).out);
  testing::ExpectGolden("explain_other.txt", Explain({"503", "other"}).out);
  testing::ExpectGolden("explain_all.txt", Explain({}).out);
}

}  // namespace
}  // namespace logtally
