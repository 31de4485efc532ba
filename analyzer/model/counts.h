// New counts on their way to the store, and durable counts on their way to people.
#ifndef LOGTALLY_MODEL_COUNTS_H_
#define LOGTALLY_MODEL_COUNTS_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "model/access_record.h"
#include "model/error_details.h"
#include "model/file_position.h"
#include "model/loss.h"
#include "model/method.h"
#include "model/status_code.h"

namespace logtally {

struct Tally {
  // A log may hold any number. Sums stay at this one; past 2^63 they would be no numbers at all.
  static constexpr int64_t kMaxBytes = int64_t{1} << 62;

  int64_t responses = 0;
  int64_t bytes = 0;  // sent to clients: at most kMaxBytes
  void operator+=(const Tally& other) {
    responses += other.responses;
    bytes = std::min(bytes, kMaxBytes - other.bytes) + other.bytes;
  }
  bool operator==(const Tally&) const = default;
};

// The minute (unix seconds, a multiple of 60) of what has no usable time: no time in the line, or
// one outside the window that the store keeps. It counts in the totals and nowhere else.
inline constexpr int64_t kUntimed = -1;

struct CountKey {
  int64_t minute_unix = kUntimed;
  SiteIndex site = 0;
  StatusCode code = 0;
  Method method = kOtherMethod;
  bool operator==(const CountKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const CountKey& k) {
    return H::combine(std::move(h), k.minute_unix, k.site, k.code, k.method);
  }
};

struct RejectKey {
  int64_t minute_unix = kUntimed;  // of the line's neighbours: a rejected line has no time
  SiteIndex site = 0;
  RejectReason reason = RejectReason::kNoMatch;
  bool operator==(const RejectKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const RejectKey& k) {
    return H::combine(std::move(h), k.minute_unix, k.site, k.reason);
  }
};

enum class DurationKind : uint8_t { kRequest, kUpstream };

// "request", "upstream": as in the database.
std::string_view DurationKindName(DurationKind kind);

// Upper bounds in seconds; the last bucket, above all of them, is +Inf.
inline constexpr std::array<double, 11> kDurationBounds = {.005, .01, .025, .05, .1, .25,
                                                           .5,   1,   2.5,  5,   10};

// A classic Prometheus histogram, not cumulative: each bucket holds its own observations.
struct DurationHistogram {
  std::array<int64_t, kDurationBounds.size() + 1> buckets = {};
  double sum_seconds = 0;
  void Observe(double seconds);
  void operator+=(const DurationHistogram& other);
  bool operator==(const DurationHistogram&) const = default;
};

struct DurationKey {
  SiteIndex site = 0;
  int8_t status_class = 0;  // first digit of the code; 0 for the class "other"
  DurationKind kind = DurationKind::kRequest;
  bool operator==(const DurationKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const DurationKey& k) {
    return H::combine(std::move(h), k.site, k.status_class, k.kind);
  }
};

// A text's place in CountBatch::texts.
using TextIndex = uint32_t;

// What one text (a log, or one generation of it) gave, whatever the time and the host: for the
// audit, which counts the logs again.
struct TextCodeKey {
  TextIndex text = 0;
  StatusCode code = 0;
  bool operator==(const TextCodeKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const TextCodeKey& k) {
    return H::combine(std::move(h), k.text, k.code);
  }
};

// Losses are kept by the hour in which they were found.
struct LossKey {
  int64_t hour_unix = 0;  // a multiple of 3600
  SiteIndex site = 0;
  LossCause cause = LossCause::kTruncation;
  std::string path;
  bool operator==(const LossKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const LossKey& k) {
    return H::combine(std::move(h), k.hour_unix, k.site, k.cause, k.path);
  }
};

// What was read from a site's logs, whatever became of it.
struct SiteIntake {
  int64_t read_bytes = 0;
  int64_t last_line_unix = 0;  // the newest time stamp of a counted line; 0 for none yet
};

// Labels whose values come from log lines, and so have a cap.
enum class CappedLabel : uint8_t { kSite, kMethod, kCode };
inline constexpr int kCappedLabelCount = 3;
std::string_view CappedLabelName(CappedLabel label);

// New counts since the last commit: what one transaction makes durable.
struct CountBatch {
  // Names of the sites that indexes stand for. It only grows while the process lives, so that an
  // index keeps its meaning from batch to batch.
  std::vector<std::string> sites;

  absl::flat_hash_map<CountKey, Tally> counts;
  absl::flat_hash_map<RejectKey, int64_t> rejects;
  absl::flat_hash_map<SiteIndex, SiteIntake> intake;
  ErrorDetailsByKey error_details;
  absl::flat_hash_map<DurationKey, DurationHistogram> durations;
  absl::flat_hash_map<SiteIndex, int64_t> untimed;         // responses under kUntimed
  std::array<int64_t, kCappedLabelCount> overflowed = {};  // by CappedLabel
  absl::flat_hash_map<LossKey, LossTally> losses;

  // Responses and rejects by the text that they were read from. Unlike `sites`, `texts` begins anew
  // with each batch.
  std::vector<TextKey> texts;
  absl::flat_hash_map<TextCodeKey, int64_t> text_codes;
  absl::flat_hash_map<TextIndex, int64_t> text_rejects;  // lines

  // Adds what `other` has counted. Indexes of sites and of texts must mean the same in both.
  void Merge(const CountBatch& other);

  // Rows that the store would write, about.
  size_t rows() const;

  // Counts what lies between the first and the last minute of each site, code and method in the
  // first one: for who wants sums, and when something was seen first and last. So a log of many
  // years takes no more memory than one of two minutes.
  void FoldMinutes();

  // Forgets all counts; `sites` stays.
  void Clear();
};

// All that is durable about one site.
struct SiteCounts {
  std::map<std::pair<StatusCode, Method>, Tally> responses;
  std::array<int64_t, kRejectReasonCount> rejects = {};
  SiteIntake intake;
  int64_t untimed = 0;          // responses in the totals only
  int64_t unlisted_errors = 0;  // error responses that no list has: see ErrorDetailsByKey
  std::map<std::pair<DurationKind, int8_t>, DurationHistogram> durations;

  std::array<LossTally, kLossCauseCount> losses = {};  // by LossCause

  int64_t counted_lines() const;
  int64_t rejected_lines() const;
};

// The durable totals of one moment: exactly what commit number `commit_seq` left in the store.
struct CountSnapshot {
  int64_t commit_seq = 0;
  std::map<std::string, SiteCounts> sites;  // by name
  std::array<int64_t, kCappedLabelCount> overflowed = {};

  // Adds a batch that has become durable.
  void Add(const CountBatch& batch);
};

}  // namespace logtally

#endif  // LOGTALLY_MODEL_COUNTS_H_
