#include "bench/compare/sample.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/unique_fd.h"
#include "bench/compare/child.h"

namespace logtally::bench {
namespace {

namespace fs = std::filesystem;

// One line of 1,000 is odd: about what a public web server sees. Only what servers write: mtail
// never comes to an end where there are bytes that are no UTF-8 (3.0.0~rc50).
constexpr const char* kOddPermille = "1";

bool IsFresh(const std::string& path, const std::string& maker) {
  std::error_code error;
  return fs::exists(path, error) &&
         fs::last_write_time(path, error) >= fs::last_write_time(maker, error);
}

}  // namespace

absl::StatusOr<Sample> PrepareSample(Input input, const SampleOrder& order) {
  const std::string format = input == Input::kJson ? "nginx_json" : "nginx_combined";
  const std::string log =
      absl::StrFormat("%s/%s_%d_%d.log", order.directory, format, order.lines, order.seed);
  const std::string truth = log + ".truth", said = log + ".err";
  if (!IsFresh(log, order.loggen) || !IsFresh(truth, order.loggen)) {
    absl::FPrintF(stderr, "bench: writing %s\n", log);
    RETURN_IF_ERROR(Run({order.loggen, "--lines", std::to_string(order.lines), "--seed",
                         std::to_string(order.seed), "--odd", kOddPermille, "--odd-kinds",
                         "servers", "--format", format, "--truth", truth, "-o", log},
                        "/dev/null", said));
  }
  Sample sample{.path = log, .bytes = static_cast<int64_t>(fs::file_size(log)), .truth = {}};
  ASSIGN_OR_RETURN(const std::string truth_text, ReadWhole(truth));
  ASSIGN_OR_RETURN(sample.truth, ReadTruth(truth_text));
  if (input == Input::kCombinedGzip) {
    sample.path = log + ".gz";
    if (!IsFresh(sample.path, log)) {
      absl::FPrintF(stderr, "bench: writing %s\n", sample.path);
      RETURN_IF_ERROR(Run({"gzip", "-c", log}, sample.path + ".part", said));
      fs::rename(sample.path + ".part", sample.path);
    }
  }
  return sample;
}

void Warm(const std::string& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::vector<char> buffer(1 << 20);
  while (read(fd.get(), buffer.data(), buffer.size()) > 0) continue;
}

}  // namespace logtally::bench
