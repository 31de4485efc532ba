#include "catalogue/status_catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/text.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

constexpr std::string_view kHeader = "code\tname\tfault\tsource\tmeaning\n";

std::string File(std::string_view rows) { return std::string(kHeader) + std::string(rows); }

// The 19 codes of the document, with its names, letter by letter.
const std::map<int16_t, std::string> kDocumentedNames = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition Failed"},
    {413, "Request Entity Too Large"},
    {414, "Request-URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Requested Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {500, "Internal Server Error"},
};

// What a meaning must not lose of the document's description: every fact, every example.
const std::map<int16_t, std::vector<std::string>> kDocumentedFacts = {
    {200, {"succeeded", "information that was asked for", "browser", "most cases"}},
    {201, {"succeeded", "URI", "PUT", "complete"}},
    {202, {"accepted", "not complete", "PUT", "has not finished creating", "batch processing"}},
    {400, {"not valid", "abnormal", "method that is not defined"}},
    {401, {"authenticated", "Basic", "Digest", "most browsers", "dialog"}},
    {403, {"refused", "privileges", "banned request", "banned host", "company", "intranet"}},
    {404, {"could not be found", "lacks access privileges"}},
    {405, {"method that is not permitted", "POST"}},
    {406,
     {"Accept-related header", "English or Japanese", "zh (Chinese)", "Accept-Language:",
      "application/pdf", "Accept: header", "UTF-8", "utf-8", "Accept-Charset:"}},
    {408, {"not completed", "within the time"}},
    {409, {"cannot be completed", "conflicts", "already exists"}},
    {410, {"moved permanently", "not known", "404 Not Found", "will not come back"}},
    {412, {"precondition", "false", "updated after", "If-Unmodified-Since:"}},
    {413, {"larger than the server permits", "upper limit", "uploader"}},
    {414, {"too long", "image data", "GET", "tens of KB", "depends on the server"}},
    {415, {"media type", "specifies", "not supported"}},
    {416, {"beyond the actual size", "1025 bytes", "1024 bytes"}},
    {417,
     {"extension", "proxy server", "next server", "Expect: header", "other than 100-continue",
      "cannot handle 100 Continue"}},
    {500, {"inside the server", "CGI", "syntax error", "not written correctly", "setting error"}},
};

// What the world's servers write besides: IANA's registry and the well-known codes of vendors.
const std::set<int16_t> kOtherCodes = {
    -1,  0,   9,   100, 101, 102, 103, 104, 203, 204, 205, 206, 207, 208, 218, 226, 300,
    301, 302, 303, 304, 305, 306, 307, 308, 402, 407, 411, 418, 419, 420, 421, 422, 423,
    424, 425, 426, 428, 429, 430, 431, 440, 444, 449, 450, 451, 460, 463, 464, 494, 495,
    496, 497, 498, 499, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 511, 520, 521,
    522, 523, 524, 525, 526, 527, 529, 530, 540, 561, 598, 599, 783, 999};

TEST(StatusCatalogue, DocumentsExactlyTheNineteenCodesUnderTheirNames) {
  std::map<int16_t, std::string> documented;
  for (const StatusMeaning& row : StatusCatalogue::BuiltIn().All()) {
    if (row.documented) documented[row.code] = row.name;
  }
  EXPECT_EQ(documented, kDocumentedNames);
}

TEST(StatusCatalogue, LosesNoFactAndNoExampleOfTheDocument) {
  for (const auto& [code, facts] : kDocumentedFacts) {
    const StatusMeaning* row = StatusCatalogue::BuiltIn().Find(code);
    ASSERT_NE(row, nullptr) << code;
    for (const std::string& fact : facts) {
      EXPECT_THAT(row->meaning, HasSubstr(fact)) << code;
    }
    EXPECT_THAT(row->source, HasSubstr("documented table; RFC 9110 §15.")) << code;
  }
  EXPECT_EQ(kDocumentedFacts.size(), kDocumentedNames.size());
}

TEST(StatusCatalogue, HoldsTheStandardAndTheVendorsToo) {
  std::set<int16_t> others;
  for (const StatusMeaning& row : StatusCatalogue::BuiltIn().All()) {
    if (!row.documented) others.insert(row.code);
  }
  // A row more is welcome and needs no change here; a row less is a meaning lost.
  EXPECT_THAT(others, IsSupersetOf(kOtherCodes));
}

TEST(StatusCatalogue, EveryRowIsFitToBeShown) {
  const std::set<std::string> faults = {"none",    "client",   "server",
                                        "gateway", "security", "unknown"};
  int16_t previous = -2;
  for (const StatusMeaning& row : StatusCatalogue::BuiltIn().All()) {
    SCOPED_TRACE(row.code);
    EXPECT_GT(row.code, previous) << "rows are by code, each once";
    previous = row.code;
    EXPECT_LE(row.code, 999);
    EXPECT_THAT(faults, Contains(row.fault));
    EXPECT_TRUE(row.meaning.ends_with('.')) << "a meaning is made of whole sentences";
    EXPECT_LE(row.name.size(), 40u) << "names are columns of tables";
    for (const std::string& text : {row.name, row.source, row.meaning}) {
      EXPECT_FALSE(text.empty());
      EXPECT_EQ(text.find_first_of("\t\r\n"), text.npos) << text;
      EXPECT_EQ(ValidUtf8(text), text);
    }
  }
}

TEST(StatusCatalogue, NobodyIsAtFaultWhereNothingFailed) {
  for (const StatusMeaning& row : StatusCatalogue::BuiltIn().All()) {
    if (row.code == 218) continue;  // a 2xx that may hide an error
    EXPECT_EQ(row.fault == "none", row.code >= 100 && row.code < 400) << row.code;
  }
}

TEST(StatusCatalogue, TheBinaryHoldsTheFilesOfTheSourceTree) {
  const std::string folder = LOGTALLY_SOURCE_DIR "/schemas/catalogue/";
  ASSERT_OK_AND_ASSIGN(const StatusCatalogue from_files,
                       StatusCatalogue::Parse(testing::ReadFile(folder + "documented.tsv"),
                                              testing::ReadFile(folder + "standard.tsv"),
                                              testing::ReadFile(folder + "vendor.tsv")));
  const auto built_in = StatusCatalogue::BuiltIn().All();
  ASSERT_EQ(from_files.All().size(), built_in.size());
  for (size_t i = 0; i < built_in.size(); ++i) {
    EXPECT_EQ(from_files.All()[i].code, built_in[i].code);
    EXPECT_EQ(from_files.All()[i].meaning, built_in[i].meaning);
  }
}

TEST(StatusCatalogue, FindsEveryRowAndNothingElse) {
  const StatusCatalogue& catalogue = StatusCatalogue::BuiltIn();
  size_t found = 0;
  for (int16_t code = -32000; code < 32000; ++code) {
    const StatusMeaning* row = catalogue.Find(code);
    if (row == nullptr) continue;
    EXPECT_EQ(row->code, code);
    ++found;
  }
  EXPECT_EQ(found, catalogue.All().size());
}

TEST(StatusCatalogue, TheDocumentWinsThenTheStandardThenVendors) {
  ASSERT_OK_AND_ASSIGN(
      const StatusCatalogue catalogue,
      StatusCatalogue::Parse(File("413\tRequest Entity Too Large\tclient\tdocument\tOurs.\n"),
                             File("413\tContent Too Large\tserver\tRFC\tTheirs.\n"
                                  "502\tBad Gateway\tgateway\tRFC\tThe standard's.\n"),
                             File("413\tX\tunknown\tvendor\tX.\n"
                                  "502\tX\tunknown\tvendor\tX.\n"
                                  "499\tClient Closed Request\tunknown\tnginx\tThe vendor's.\n")));
  ASSERT_EQ(catalogue.All().size(), 3u);
  EXPECT_EQ(catalogue.Find(413)->name, "Request Entity Too Large");
  EXPECT_EQ(catalogue.Find(413)->fault, "client");
  EXPECT_EQ(catalogue.Find(413)->source, "document");
  EXPECT_TRUE(catalogue.Find(413)->documented);
  EXPECT_EQ(catalogue.Find(502)->meaning, "The standard's.");
  EXPECT_FALSE(catalogue.Find(502)->documented);
  EXPECT_EQ(catalogue.Find(499)->meaning, "The vendor's.");
}

TEST(StatusCatalogue, ReadsCommentsOddCodesAndALastLineWithoutItsEnd) {
  ASSERT_OK_AND_ASSIGN(const StatusCatalogue catalogue,
                       StatusCatalogue::Parse("# before\n" + File("# between\n"), File(""),
                                              File("-1\tNo Status\tunknown\tHAProxy\tM.\n"
                                                   "009\tHTTP/0.9\tunknown\tnginx\tM.\n"
                                                   "999\tRequest Denied\tsecurity\tS\tM.")));
  ASSERT_EQ(catalogue.All().size(), 3u);
  EXPECT_EQ(catalogue.All()[0].code, -1);
  EXPECT_EQ(catalogue.All()[1].code, 9);
  EXPECT_EQ(catalogue.All()[2].code, 999);
}

// A vendor file whose second line is `row`, or a whole bad file, and what is said about it.
struct BadFile {
  std::string text;
  std::string message;
};

TEST(StatusCatalogue, RefusesABadFileAndSaysWhere) {
  const std::string at = "schemas/catalogue/vendor.tsv:";
  const std::string header_wanted = "expected the header: code, name, fault, source, meaning";
  const std::string fit = "expected printable UTF-8 with no blank at either end, got ";
  const std::vector<BadFile> bad_files = {
      {"", at + "1: " + header_wanted},
      {"# only a comment\n", at + "1: " + header_wanted},
      {"499\tA\tclient\tnginx\tM.\n", at + "1: " + header_wanted},
      {"code,name,fault,source,meaning\n", at + "1: " + header_wanted},
      {File("499\tA\tclient\tnginx\n"), at + "2: expected 5 columns separated by tabs, got 4"},
      {File("499\tA\tclient\tS\tM.\t\n"), at + "2: expected 5 columns separated by tabs, got 6"},
      {File("\n"), at + "2: expected 5 columns separated by tabs, got 1"},
      {File("499\tA\tclient\tS\t\n"), at + "2: meaning: " + fit + "\"\""},
      {File("499\t\tclient\tS\tM.\n"), at + "2: name: " + fit + "\"\""},
      {File("499\tA\tclient\t\tM.\n"), at + "2: source: " + fit + "\"\""},
      {File("499\tA \tclient\tS\tM.\n"), at + "2: name: " + fit + "\"A \""},
      {File("499\tA\tclient\tS\tM.\r\n"), at + "2: meaning: " + fit + "\"M.\\x0D\""},
      {File("499\tA\tclient\tS\t\xff.\n"), at + "2: meaning: " + fit + "\"\\xFF.\""},
      {File("499\tA\tclient\tS\t\x1b[2J\n"), at + "2: meaning: " + fit + "\"\\x1B[2J\""},
      {File("499\tA\tnobody\tS\tM.\n"),
       at +
           "2: fault: expected none, client, server, gateway, security or unknown, got \"nobody\""},
      {File("-2\tA\tclient\tS\tM.\n"), at + "2: code: expected -1 or three digits, got \"-2\""},
      {File("1000\tA\tclient\tS\tM.\n"), at + "2: code: expected -1 or three digits, got \"1000\""},
      {File("0\tA\tclient\tS\tM.\n"), at + "2: code: expected -1 or three digits, got \"0\""},
      {File("4xx\tA\tclient\tS\tM.\n"), at + "2: code: expected -1 or three digits, got \"4xx\""},
      {File("499\tA\tclient\tS\tM.\n#\n499\tB\tclient\tS\tM.\n"),
       at + "4: code: 499 stands here twice"},
  };
  for (const BadFile& bad : bad_files) {
    const auto catalogue = StatusCatalogue::Parse(File(""), File(""), bad.text);
    ASSERT_FALSE(catalogue.ok()) << bad.text;
    EXPECT_EQ(catalogue.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(StdView(catalogue.status().message()), bad.message);
  }
}

TEST(StatusCatalogue, ABadFileIsNamedWhicheverItIs) {
  EXPECT_THAT(std::string(StatusCatalogue::Parse("x", File(""), File("")).status().message()),
              HasSubstr("schemas/catalogue/documented.tsv:1: "));
  EXPECT_THAT(std::string(StatusCatalogue::Parse(File(""), "x", File("")).status().message()),
              HasSubstr("schemas/catalogue/standard.tsv:1: "));
}

}  // namespace
}  // namespace logtally
