#include "scenario/scenario_kit.h"

#include <gtest/gtest.h>

#include "testing/http.h"

namespace logtally::testing {
namespace {

class EndOfTests : public ::testing::Environment {
 public:
  void TearDown() override { kit.reset(); }
  std::unique_ptr<ScenarioKit> kit;
};

EndOfTests& TheEnd() {
  static auto* const end =
      static_cast<EndOfTests*>(::testing::AddGlobalTestEnvironment(new EndOfTests));
  return *end;
}
// Before the tests run, or its TearDown would not be called.
[[maybe_unused]] const EndOfTests& kRegistered = TheEnd();

}  // namespace

ScenarioKit& ScenarioKit::Instance() {
  if (!TheEnd().kit) TheEnd().kit.reset(new ScenarioKit);
  return *TheEnd().kit;
}

ScenarioKit::ScenarioKit() {
  const ProcessResult made = RunToEnd({LOGTALLY_BACKFILL, "make", directory()}, {}, 10 * kPatience);
  EXPECT_EQ(made.exit_code, 0) << made.err;
  end_unix_ = std::stoll(ReadFile(directory() + "/end"));
  RestartPrometheus();
}

void ScenarioKit::RestartPrometheus() {
  server_.reset();
  server_ =
      std::make_unique<Process>(std::vector<std::string>{LOGTALLY_BACKFILL, "serve", directory()});
  std::string url;
  const bool ready = WaitUntil([&] {
    const std::string out = server_->out();
    url = out.substr(0, out.find('\n'));
    return !server_->Running() || (out.ends_with('\n') && HttpGet(url, "/-/ready").status == 200);
  });
  EXPECT_TRUE(ready && server_->Running()) << server_->err();
  prometheus_ = std::make_unique<PrometheusApi>(url);
}

}  // namespace logtally::testing
