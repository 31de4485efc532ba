// A line is shown once /metrics says that so many bytes were read and are durable
// (logtally_read_bytes_total is part of the same transaction as the counts). When it was written is
// seen from outside, too: the size of the log is looked at each millisecond.
#include "bench/compare/live_tail.h"

#include <httplib.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "bench/compare/child.h"
#include "bench/compare/code_tally.h"
#include "bench/compare/usage.h"

namespace logtally::bench {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kLook = absl::Milliseconds(1);
constexpr absl::Duration kScrape = absl::Milliseconds(50);
constexpr absl::Duration kPatience = absl::Seconds(60);

void Pause(absl::Duration duration) {
  std::this_thread::sleep_for(absl::ToChronoNanoseconds(duration));
}

int64_t SizeOf(const std::string& path) {
  struct stat file = {};
  return stat(path.c_str(), &file) == 0 ? file.st_size : 0;
}

double CpuSeconds(pid_t pid) {
  clockid_t clock = 0;
  timespec used = {};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

double PeakMib(pid_t pid) {
  std::ifstream file(absl::StrFormat("/proc/%d/status", pid));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

// /metrics as text, "" if there is no answer.
std::string Scrape(httplib::Client& client) {
  const httplib::Result answer = client.Get("/metrics");
  return answer && answer->status == 200 ? answer->body : "";
}

// Calls `sample` with the labels ("{…}") and the value of each sample of a metric.
template <typename Sample>
void ForEachSample(std::string_view page, std::string_view metric, Sample sample) {
  while (!page.empty()) {
    const size_t end = std::min(page.find('\n'), page.size());
    const std::string_view line = page.substr(0, end);
    page.remove_prefix(std::min(end + 1, page.size()));
    if (!line.starts_with(metric) || line.substr(metric.size(), 1) != "{") continue;
    const size_t space = line.rfind(' ');
    double value = 0;
    if (!absl::SimpleAtod(AbslView(line.substr(space + 1)), &value)) continue;
    sample(line.substr(metric.size(), space - metric.size()), static_cast<int64_t>(value));
  }
}

int64_t ReadBytes(std::string_view page) {
  int64_t bytes = 0;
  ForEachSample(page, "logtally_read_bytes_total", [&](auto, int64_t value) { bytes += value; });
  return bytes;
}

CodeTally Codes(std::string_view page) {
  constexpr std::string_view kLabel = "code=\"";
  CodeTally tally;
  ForEachSample(page, "logtally_http_responses_total", [&](std::string_view labels, int64_t value) {
    const size_t begin = labels.find(kLabel) + kLabel.size();
    if (value > 0)
      tally[std::string(labels.substr(begin, labels.find('"', begin) - begin))] += value;
  });
  return tally;
}

// How long bytes of the log took from their write until they were shown.
class Ages {
 public:
  void Look(absl::Time now, int64_t size) {
    if (sizes_.empty() || size > sizes_.back().second) sizes_.push_back({now, size});
  }
  // The oldest of the bytes that are shown now and were not before.
  void Show(absl::Time now, int64_t shown) {
    if (shown <= shown_) return;
    while (next_ + 1 < sizes_.size() && sizes_[next_].second <= shown_) ++next_;
    seconds_.push_back(absl::ToDoubleSeconds(now - sizes_[next_].first));
    shown_ = shown;
  }
  absl::Time last_write() const {
    return sizes_.empty() ? absl::InfinitePast() : sizes_.back().first;
  }
  const std::vector<double>& seconds() const { return seconds_; }

 private:
  std::vector<std::pair<absl::Time, int64_t>> sizes_;
  std::vector<double> seconds_;
  size_t next_ = 0;
  int64_t shown_ = 0;
};

absl::StatusOr<int> PortOf(const std::string& said) {
  for (const absl::Time end = absl::Now() + kPatience; absl::Now() < end; Pause(kLook)) {
    constexpr std::string_view kListening = "listening on http://127.0.0.1:";
    ASSIGN_OR_RETURN(const std::string text, ReadWhole(said));
    const size_t at = text.find(kListening);
    if (at == text.npos || text.find('\n', at) == text.npos) continue;
    return std::atoi(text.c_str() + at + kListening.size());
  }
  return absl::DeadlineExceededError("the daemon does not say where it listens");
}

absl::Status CompareWithTruth(const std::string& truth_path, const std::string& page,
                              LiveResult& result) {
  ASSIGN_OR_RETURN(const std::string text, ReadWhole(truth_path));
  ASSIGN_OR_RETURN(const Truth truth, ReadTruth(text));
  result.lines = truth.lines();
  const Difference difference = Compare(Codes(page), truth.codes);
  if (difference.none()) return absl::OkStatus();
  return absl::InternalError(
      absl::StrFormat("live: of %d lines the daemon misses %d and counts %d under another code",
                      result.lines, difference.missing, difference.too_many));
}

}  // namespace

absl::StatusOr<LiveResult> FollowLive(const LiveOrder& order) {
  const std::string log = order.directory + "/live.log", truth = order.directory + "/live.truth";
  const std::string state = order.directory + "/live_state", said = order.directory + "/live.err";
  fs::remove_all(state);
  fs::remove(log);
  std::ofstream(log).close();
  ASSIGN_OR_RETURN(Child daemon, Child::Start({order.logtally, "serve", log, "--state-dir", state,
                                               "--web.listen-address", "127.0.0.1:0"},
                                              "/dev/null", said));
  ASSIGN_OR_RETURN(const int port, PortOf(said));
  httplib::Client client("127.0.0.1", port);
  client.set_keep_alive(true);

  LiveResult result;
  Ages ages;
  ASSIGN_OR_RETURN(Child loggen,
                   Child::Start({order.loggen, "--follow", std::to_string(order.lines_per_second),
                                 "--truth", truth, "-o", log},
                                "/dev/null", order.directory + "/loggen.err"));
  const absl::Time begin = absl::Now();
  absl::Time next_scrape = begin;
  std::string page;
  bool is_writing = true;
  for (;; Pause(kLook)) {
    absl::Time now = absl::Now();
    if (is_writing && now - begin >= order.writing) {
      loggen.Signal(SIGTERM);
      if (loggen.Wait() != 0) return absl::InternalError("loggen failed");
      is_writing = false;
    }
    ages.Look(now, SizeOf(log));
    if (now < next_scrape) continue;
    next_scrape = now + kScrape;
    page = Scrape(client);
    const absl::Time answered = absl::Now();
    result.scrape_seconds = std::max(result.scrape_seconds, absl::ToDoubleSeconds(answered - now));
    const int64_t shown = ReadBytes(page);
    ages.Show(answered, shown);
    if (!is_writing && shown == SizeOf(log)) break;
    if (answered - begin > order.writing + kPatience) {
      return absl::DeadlineExceededError("live: the daemon does not get to the end of the log");
    }
  }
  result.written_seconds = absl::ToDoubleSeconds(ages.last_write() - begin);
  result.left_over_seconds = absl::ToDoubleSeconds(absl::Now() - ages.last_write());
  result.oldest_seconds = *std::max_element(ages.seconds().begin(), ages.seconds().end());
  result.usual_seconds = Median(ages.seconds());
  result.cpu_seconds = CpuSeconds(daemon.pid());
  RETURN_IF_ERROR(CompareWithTruth(truth, page, result));

  Pause(absl::Seconds(2));  // what follows a burst (a checkpoint, the last commit) is over
  const double cpu_before = CpuSeconds(daemon.pid());
  Pause(order.idle);
  result.idle_cpu_share =
      (CpuSeconds(daemon.pid()) - cpu_before) / absl::ToDoubleSeconds(order.idle);
  result.peak_mib = PeakMib(daemon.pid());
  daemon.Signal(SIGTERM);
  if (daemon.Wait() != 0) return absl::InternalError("live: the daemon did not stop cleanly");
  fs::remove(log);
  return result;
}

}  // namespace logtally::bench
