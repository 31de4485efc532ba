// The logs that Docker and Kubernetes make of a web server's standard output.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

constexpr std::string_view kTime = "2026-11-22T18:00:00.123456789Z";

// Parameter: how one part of a line is wrapped.
struct Runtime {
  const char* name;
  std::string (*wrap)(std::string_view part, bool is_last, std::string_view stream);
};
void PrintTo(const Runtime& runtime, std::ostream* out) { *out << runtime.name; }

std::string WrapLikeDocker(std::string_view part, bool is_last, std::string_view stream) {
  return "{\"log\":" + nlohmann::json(std::string(part) + (is_last ? "\n" : "")).dump() +
         ",\"stream\":\"" + std::string(stream) + "\",\"time\":\"" + std::string(kTime) + "\"}\n";
}

std::string WrapLikeCri(std::string_view part, bool is_last, std::string_view stream) {
  return std::string(kTime) + " " + std::string(stream) + (is_last ? " F " : " P ") +
         std::string(part) + "\n";
}

class ContainerLogTest : public ::testing::TestWithParam<Runtime> {
 protected:
  ContainerLogTest() { Write("starting", true, "stderr"); }

  void Write(std::string_view part, bool is_last = true, std::string_view stream = "stdout") {
    AppendFile(log_, GetParam().wrap(part, is_last, stream));
  }
  void Append(int code) {
    Write(CombinedLine(code));
    ++truth_[CodeText(code)];
  }
  // A line of three parts, what is said on standard error in between.
  void AppendTwoParts(int code) {
    line_ = CombinedLine(code, "/" + std::string(2000, 'x'));
    Write(line_.substr(0, 20), false);
    Write("[error] 404 of something \"GET / HTTP/1.1\" 500 1", true, "stderr");
    Write(line_.substr(20, 1500), false);
    code_ = code;
  }
  void AppendLastPart() {
    Write("half an error", false, "stderr");
    Write(line_.substr(1520));
    ++truth_[CodeText(code_)];
  }
  // Waits until a line written later than the parts has been counted, in another log.
  void LetTheDaemonLook(Daemon& daemon) {
    other_.Append(304);
    daemon.WaitForCodes(Truth());
  }
  CodeCounts Truth() const {
    CodeCounts truth = truth_;
    for (const auto& [code, count] : other_.truth()) truth[code] += count;
    return truth;
  }

  TempDir dir_;
  const std::string log_ = dir_ / "0.log";
  LogWriter other_{dir_ / "other.log"};
  std::string line_;  // that was written in part
  int code_ = 0;
  CodeCounts truth_;
};

INSTANTIATE_TEST_SUITE_P(Runtimes, ContainerLogTest,
                         ::testing::Values(Runtime{"Docker", WrapLikeDocker},
                                           Runtime{"Cri", WrapLikeCri}),
                         [](const auto& test) { return test.param.name; });

TEST_P(ContainerLogTest, CountsALineOfSeveralPartsOnceAcrossAStopAndACrash) {
  Append(200);
  Append(404);
  AppendTwoParts(503);
  Daemon daemon(Daemon::Following({log_, other_.path()}));
  LetTheDaemonLook(daemon);
  daemon.Stop();
  AppendLastPart();
  Append(500);
  daemon.Restart();
  daemon.WaitForCodes(Truth());

  AppendTwoParts(502);
  LetTheDaemonLook(daemon);
  daemon.Crash();
  daemon.Restart();
  LetTheDaemonLook(daemon);
  AppendLastPart();
  Append(200);
  daemon.WaitForCodes(Truth());
  EXPECT_EQ(daemon.Metrics().Sum("logtally_lines_total", {{"result", "rejected"}}), 0);
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), Truth());
}

TEST_P(ContainerLogTest, ASummaryUnwrapsFilesAndStandardInput) {
  Append(200);
  AppendTwoParts(404);
  AppendLastPart();
  const ProcessResult file = RunLogtally({"summary", "--format", "json", log_});
  const ProcessResult piped =
      RunLogtally({"summary", "--format", "json", "-"}, {.stdin_path = log_});
  for (const ProcessResult& result : {file, piped}) {
    EXPECT_EQ(result.exit_code, 0) << result.err;
    const auto summary = nlohmann::json::parse(result.out, nullptr, false);
    ASSERT_TRUE(summary.is_object()) << result.out;
    EXPECT_EQ(summary["input"]["counted"], 2);
    EXPECT_EQ(summary["input"]["rejected"], 0);
  }
}

}  // namespace
}  // namespace logtally::testing
