// Batches and positions for the stories about the store: a log whose every line is 100 bytes long.
#ifndef LOGTALLY_UNIT_STORE_STORE_KIT_H_
#define LOGTALLY_UNIT_STORE_STORE_KIT_H_

#include <memory>
#include <string>
#include <vector>

#include "model/counts.h"
#include "store/count_store.h"
#include "testing/status_matchers.h"

namespace logtally {

inline constexpr int64_t kKitMinute = 1700000040;

// What one site's log gave: `lines` lines of code 200 from line `from` on, spread over some
// minutes and paths, so that a commit touches several pages.
inline CountBatch BatchOfLines(int64_t from, int64_t lines) {
  CountBatch batch;
  batch.sites = {"shop"};
  for (int64_t line = from; line < from + lines; ++line) {
    const int64_t minute = kKitMinute + 60 * (line % 50);
    batch.counts[{minute, 0, 200, ParseMethod("GET")}] += {1, 10};
    const std::string path =
        "/a-rather-long-path-to-a-file-that-is-not-there/" + std::to_string(line % 40);
    batch.error_details.Add({kKitMinute / 3600 * 3600, 0, 404}, {.path = path});
  }
  batch.intake[0] = {100 * lines, kKitMinute};
  return batch;
}

inline PositionUpdate MovedTo(int64_t from, int64_t to) {
  PositionUpdate update;
  update.position.key = {"shop", 42, 7};
  update.position.offset = to;
  update.position.path = "/var/log/shop.log";
  if (from > 0) update.stored_offset = from;
  return update;
}

// How many lines the store has counted, and how far the log was read: always the same.
inline int64_t LinesIn(const CountStore& store) {
  const auto site = store.counts().sites.find("shop");
  return site == store.counts().sites.end() ? 0 : site->second.counted_lines();
}
inline int64_t OffsetIn(CountStore& store) {
  const auto positions = store.LoadPositions();
  EXPECT_OK(positions);
  return positions.ok() && !positions->empty() ? positions->at(0).offset : 0;
}

// Reads on from where the store is, as the pipeline would: `lines` more, in one commit.
inline absl::Status CountMore(CountStore& store, int64_t lines) {
  const int64_t at = LinesIn(store);
  return store.Commit(BatchOfLines(at, lines), {MovedTo(100 * at, 100 * (at + lines))});
}

}  // namespace logtally

#endif  // LOGTALLY_UNIT_STORE_STORE_KIT_H_
