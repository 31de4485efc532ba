// A client that writes what it likes into every field of the log cannot make a series of its own.
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_format.h"
#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/process_usage.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

TEST(LabelAttack, SeriesStayFewAndEveryLineIsCounted) {
  constexpr int kLines = 30'000;
  constexpr int kMaxHosts = 10;
  TempDir dir;
  LogWriter log(dir / "access.log");
  WriteFile(dir / "logtally.yaml",
            absl::StrFormat("sites: [{name: shop, paths: [%s], format: apache_vhost_combined, "
                            "split_hosts: true, max_hosts: %d}]\n",
                            log.path(), kMaxHosts));
  std::mt19937 random(5);
  std::string lines;
  CodeCounts truth;
  for (int i = 0; i < kLines; ++i) {
    const int code = static_cast<int>(random() % 1000);
    absl::StrAppendFormat(&lines,
                          "h%d.example:443 192.0.2.7 - u%d [10/Oct/2023:13:55:36 +0000] "
                          "\"M%d /%d?x={code=\\\"200\\\"} HTTP/1.1\" %03d 17 \"r%d\" \"a%d\"\n",
                          i, i, i, i, code, i, i);
    ++truth[CodeText(code)];
  }
  log.AppendRaw(lines);
  Daemon daemon(Daemon::Configured(dir / "logtally.yaml"));
  CountsWatch watch(daemon, [&] { return truth; });
  daemon.WaitForCodes(AsLabels(truth));
  const MetricsPage page = daemon.Metrics();
  // (hosts + the site) × (documented and seen codes) × (methods: GET and other) at the most; each
  // family of the page is bounded by the same product.
  EXPECT_LT(page.samples().size(), size_t{(kMaxHosts + 1) * 510 * 2 + 3000});
  EXPECT_LE(page.SumBy("logtally_http_responses_total", "site").size(), size_t{kMaxHosts + 1});
  EXPECT_LT(page.SumBy("logtally_http_responses_total", "method").size(), 10u);
  EXPECT_GT(page.Sum("logtally_labels_overflowed_total"), 0);
  EXPECT_LT(PeakMemoryBytes(daemon.pid()), kMemoryLimitBytes);
  const auto series = static_cast<int64_t>(page.samples().size());
  const int64_t differences = watch.ExpectAllCounted();
  PrintFigures({{"lines", kLines}, {"series", series}, {"differences", differences}});
}

}  // namespace
}  // namespace logtally::testing
