// What is kept of error responses beside their number: the most frequent paths, clients and
// referrers, how many clients there were, and two of the lines, by the hour, site and code.
#ifndef LOGTALLY_MODEL_ERROR_DETAILS_H_
#define LOGTALLY_MODEL_ERROR_DETAILS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "model/distinct_count.h"
#include "model/status_code.h"
#include "model/top_values.h"

namespace logtally {

// A site's place in CountBatch::sites.
using SiteIndex = uint32_t;

// Which lists there are. The numbers are those in the database.
enum class ErrorList : uint8_t { kPaths = 0, kClients = 1, kReferrers = 2 };
inline constexpr size_t kErrorLists = 3;

// Longer values are cut before they are listed; longer samples before they are kept.
inline constexpr size_t kMaxListedBytes = 256;
inline constexpr size_t kMaxSampleBytes = 512;

// One error response. Each view is good for the call that it is given to; "" means: not logged.
struct ErrorLine {
  std::string_view path;      // at most about kMaxListedBytes, as ListedText() makes them
  std::string_view client;    // likewise
  std::string_view referrer;  // likewise
  std::string_view line;      // the whole line, as it was logged
};

struct ErrorDetails {
  std::array<TopValues, kErrorLists> lists;  // by ErrorList
  DistinctCount clients;
  int64_t lines = 0;  // error lines that all of this is made from: exact
  // Bytes of the log, cut to kMaxSampleBytes, or what was stored of them: SampleText() makes both
  // fit to be stored and shown.
  std::string first_line;
  std::string last_line;

  TopValues& list(ErrorList which) { return lists[static_cast<size_t>(which)]; }
  const TopValues& list(ErrorList which) const { return lists[static_cast<size_t>(which)]; }

  void Add(const ErrorLine& line);
  // As if all that `later` has seen had been added here, after what is here.
  void Merge(const ErrorDetails& later);

  // How many clients there were; nothing if no line names one.
  struct Clients {
    int64_t number = 0;
    bool exact = false;  // otherwise right within a few per cent
  };
  std::optional<Clients> NumberOfClients() const;
  // First and last line, as SampleText() makes them; as many as there are.
  std::vector<std::string> Samples() const;

  // Memory beside the object itself.
  size_t heap_bytes() const;
  // Entries of all lists.
  size_t entries() const;
};

struct ErrorKey {
  int64_t hour_unix = 0;  // a multiple of 3600
  SiteIndex site = 0;
  StatusCode code = 0;
  bool operator==(const ErrorKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const ErrorKey& k) {
    return H::combine(std::move(h), k.hour_unix, k.site, k.code);
  }
};

// The details of a batch, in bounded memory. Whoever writes log lines can make as many hours, sites
// and codes as he likes, and values as long as he likes. Once the bound is reached, further error
// lines are in no list and only counted, until the batch is stored and begins anew.
class ErrorDetailsByKey {
 public:
  static constexpr int64_t kDefaultMaxBytes = 8 << 20;

  ErrorDetailsByKey() = default;
  explicit ErrorDetailsByKey(int64_t max_bytes) : max_bytes_(max_bytes) {}

  void Add(const ErrorKey& key, const ErrorLine& line);
  // All that another batch has, whose lines come after those here. Indexes of sites must mean the
  // same in both.
  void Merge(const ErrorDetailsByKey& later);

  const absl::node_hash_map<ErrorKey, ErrorDetails>& by_key() const { return by_key_; }
  // Error lines by site that are in no list, because the bound was reached.
  const absl::flat_hash_map<SiteIndex, int64_t>& unlisted() const { return unlisted_; }

  // So near the bound that the batch should be stored before more is read.
  bool is_full() const { return bytes_ > max_bytes_ / 2; }
  // All of the memory, but for what the allocator adds. Never more than `max_bytes`.
  int64_t bytes() const { return bytes_; }
  int64_t max_bytes() const { return max_bytes_; }
  void SetMaxBytes(int64_t max_bytes) { max_bytes_ = max_bytes; }

  void Clear();

 private:
  // Lets `grow` add to the details of a key, unless that could take more than there is left.
  template <typename Grow>
  void Change(const ErrorKey& key, int64_t lines, int64_t most_bytes, Grow grow);

  int64_t max_bytes_ = kDefaultMaxBytes;
  int64_t bytes_ = 0;
  absl::node_hash_map<ErrorKey, ErrorDetails> by_key_;
  absl::flat_hash_map<SiteIndex, int64_t> unlisted_;
};

// A sample as it may be stored and shown: without the queries of its URLs (they may hold secrets),
// and with what would command a terminal, or is not valid UTF-8, as \xHH. Twice is the same as
// once.
std::string SampleText(std::string_view line);

}  // namespace logtally

#endif  // LOGTALLY_MODEL_ERROR_DETAILS_H_
