#include "store/seal.h"

#include <bit>
#include <string>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_format.h"
#include "base/hash.h"
#include "base/status_macros.h"
#include "model/access_record.h"
#include "model/loss.h"
#include "model/method.h"

namespace logtally {
namespace {

// Bytes to be hashed: numbers of fixed length, texts with theirs before them.
class Bytes {
 public:
  template <typename Number>
  Bytes& operator<<(Number number) requires std::is_arithmetic_v<Number> {
    if constexpr (std::is_floating_point_v<Number>) {
      return *this << std::bit_cast<int64_t>(static_cast<double>(number));
    } else {
      const auto wide = static_cast<int64_t>(number);
      bytes_.append(reinterpret_cast<const char*>(&wide), sizeof wide);
      return *this;
    }
  }
  Bytes& operator<<(std::string_view text) {
    *this << static_cast<int64_t>(text.size());
    bytes_.append(text);
    return *this;
  }
  uint64_t Hash() const { return StableHash(bytes_); }

 private:
  std::string bytes_;
};

void Add(const SiteCounts& site, Bytes& bytes) {
  for (const auto& [key, tally] : site.responses) {
    bytes << key.first << MethodName(key.second) << tally.responses << tally.bytes;
  }
  for (const int64_t lines : site.rejects) bytes << lines;
  bytes << site.intake.read_bytes << site.intake.last_line_unix << site.untimed;
  bytes << site.unlisted_errors;
  for (const auto& [key, histogram] : site.durations) {
    bytes << DurationKindName(key.first) << key.second << histogram.sum_seconds;
    for (const int64_t observations : histogram.buckets) bytes << observations;
  }
  for (const LossTally& loss : site.losses) {
    bytes << loss.losses << loss.bytes << loss.lines << loss.from_unix << loss.to_unix;
  }
}

uint64_t HashOf(const FilePosition& position) {
  Bytes bytes;
  bytes << std::string_view(position.key.site) << position.key.inode << position.key.btime_ns;
  bytes << position.generation << position.start_offset << position.offset << position.size_seen;
  bytes << position.head_length << position.head_hash;
  bytes << position.anchor_length << position.anchor_hash;
  bytes << FileStateName(position.state) << std::string_view(position.path);
  return bytes.Hash();
}

}  // namespace

PositionSeal::PositionSeal(const std::vector<FilePosition>& positions) {
  for (const FilePosition& position : positions) Set(position);
}

void PositionSeal::Set(const FilePosition& position) {
  uint64_t& hash = hashes_[position.text()];
  sum_ -= hash;
  hash = HashOf(position);
  sum_ += hash;
}

uint64_t PositionSeal::ValueWith(const std::vector<PositionUpdate>& updates) const {
  uint64_t sum = sum_;
  for (const PositionUpdate& update : updates) {
    const auto known = hashes_.find(update.position.text());
    sum += HashOf(update.position) - (known == hashes_.end() ? 0 : known->second);
  }
  return sum;
}

int64_t SealOf(const CountSnapshot& counts, uint64_t positions) {
  Bytes bytes;
  bytes << counts.commit_seq << positions;
  for (const auto& [name, site] : counts.sites) {
    bytes << std::string_view(name);
    Add(site, bytes);
  }
  for (const int64_t overflowed : counts.overflowed) bytes << overflowed;
  return static_cast<int64_t>(bytes.Hash());
}

int64_t SealVocabulary() {
  Bytes bytes;
  for (const std::string_view method : Methods()) bytes << method;
  for (int i = 0; i < kRejectReasonCount; ++i) {
    bytes << RejectReasonName(static_cast<RejectReason>(i));
  }
  for (int i = 0; i < kLossCauseCount; ++i) bytes << LossCauseName(static_cast<LossCause>(i));
  for (int i = 0; i < kCappedLabelCount; ++i) {
    bytes << CappedLabelName(static_cast<CappedLabel>(i));
  }
  for (const double bound : kDurationBounds) bytes << bound;
  bytes << std::string_view("unlisted_errors");  // a total that older programs did not seal
  return static_cast<int64_t>(bytes.Hash());
}

absl::Status CheckSeal(Database& database, const CountSnapshot& counts,
                       const PositionSeal& positions) {
  ASSIGN_OR_RETURN(const int64_t sealed,
                   database.QueryInt("SELECT count(*) FROM meta WHERE key = 'seal'"));
  if (sealed == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(
      const int64_t vocabulary,
      database.QueryInt("SELECT coalesce(max(value), 0) FROM meta WHERE key = 'seal_vocabulary'"));
  if (vocabulary != SealVocabulary()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const int64_t seal,
                   database.QueryInt("SELECT value FROM meta WHERE key = 'seal'"));
  if (seal == SealOf(counts, positions.value())) return absl::OkStatus();
  return absl::DataLossError(absl::StrFormat(
      "read %s: its totals and read positions are not those that were stored", database.path()));
}

}  // namespace logtally
