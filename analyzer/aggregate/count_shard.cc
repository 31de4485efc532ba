// How a line is added up without a hash map.
//
// The lines of a chunk fall into few (minute, site, code, method). So their counters are kept in a
// small table, at the place that a hash of the packed key says; a key that finds another one at its
// place sends that one to the batch and takes over. At the end of the chunk all go to the batch.
// The sums do not depend on who found what where.
#include "aggregate/count_shard.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "model/time_window.h"

namespace logtally {
namespace {

// A packed key, from the highest bits: 27 of the minute (until the year 2225), 19 of the site, 10
// of the code (+1), 8 of the method.
constexpr int kMethodBits = 8;
constexpr int kCodeBits = 10;
constexpr int kSiteBits = 19;
constexpr int kMinuteBits = 27;
static_assert(kMethodBits + kCodeBits + kSiteBits + kMinuteBits == 64);
static_assert(kMaxStatusCode + 1 < 1 << kCodeBits && kMinStatusCode + 1 == 0);

constexpr int64_t kSecondsPerMinute = 60;

// kUntimed is minute number 0. Nothing for what does not fit.
std::optional<uint64_t> Pack(const CountKey& key) {
  const int64_t minute = key.minute_unix == kUntimed ? 0 : key.minute_unix / kSecondsPerMinute + 1;
  if (minute < 0 || minute >= int64_t{1} << kMinuteBits || key.site >= 1U << kSiteBits) {
    return std::nullopt;
  }
  uint64_t packed = static_cast<uint64_t>(minute);
  packed = packed << kSiteBits | key.site;
  packed = packed << kCodeBits | static_cast<uint64_t>(key.code - kMinStatusCode);
  return packed << kMethodBits | key.method;
}

CountKey Unpack(uint64_t packed) {
  const auto take = [&](int bits) {
    const uint64_t value = packed & ((uint64_t{1} << bits) - 1);
    packed >>= bits;
    return value;
  };
  CountKey key;
  key.method = static_cast<Method>(take(kMethodBits));
  key.code = static_cast<StatusCode>(static_cast<int>(take(kCodeBits)) + kMinStatusCode);
  key.site = static_cast<SiteIndex>(take(kSiteBits));
  const auto minute = static_cast<int64_t>(packed);
  key.minute_unix = minute == 0 ? kUntimed : (minute - 1) * kSecondsPerMinute;
  return key;
}

size_t PlaceOf(uint64_t key, int bits) { return (key * 0x9e3779b97f4a7c15) >> (64 - bits); }

int8_t ClassOf(StatusCode code) {
  return static_cast<int8_t>(code >= 100 && code <= 599 ? code / 100 : 0);
}

}  // namespace

CountShard::CountShard(Options options, SiteTable& sites, CountBatch& batch)
    : options_(options), sites_(sites), batch_(batch) {
  batch_.error_details.SetMaxBytes(options_.max_error_details_bytes);
}

void CountShard::Begin(const ChunkOrigin& origin) {
  if (origin.site_index != origin_.site_index || origin.rules != origin_.rules) {
    for (HostSlot& slot : hosts_) slot.is_free = true;
  }
  origin_ = origin;
  last_minute_.reset();
}

SiteIndex CountShard::SiteOf(std::string_view host) {
  const size_t hash = std::hash<std::string_view>()(host);
  HostSlot& slot = hosts_[hash % hosts_.size()];
  if (!slot.is_free && slot.host == host) return slot.site;
  const SiteTable::Site site = sites_.Of(origin_.site, host);
  if (site.overflowed) {
    ++batch_.overflowed[static_cast<int>(CappedLabel::kSite)];
  } else {
    slot.host = host;
    slot.site = site.index;
    slot.is_free = false;
  }
  return site.index;
}

int64_t CountShard::LastMinute() {
  if (!last_minute_) last_minute_ = origin_.before == nullptr ? kUntimed : origin_.before->Get();
  return *last_minute_;
}

int64_t CountShard::MinuteOf(const std::optional<int64_t>& time_unix) {
  if (!time_unix) return LastMinute();
  const int64_t time = *time_unix;
  if (time < origin_.oldest_unix || time > origin_.newest_unix) return kUntimed;
  if (last_minute_ && *last_minute_ != kUntimed && time >= *last_minute_ &&
      time - *last_minute_ < kSecondsPerMinute) {
    return *last_minute_;
  }
  last_minute_ = FloorTo(time, kSecondsPerMinute);
  return *last_minute_;
}

void CountShard::Count(const AccessRecord& record) {
  const SiteIndex site = origin_.splits_hosts ? SiteOf(record.host) : origin_.site_index;
  const int64_t minute = MinuteOf(record.time_unix);
  const CountKey key = {minute, site, record.status, record.method};
  const std::optional<uint64_t> packed = Pack(key);
  CountSlot apart;
  CountSlot& slot = packed ? counts_[PlaceOf(*packed, kCountSlotBits)] : apart;
  if (packed && slot.key != *packed) {
    Spill(slot);
    slot.key = *packed;
  }
  ++slot.responses;
  slot.bytes = std::min(slot.bytes, Tally::kMaxBytes - record.bytes) + record.bytes;
  if (minute != kUntimed && record.time_unix) {
    slot.last_unix = std::max(slot.last_unix, *record.time_unix);
  }
  if (!packed) AddCounts(key, apart);

  if (record.duration_seconds) {
    Observe(site, record.status, DurationKind::kRequest, *record.duration_seconds);
  }
  if (record.upstream_seconds) {
    Observe(site, record.status, DurationKind::kUpstream, *record.upstream_seconds);
  }
  if (IsErrorStatus(record.status) && minute != kUntimed) {
    error_lister_.Add({FloorTo(minute, options_.error_grain_seconds), site, record.status}, record,
                      batch_.error_details);
  }
}

void CountShard::Observe(SiteIndex site, StatusCode code, DurationKind kind, double seconds) {
  const uint64_t key =
      uint64_t{site} << 8 | static_cast<uint64_t>(ClassOf(code)) << 4 | static_cast<uint64_t>(kind);
  DurationSlot& slot = durations_[PlaceOf(key, kDurationSlotBits)];
  if (slot.key != key) {
    Spill(slot);
    slot.key = key;
  }
  slot.histogram.Observe(seconds);
}

void CountShard::Reject(RejectReason reason) {
  const int64_t last = LastMinute();
  const int64_t minute = last == kUntimed ? origin_.now_minute_unix : last;
  batch_.intake[origin_.site_index];  // a batch with nothing but rejects is not empty
  ++batch_.rejects[{minute, origin_.site_index, reason}];
  if (origin_.text) ++batch_.text_rejects[*origin_.text];
}

void CountShard::AddCounts(const CountKey& key, const CountSlot& sums) {
  batch_.counts[key] += Tally{sums.responses, sums.bytes};
  if (origin_.text) batch_.text_codes[{*origin_.text, key.code}] += sums.responses;
  SiteIntake& intake = batch_.intake[key.site];
  intake.last_line_unix = std::max(intake.last_line_unix, sums.last_unix);
  if (key.minute_unix == kUntimed) batch_.untimed[key.site] += sums.responses;
  const auto overflow = [&](CappedLabel label) {
    batch_.overflowed[static_cast<int>(label)] += sums.responses;
  };
  if (key.method == kOtherMethod) overflow(CappedLabel::kMethod);
  if (!IsLabelStatus(key.code)) overflow(CappedLabel::kCode);
}

void CountShard::Spill(CountSlot& slot) {
  if (slot.key == kFree) return;
  AddCounts(Unpack(slot.key), slot);
  slot = {};
}

void CountShard::Spill(DurationSlot& slot) {
  if (slot.key == kFree) return;
  const DurationKey key = {static_cast<SiteIndex>(slot.key >> 8),
                           static_cast<int8_t>(slot.key >> 4 & 0xf),
                           static_cast<DurationKind>(slot.key & 0xf)};
  batch_.durations[key] += slot.histogram;
  slot = {};
}

void CountShard::End() {
  for (CountSlot& slot : counts_) Spill(slot);
  for (DurationSlot& slot : durations_) Spill(slot);
  if (origin_.after != nullptr) origin_.after->Set(LastMinute());
}

}  // namespace logtally
