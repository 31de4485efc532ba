// compare: logtally and other programs over the same log, measured in turn. See ./dev bench.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "bench/compare/contest.h"
#include "bench/compare/live_tail.h"
#include "bench/compare/machine.h"
#include "bench/compare/programs.h"
#include "bench/compare/sample.h"
#include "bench/compare/table.h"

namespace logtally::bench {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kLines = 4500000;  // about 1 GB
constexpr int64_t kQuickLines = 420000;

struct Part {
  std::string_view name;
  Input input;
};
constexpr Part kParts[] = {
    {"combined", Input::kCombined}, {"gzip", Input::kCombinedGzip}, {"json", Input::kJson}};
constexpr std::string_view kLive = "live";

struct Settings {
  bool quick = false;
  int64_t lines = 0;
  int runs = 0;
  int64_t seed = 1;
  std::vector<std::string> peers = {"goaccess", "mtail", "lnav", "gawk", "wc"};
  std::vector<std::string> parts = {"combined", "gzip", "json", "live"};
  std::string directory = "build/bench";
  std::string status_only = LOGTALLY_STATUS_ONLY;
  std::string binaries;  // where logtally, loggen and measure are
};

// The name that --peers knows a package by.
std::string PeerOf(std::string_view package) {
  return package == "coreutils" || package == "gzip" ? "wc" : std::string(package);
}

std::vector<const Program*> Participants(Input input, const Settings& settings) {
  const std::set<std::string> peers(settings.peers.begin(), settings.peers.end());
  std::vector<const Program*> chosen;
  for (const Program& program : Programs()) {
    const bool takes_part = program.package.empty() || peers.contains(PeerOf(program.package));
    if (program.input == input && takes_part) chosen.push_back(&program);
  }
  return chosen;
}

std::string CountsWords(const Result& result) {
  if (result.program->answer == Answer::kLines) return "lines alone";
  const Difference& difference = result.difference;
  if (difference.none()) return "exact";
  if (difference.too_many == 0) return FormatCount(difference.missing) + " missing";
  return absl::StrFormat("%s missing, %s wrong", FormatCount(difference.missing),
                         FormatCount(difference.too_many));
}

std::string ResultTable(const std::vector<Result>& results, const Sample& sample) {
  const double own_wall = Median(results[0].runs).wall_seconds;
  const auto lines = static_cast<double>(sample.truth.lines());
  std::vector<TableRow> rows;
  for (const Result& result : results) {
    const Usage usage = Median(result.runs);
    const auto [least, most] = std::minmax_element(
        result.runs.begin(), result.runs.end(),
        [](const Usage& a, const Usage& b) { return a.wall_seconds < b.wall_seconds; });
    rows.push_back({std::string(result.program->name), Figure(usage.wall_seconds),
                    Figure(least->wall_seconds) + "–" + Figure(most->wall_seconds),
                    Figure(usage.wall_seconds / own_wall), Figure(usage.cpu_seconds),
                    Figure(usage.cpu_seconds / lines * 1e6),
                    Figure(static_cast<double>(sample.bytes) / 1e6 / usage.wall_seconds),
                    Figure(usage.peak_mib), CountsWords(result)});
  }
  return MarkdownTable({"program", "wall s", "from–to", "× first", "CPU s", "CPU µs/line", "MB/s",
                        "peak MiB", "counts per code"},
                       rows);
}

std::string LiveTable(const LiveOrder& order, const LiveResult& live) {
  return MarkdownTable(
      {"live tail", "figure"},
      {{"lines written",
        absl::StrFormat("%s in %.1f s (asked for: %s a second)", FormatCount(live.lines),
                        live.written_seconds, FormatCount(order.lines_per_second))},
       {"counts per code at the end", "exact"},
       {"from the write of a line until /metrics shows it",
        absl::StrFormat("usual %.2f s, longest %.2f s", live.usual_seconds, live.oldest_seconds)},
       {"from the last write until everything is shown",
        absl::StrFormat("%.2f s", live.left_over_seconds)},
       {"CPU of the daemon",
        absl::StrFormat("%.2f s, %.2f µs/line", live.cpu_seconds,
                        live.cpu_seconds / static_cast<double>(live.lines) * 1e6)},
       {"CPU of the daemon when idle",
        absl::StrFormat("%.2f %% of one processor", live.idle_cpu_share * 100)},
       {"slowest answer of /metrics while counting",
        absl::StrFormat("%.1f ms", live.scrape_seconds * 1e3)},
       {"peak MiB of the daemon", absl::StrFormat("%.1f", live.peak_mib)}});
}

absl::Status RunAll(const Settings& settings) {
  fs::create_directories(settings.directory);
  const std::string directory = fs::absolute(settings.directory);
  const Tools tools = {.logtally = settings.binaries + "/logtally",
                       .measure = settings.binaries + "/measure",
                       .status_only = settings.status_only,
                       .directory = directory};
  const SampleOrder order = {.directory = directory,
                             .loggen = settings.binaries + "/loggen",
                             .lines = settings.lines,
                             .seed = settings.seed};
  const std::set<std::string> parts(settings.parts.begin(), settings.parts.end());
  std::set<std::string_view> packages;
  std::string tables;
  for (const Part& part : kParts) {
    if (!parts.contains(std::string(part.name))) continue;
    ASSIGN_OR_RETURN(const Sample sample, PrepareSample(part.input, order));
    const std::vector<const Program*> programs = Participants(part.input, settings);
    for (const Program* program : programs) {
      if (!program->package.empty()) packages.insert(program->package);
    }
    ASSIGN_OR_RETURN(const std::vector<Result> results,
                     Compete(programs, sample, settings.runs, tools));
    absl::StrAppendFormat(&tables, "%s lines, %s MB, %s, %d runs each, medians\n\n%s\n",
                          FormatCount(sample.truth.lines()), FormatCount(sample.bytes / 1000000),
                          fs::path(sample.path).filename().string(), settings.runs,
                          ResultTable(results, sample));
  }
  if (parts.contains(std::string(kLive))) {
    LiveOrder live = {.logtally = tools.logtally, .loggen = order.loggen, .directory = directory};
    if (settings.quick) {
      live.lines_per_second = 100000;
      live.writing = absl::Seconds(3);
      live.idle = absl::Seconds(2);
    }
    absl::FPrintF(stderr, "bench: live tail\n");
    ASSIGN_OR_RETURN(const LiveResult result, FollowLive(live));
    tables += LiveTable(live, result) + "\n";
  }
  absl::PrintF("%s\n", MachineWords());
  if (!packages.empty()) absl::PrintF("%s\n", PackageWords(packages, directory));
  absl::PrintF("\n%s", tables);
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  CLI::App app("Measures logtally and other programs over the same log, in turn.", "./dev bench");
  Settings settings;
  app.add_flag("--quick", settings.quick, "100 MB and 3 runs instead of 1 GB and 5: to try it");
  app.add_option("--runs", settings.runs, "How often each program runs")
      ->check(CLI::PositiveNumber);
  app.add_option("--lines", settings.lines, "How many lines the log has")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", settings.seed, "Chooses one of many logs (1)");
  app.add_option("--peers", settings.peers, "The others: goaccess,mtail,lnav,gawk,wc")
      ->delimiter(',')
      ->check(CLI::IsMember({"goaccess", "mtail", "lnav", "gawk", "wc"}));
  app.add_option("--parts", settings.parts, "What to measure: combined,gzip,json,live")
      ->delimiter(',')
      ->check(CLI::IsMember({"combined", "gzip", "json", "live"}));
  app.add_option("--directory", settings.directory, "Where logs are kept and state is written");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (settings.lines == 0) settings.lines = settings.quick ? kQuickLines : kLines;
  if (settings.runs == 0) settings.runs = settings.quick ? 3 : 5;
  settings.binaries = fs::read_symlink("/proc/self/exe").parent_path();
  const absl::Status status = RunAll(settings);
  if (status.ok()) return 0;
  absl::FPrintF(stderr, "bench: %s\n", StdView(status.message()));
  return 1;
}

}  // namespace
}  // namespace logtally::bench

int main(int argc, char** argv) { return logtally::bench::Main(argc, argv); }
