#include "tools/scenario.h"

#include <cerrno>
#include <cmath>
#include <fstream>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "tools/log_line.h"
#include "tools/random.h"
#include "tools/traffic.h"

namespace logtally::tools {
namespace {

constexpr int64_t kDenseMinutes = 26 * 60;
constexpr int64_t kUsualMinutes = 8 * 24 * 60;
constexpr int64_t kAllMinutes = 60 * 24 * 60;

// What a site is like. Few methods: each of them brings a series a code.
struct SiteLook {
  LineFormat format;
  double lines_a_minute;
  double lines_in_sale;  // 0: no sale
  std::vector<std::string_view> methods;
};

SiteLook LookOf(std::string_view site) {
  if (site == "shop") return {LineFormat::kNginxCombined, 12, 160, {"GET", "POST", "HEAD"}};
  if (site == "api") return {LineFormat::kNginxJson, 9, 150, {"GET", "POST", "PUT", "DELETE"}};
  return {LineFormat::kNginxCombined, 4, 0, {"GET", "HEAD"}};
}

// One site's log, minute by minute.
class SiteLog {
 public:
  SiteLog(std::string_view site, std::ofstream& out, uint64_t seed)
      : site_(site),
        look_(LookOf(site)),
        out_(out),
        traffic_(seed),
        random_(seed ^ 0x73746f7279),
        time_(look_.format) {}

  // The minute that begins so many minutes before the end.
  void WriteMinute(int64_t minute_unix, int64_t before_end) {
    const int64_t lines = LinesIn(before_end);
    for (int64_t i = 0; i < lines; ++i) {
      const std::string_view time = time_.At(minute_unix + i * 60 / lines);
      WriteLine(before_end, time);
    }
    out_ << text_;
    text_.clear();
  }

 private:
  int64_t LinesIn(int64_t before_end) {
    if (before_end > kUsualMinutes) return before_end % 60 == 0 ? 1 : 0;
    if (site_ == "blog" && kHoleScan.Holds(before_end)) return 150;
    if (look_.lines_in_sale > 0 && kSale.Holds(before_end)) {
      return static_cast<int64_t>(look_.lines_in_sale) + random_.Below(20);
    }
    // Most visitors come shortly before the end, half a day earlier the fewest.
    const double day = static_cast<double>(before_end) / 1440;
    const double busy = 1 + 0.35 * std::cos(2 * M_PI * (day - 0.1));
    const int minutes = before_end <= kDenseMinutes ? 1 : before_end % 5 == 0 ? 5 : 0;
    return std::llround(look_.lines_a_minute * busy * minutes);
  }

  void WriteLine(int64_t before_end, std::string_view time) {
    const bool shop = site_ == "shop";
    const bool api = site_ == "api";
    if (shop && kBrokenLines.Holds(before_end) && random_.PerMille(100)) {
      text_ += random_.PerMille(500) ? "Segmentation fault (core dumped)\n" : "\n";
      return;
    }
    const bool down =
        !(shop || api) ? false : kOutage.Holds(before_end) || kYesterdaysOutage.Holds(before_end);
    Visit visit = traffic_.Next(down ? Health::kErrorBurst : Health::kUsual);
    if (shop && random_.PerMille(2)) {
      AppendOddLine(look_.format, OddKinds::kAll, visit, time, random_, text_);
      return;
    }
    bool known = false;
    for (const std::string_view method : look_.methods) known |= method == visit.method;
    if (!known) visit.method = "GET";
    const bool slow = api && kClientsGiveUp.Holds(before_end);
    if (slow && random_.PerMille(120)) SetStatus(499, visit);
    if (shop && kNewCode.Holds(before_end) && random_.PerMille(30)) {
      SetStatus(kNewCodeStatus, visit);
    }
    if (site_ == "blog" && kHoleScan.Holds(before_end) && random_.PerMille(700)) {
      visit.target = kHoles[random_.Below(static_cast<uint32_t>(kHoles.size()))];
      SetStatus(random_.PerMille(900) ? 404 : 403, visit);
    }
    AppendLine(look_.format, visit, time, text_);
    if (api) AddDurations(visit, slow);
  }

  static void SetStatus(int status, Visit& visit) {
    visit.status = status;
    visit.bytes = 0;
  }

  // In place of the request_time that AppendLine makes up: failing and slow requests take longer,
  // and what goes to the application has a time there as well.
  void AddDurations(const Visit& visit, bool slow) {
    const size_t begin = text_.rfind("\"request_time\":\"");
    const size_t end = text_.find(',', begin);
    double seconds = 0.002 * std::pow(1.07, random_.Below(70));  // 2 … 210 ms
    if (slow) seconds += visit.status == 499 ? 10 : 1 + random_.Below(5);
    if (visit.status == 502 || visit.status == 504) seconds += 5;
    std::string durations = absl::StrFormat("\"request_time\":\"%.3f\"", seconds);
    if (visit.status != 304 && visit.status != 404) {
      absl::StrAppendFormat(&durations, ",\"upstream_response_time\":\"%.3f\"", seconds * 0.9);
    }
    text_.replace(begin, end - begin, durations);
  }

  static constexpr std::array<std::string_view, 4> kHoles = {"/.env", "/wp-login.php",
                                                             "/.git/config", "/xmlrpc.php"};
  const std::string_view site_;
  const SiteLook look_;
  std::ofstream& out_;
  Traffic traffic_;
  Random random_;
  TimeText time_;
  std::string text_;
};

}  // namespace

absl::Status WriteScenarioLogs(const std::string& directory, int64_t end_unix, uint64_t seed) {
  for (const ScenarioSite& site : kScenarioSites) {
    const std::string path = absl::StrFormat("%s/%s", directory, std::string(site.log));
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    SiteLog log(site.name, out, seed++);
    for (int64_t before_end = kAllMinutes; before_end > 0; --before_end) {
      log.WriteMinute(end_unix - before_end * 60, before_end);
    }
    out.close();
    if (!out) return ErrnoStatus("write", path, errno);
  }
  return absl::OkStatus();
}

}  // namespace logtally::tools
