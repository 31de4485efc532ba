// Writes an access log of an imaginary web shop: for demonstrations, benchmarks and tests.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "tools/log_line.h"
#include "tools/traffic.h"

namespace logtally::tools {
namespace {

constexpr std::string_view kDefaultStart = "2024-01-01T00:00:00Z";
constexpr size_t kBufferBytes = 1 << 20;

volatile sig_atomic_t stop_asked = 0;

struct Settings {
  std::optional<int64_t> lines;
  uint64_t seed = 1;
  LineFormat format = LineFormat::kNginxCombined;
  std::string start = std::string(kDefaultStart);
  std::optional<double> rate;
  uint32_t odd_permille = 0;
  OddKinds odd_kinds = OddKinds::kAll;
  double follow_rate = 0;
  std::string truth_path;
  std::string out_path = "-";
};

// Collects bytes and writes them in large pieces.
class Output {
 public:
  static absl::StatusOr<Output> Open(const std::string& path) {
    if (path == "-") return Output(UniqueFd(dup(STDOUT_FILENO)), "standard output");
    // O_APPEND: a log that is truncated while we follow it gets no hole.
    UniqueFd fd(open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0644));
    if (!fd.valid()) return ErrnoStatus("open", path, errno);
    return Output(std::move(fd), path);
  }

  std::string& buffer() { return buffer_; }
  bool full() const { return buffer_.size() >= kBufferBytes; }

  absl::Status Flush() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
      const ssize_t written = write(fd_.get(), rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return ErrnoStatus("write", name_, errno);
      rest.remove_prefix(static_cast<size_t>(written));
    }
    buffer_.clear();
    return absl::OkStatus();
  }

 private:
  Output(UniqueFd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {
    buffer_.reserve(kBufferBytes + (128 << 10));
  }
  UniqueFd fd_;
  std::string name_;
  std::string buffer_;
};

// Makes lines and keeps the truth about them.
class Generator {
 public:
  explicit Generator(const Settings& settings)
      : settings_(settings),
        traffic_(settings.seed),
        odd_(settings.seed ^ 0x6f6464),
        time_(settings.format) {}

  void AppendOne(int64_t unix_seconds, Health health, std::string& out) {
    const Visit visit = traffic_.Next(health);
    const std::string_view time = time_.At(unix_seconds);
    if (settings_.odd_permille > 0 && odd_.PerMille(settings_.odd_permille)) {
      if (const auto code =
              AppendOddLine(settings_.format, settings_.odd_kinds, visit, time, odd_, out)) {
        ++counts_[std::stoi(*code)];
      } else {
        ++rejected_;
      }
      return;
    }
    AppendLine(settings_.format, visit, time, out);
    ++counts_[static_cast<size_t>(visit.status)];
  }

  std::string Truth() const {
    std::string text;
    for (size_t code = 0; code < counts_.size(); ++code) {
      if (counts_[code] > 0) absl::StrAppendFormat(&text, "%03d\t%d\n", code, counts_[code]);
    }
    return text + absl::StrFormat("rejected\t%d\n", rejected_);
  }

 private:
  const Settings& settings_;
  Traffic traffic_;
  Random odd_;  // its own numbers: the usual lines are the same with and without odd ones
  TimeText time_;
  std::array<int64_t, 1000> counts_ = {};
  int64_t rejected_ = 0;
};

// The first time stamp, and for "now-2h" how long the history lasts.
struct Beginning {
  absl::Time time;
  std::optional<absl::Duration> until_now;
};

absl::StatusOr<Beginning> ParseStart(std::string_view text) {
  if (text.starts_with("now-")) {
    const std::optional<absl::Duration> ago = ParseDuration(text.substr(4));
    if (ago) return Beginning{absl::Now() - *ago, *ago};
  } else {
    absl::Time time;
    std::string error;
    if (absl::ParseTime(absl::RFC3339_full, AbslView(text), &time, &error)) {
      return Beginning{time, std::nullopt};
    }
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("--start: expected a time such as %s, or now-2h (units: s m h d w), got %s",
                      kDefaultStart, text));
}

// The fixed part of the log. Its errors surge between 60 % and 64 % of the lines.
absl::Status WriteHistory(const Settings& settings, int64_t lines, const Beginning& beginning,
                          Generator& generator, Output& output) {
  double rate = settings.rate.value_or(1000);
  if (!settings.rate && beginning.until_now && *beginning.until_now > absl::ZeroDuration()) {
    rate = static_cast<double>(lines) / absl::ToDoubleSeconds(*beginning.until_now);
  }
  const int64_t start_unix = absl::ToUnixSeconds(beginning.time);
  for (int64_t i = 0; i < lines && stop_asked == 0; ++i) {
    const auto seconds = static_cast<int64_t>(static_cast<double>(i) / rate);
    const bool burst = i >= lines * 6 / 10 && i < lines * 64 / 100;
    generator.AppendOne(start_unix + seconds, burst ? Health::kErrorBurst : Health::kUsual,
                        output.buffer());
    if (output.full()) RETURN_IF_ERROR(output.Flush());
  }
  return output.Flush();
}

// Appends in real time until a signal comes. Every 15th minute is a bad one.
absl::Status Follow(const Settings& settings, Generator& generator, Output& output) {
  const absl::Time begin = absl::Now();
  int64_t written = 0;
  while (stop_asked == 0) {
    const absl::Time now = absl::Now();
    const double due = absl::ToDoubleSeconds(now - begin) * settings.follow_rate;
    const int64_t unix_seconds = absl::ToUnixSeconds(now);
    const bool burst = unix_seconds / 60 % 15 == 7;
    for (; static_cast<double>(written) < due && stop_asked == 0; ++written) {
      generator.AppendOne(unix_seconds, burst ? Health::kErrorBurst : Health::kUsual,
                          output.buffer());
      if (output.full()) RETURN_IF_ERROR(output.Flush());
    }
    RETURN_IF_ERROR(output.Flush());
    // A signal ends this early.
    const timespec pause = absl::ToTimespec(std::clamp(
        absl::Seconds(1 / settings.follow_rate), absl::Milliseconds(10), absl::Milliseconds(200)));
    nanosleep(&pause, nullptr);
  }
  return absl::OkStatus();
}

absl::Status WriteTruth(const std::string& path, const std::string& text) {
  const UniqueFd fd(open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644));
  if (!fd.valid()) return ErrnoStatus("open", path, errno);
  if (write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return ErrnoStatus("write", path, errno);
  }
  return absl::OkStatus();
}

absl::Status Run(const Settings& settings) {
  ASSIGN_OR_RETURN(const Beginning beginning, ParseStart(settings.start));
  ASSIGN_OR_RETURN(Output output, Output::Open(settings.out_path));
  const bool follows = settings.follow_rate > 0;
  Generator generator(settings);
  RETURN_IF_ERROR(WriteHistory(settings, settings.lines.value_or(follows ? 0 : 100000), beginning,
                               generator, output));
  if (follows) RETURN_IF_ERROR(Follow(settings, generator, output));
  if (!settings.truth_path.empty()) return WriteTruth(settings.truth_path, generator.Truth());
  return absl::OkStatus();
}

void StopOnSignals() {
  struct sigaction action = {};
  action.sa_handler = [](int) { stop_asked = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

constexpr char kDescription[] =
    "Writes an access log of an imaginary web shop. The same seed and options give the same bytes\n"
    "(but for --start now-… and --follow). All addresses and names are reserved for documentation.";
constexpr char kExamples[] =
    "Examples:\n"
    "  loggen --lines 4500000 --odd 1 -o big.log                1 GB, for a benchmark\n"
    "  loggen --lines 100000 --odd 20 --truth truth.tsv -o x.log   with hostile lines and the "
    "truth\n"
    "  loggen --lines 200000 --start now-2h --follow 50 -o demo.log   two hours, then live\n";

int Main(int argc, char** argv) {
  CLI::App app(kDescription, "loggen");
  app.footer(kExamples);
  app.get_formatter()->column_width(34);
  Settings settings;
  static const std::map<std::string, LineFormat> kFormats = {
      {"nginx_combined", LineFormat::kNginxCombined},
      {"nginx_main", LineFormat::kNginxMain},
      {"apache_common", LineFormat::kApacheCommon},
      {"apache_combined", LineFormat::kApacheCombined},
      {"apache_vhost_combined", LineFormat::kApacheVhostCombined},
      {"nginx_json", LineFormat::kNginxJson},
  };
  std::string format = "nginx_combined";
  std::vector<std::string> format_names;
  for (const auto& [name, value] : kFormats) format_names.push_back(name);
  app.add_option("--lines", settings.lines, "How many lines (100000; with --follow: 0 before it)")
      ->check(CLI::NonNegativeNumber)
      ->option_text("N");
  app.add_option("--seed", settings.seed, "Chooses one of many logs (1)")->option_text("S");
  app.add_option("--format", format,
                 "nginx_combined (default), nginx_main, apache_common, apache_combined, "
                 "apache_vhost_combined, nginx_json")
      ->check(CLI::IsMember(format_names))
      ->option_text("NAME");
  app.add_option(
         "--start", settings.start,
         "Time of the first line: RFC 3339, or such as now-2h (" + std::string(kDefaultStart) + ")")
      ->option_text("TIME");
  app.add_option("--rate", settings.rate,
                 "Lines per second of log time (1000; with --start now-…: as many as end now)")
      ->check(CLI::PositiveNumber)
      ->option_text("RATE");
  app.add_option("--odd", settings.odd_permille,
                 "How many of 1000 lines are odd: broken requests, codes outside the registry, "
                 "binary bytes, lines that must be rejected (0)")
      ->check(CLI::Range(0, 1000))
      ->option_text("PERMILLE");
  app.add_option("--odd-kinds", settings.odd_kinds,
                 "all (default), or servers: only those that a server writes by itself")
      ->transform(CLI::CheckedTransformer(std::map<std::string, OddKinds>{
          {"all", OddKinds::kAll}, {"servers", OddKinds::kOfServers}}))
      ->option_text("KINDS");
  app.add_option("--follow", settings.follow_rate,
                 "Then append this many lines a second, with the time of now, until a signal ends "
                 "it (SIGINT, SIGTERM)")
      ->check(CLI::PositiveNumber)
      ->option_text("RATE");
  app.add_option("--truth", settings.truth_path,
                 "Write here, at the end, what the log holds: a line code<TAB>count for each "
                 "status code, and rejected<TAB>count")
      ->option_text("FILE");
  app.add_option("-o", settings.out_path, "The log, replaced if it exists (standard output)")
      ->option_text("FILE");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  settings.format = kFormats.at(format);
  StopOnSignals();
  const absl::Status status = Run(settings);
  if (status.ok()) return 0;
  absl::FPrintF(stderr, "loggen: %s\n", StdView(status.message()));
  return status.code() == absl::StatusCode::kInvalidArgument ? 2 : 1;
}

}  // namespace
}  // namespace logtally::tools

int main(int argc, char** argv) { return logtally::tools::Main(argc, argv); }
