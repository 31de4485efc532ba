// The real logrotate on a real nginx under a real load, in the ways in which both are set up.
#include "testing/logrotate.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>

#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/nginx.h"
#include "testing/process_usage.h"

namespace logtally::testing {
namespace {

constexpr int kRotations = 3;
constexpr absl::Duration kBetweenRotations = absl::Milliseconds(1500);

struct Cell {
  std::string name;
  std::vector<std::string> directives;
  std::string nginx_options;  // of its access_log
};

void PrintTo(const Cell& cell, std::ostream* out) { *out << cell.name; }

enum class Writing { kUnbuffered, kBuffered };

Cell CellOf(const std::string& name, Writing writing) {
  static const std::map<std::string, std::vector<std::string>> kDirectives = {
      {"create", {"create 0644"}},
      {"nocreate", {"nocreate"}},
      {"copytruncate", {"copytruncate"}},
      {"dateext", {"create 0644", kDateExt[0], kDateExt[1]}},
      {"olddir", {"create 0644", "olddir old", "createolddir 0755"}},
      {"compress", {"create 0644", "compress"}},
      {"delaycompress", {"create 0644", "compress", "delaycompress"}},
  };
  if (writing == Writing::kUnbuffered) return {name + "Unbuffered", kDirectives.at(name), ""};
  return {name + "Buffered", kDirectives.at(name), "buffer=64k flush=1s"};
}

class LogrotateNginx : public ::testing::TestWithParam<Cell> {};

TEST_P(LogrotateNginx, EveryResponseIsCountedOnce) {
  const bool copies = GetParam().directives.front() == "copytruncate";
  Nginx nginx(Nginx::Options{.access_log_options = GetParam().nginx_options});
  Logrotate logrotate(nginx.access_log(), GetParam().directives,
                      copies ? "" : nginx.reopen_command());
  Daemon daemon(Daemon::Following({nginx.access_log()}));
  daemon.WaitUntilReady();
  const int files_before = OpenFiles(daemon.pid());
  CountsWatch watch(daemon, [&] { return nginx.Truth(); });

  const absl::Duration span = (kRotations + 1) * kBetweenRotations;
  Wrk load(nginx.url(), span, 16);
  for (int i = 0; i < kRotations; ++i) {
    watch.LookFor(kBetweenRotations);
    logrotate.Rotate();
  }
  load.Wait();
  nginx.Quit();
  EXPECT_LE(OpenFiles(daemon.pid()), files_before + logrotate.rotations());
  EXPECT_LT(PeakMemoryBytes(daemon.pid()), kMemoryLimitBytes);

  const CodeCounts truth = nginx.Truth();
  EXPECT_GT(Total(truth), 3000) << "too little load to prove anything";
  int64_t missing = 0;
  if (copies) {
    // What nginx wrote between logrotate's copy and its truncation is in no file any more.
    LogWriter after(nginx.access_log());
    CountsWatch closing(daemon, [&] {
      CodeCounts all = truth;
      for (const auto& [code, count] : after.truth()) all[code] += count;
      return all;
    });
    missing = closing.ExpectMissingOnlyWithLosses(after);
  } else {
    missing = watch.ExpectAllCounted();
  }
  PrintFigures({{"rotations", logrotate.rotations()},
                {"lines", Total(truth)},
                {"differences", missing},
                {"looks", watch.looks()}});
}

std::string NameOf(const ::testing::TestParamInfo<Cell>& cell) { return cell.param.name; }

INSTANTIATE_TEST_SUITE_P(Cells, LogrotateNginx,
                         ::testing::Values(CellOf("create", Writing::kBuffered),
                                           CellOf("copytruncate", Writing::kUnbuffered),
                                           CellOf("compress", Writing::kBuffered),
                                           CellOf("delaycompress", Writing::kUnbuffered)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(LongRun, LogrotateNginx,
                         ::testing::Values(CellOf("create", Writing::kUnbuffered),
                                           CellOf("nocreate", Writing::kUnbuffered),
                                           CellOf("nocreate", Writing::kBuffered),
                                           CellOf("copytruncate", Writing::kBuffered),
                                           CellOf("dateext", Writing::kUnbuffered),
                                           CellOf("dateext", Writing::kBuffered),
                                           CellOf("olddir", Writing::kUnbuffered),
                                           CellOf("olddir", Writing::kBuffered),
                                           CellOf("compress", Writing::kUnbuffered),
                                           CellOf("delaycompress", Writing::kBuffered)),
                         NameOf);

}  // namespace
}  // namespace logtally::testing
