#include "testing/daemon.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"

namespace logtally::testing {
namespace {

// The line in which the daemon says where it listens starts with this.
constexpr std::string_view kListening = "listening on ";
// …or, under systemd, with the journal's priority before it.
constexpr std::string_view kJournalInfo = "<6>";

// The first address that the daemon says it listens on, or "".
std::string ListeningUrl(const std::string& err) {
  for (size_t begin = 0; begin < err.size();) {
    const size_t end = err.find('\n', begin);
    if (end == err.npos) return "";  // half a line: not said yet
    std::string_view line(err.data() + begin, end - begin);
    if (line.starts_with(kJournalInfo)) line.remove_prefix(kJournalInfo.size());
    if (line.starts_with(kListening)) {
      const std::string_view address = line.substr(kListening.size());
      return std::string(address.substr(0, address.find(' ')));
    }
    begin = end + 1;
  }
  return "";
}

std::string Text(const CodeCounts& counts) { return ::testing::PrintToString(counts); }

}  // namespace

Daemon::Options Daemon::Following(std::vector<std::string> logs) {
  return {.args = std::move(logs), .environment = {}};
}

Daemon::Options Daemon::Configured(const std::string& config_path) {
  return {.args = {"--config.file", config_path}, .environment = {}};
}

Daemon::Daemon(Options options)
    : options_(std::move(options)),
      state_dir_(options_.state_dir.empty() ? dir_ / "state" : options_.state_dir) {
  std::filesystem::create_directory(state_dir_);
  if (options_.starts_at_once) Restart();
}

void Daemon::Restart() {
  EXPECT_TRUE(TryRestart()) << "the daemon does not say where it listens; it wrote:\n" << err();
}

bool Daemon::TryRestart() {
  if (process_ && process_->Running()) {
    ADD_FAILURE() << "the daemon still runs: Stop() or Crash() it first";
    return true;
  }
  std::vector<std::string> args = {LOGTALLY_PROGRAM, "serve"};
  args.insert(args.end(), options_.args.begin(), options_.args.end());
  args.insert(args.end(),
              {"--state-dir", state_dir_, "--web.listen-address", options_.listen_address});
  process_ =
      std::make_unique<Process>(std::move(args), ProcessOptions{.environment = options_.environment,
                                                                .working_dir = "",
                                                                .stdin_path = options_.stdin_path});
  url_.clear();
  WaitUntil([&] {
    url_ = ListeningUrl(process_->err());
    return !url_.empty() || !process_->Running();
  });
  // It may have said so just before it ended.
  if (url_.empty()) url_ = ListeningUrl(process_->err());
  return !url_.empty();
}

int Daemon::port() const {
  int port = 0;
  const size_t colon = url_.rfind(':');
  if (colon == url_.npos || !absl::SimpleAtoi(url_.substr(colon + 1), &port)) {
    ADD_FAILURE() << "no port in " << url_;
  }
  return port;
}

void Daemon::WaitUntilReady() {
  HttpAnswer answer;
  EXPECT_TRUE(WaitUntil([&] { return (answer = Get("/-/ready")).status == 200; }))
      << "/-/ready answers " << answer.status << ": " << answer.body << "\nthe daemon wrote:\n"
      << err();
}

MetricsPage Daemon::Metrics() const {
  std::optional<MetricsPage> page = MetricsIfServed();
  EXPECT_TRUE(page.has_value()) << "/metrics does not answer 200; the daemon wrote:\n" << err();
  return page.value_or(MetricsPage());
}

std::optional<MetricsPage> Daemon::MetricsIfServed() const {
  const HttpAnswer answer = Get("/metrics");
  if (answer.status != 200) return std::nullopt;
  absl::StatusOr<MetricsPage> page = MetricsPage::Parse(answer.body);
  EXPECT_TRUE(page.ok()) << page.status().ToString() << "\n" << answer.body;
  if (!page.ok()) return MetricsPage();
  return *std::move(page);
}

void Daemon::WaitForMetric(std::string_view sample, double value, absl::Duration deadline) {
  std::optional<double> last;
  const auto reached = [&] {
    const std::optional<MetricsPage> page = MetricsIfServed();
    last = page ? page->Value(sample) : std::nullopt;
    return last == value;
  };
  EXPECT_TRUE(WaitUntil(reached, deadline))
      << sample << " is " << (last ? absl::StrFormat("%g", *last) : "absent") << ", expected "
      << value << "; the daemon wrote:\n"
      << err();
}

void Daemon::WaitForCodes(const CodeCounts& codes, std::string_view site) {
  CodeCounts last;
  const auto reached = [&] {
    const std::optional<MetricsPage> page = MetricsIfServed();
    if (page) last = page->ResponsesByCode(site);
    return last == codes;
  };
  EXPECT_TRUE(WaitUntil(reached)) << "counted  " << Text(last) << "\nexpected " << Text(codes)
                                  << "\nthe daemon wrote:\n"
                                  << err();
}

void Daemon::WaitForMessage(std::string_view text) {
  EXPECT_TRUE(WaitUntil([&] { return err().find(text) != std::string::npos; }))
      << "expected a message with: " << text << "\nthe daemon wrote:\n"
      << err();
}

std::string Daemon::WaitForSyslogPort() {
  constexpr std::string_view kSaid = ": taking syslog messages";
  WaitForMessage(kSaid);
  const std::string text = err();
  const size_t end = text.find(kSaid);
  const size_t begin = text.rfind("udp:", end);
  if (end == text.npos || begin == text.npos) return "";
  return text.substr(begin + 4, end - begin - 4);
}

void Daemon::Stop(int signal_number) {
  process_->Signal(signal_number);
  const std::optional<int> exit_code = process_->Wait();
  EXPECT_EQ(exit_code, 0) << "the daemon was asked to stop; it wrote:\n" << err();
}

int Daemon::StopOrDie() {
  if (process_->Running()) process_->Signal(SIGTERM);
  const std::optional<int> exit_code = process_->Wait();
  EXPECT_TRUE(exit_code.has_value()) << "the daemon does not stop; it wrote:\n" << err();
  return exit_code.value_or(-1);
}

void Daemon::Crash() {
  process_->Signal(SIGKILL);
  EXPECT_EQ(process_->Wait(), 128 + SIGKILL) << "the daemon wrote:\n" << err();
}

ProcessResult RunLogtally(std::vector<std::string> args, const ProcessOptions& options) {
  args.insert(args.begin(), LOGTALLY_PROGRAM);
  return RunToEnd(std::move(args), options);
}

}  // namespace logtally::testing
