// Keeps the books on what the store holds, so that each update can be swapped against it.
#ifndef LOGTALLY_TAIL_POSITION_BOOK_H_
#define LOGTALLY_TAIL_POSITION_BOOK_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/hash.h"
#include "model/file_position.h"

namespace logtally {

// Every position of every file that is known: as it is now, and as the store holds it.
// Thread: one thread at a time.
class PositionBook {
 public:
  explicit PositionBook(std::vector<FilePosition> stored);

  const FilePosition* Find(const TextKey& text) const;
  // The newest text of a file.
  const FilePosition* FindNewest(const FileKey& key) const;
  void Set(FilePosition position);

  // Calls `visit(const FilePosition&)` for every text of the site that begins as `first_bytes` do:
  // in as many bytes as its head has, at least `min_length`.
  template <typename Visit>
  void ForEachThatBegins(const std::string& site, std::string_view first_bytes, int64_t min_length,
                         Visit visit) const {
    const auto lengths = head_lengths_.find(site);
    if (lengths == head_lengths_.end()) return;
    for (auto length = lengths->second.lower_bound(static_cast<int32_t>(min_length));
         length != lengths->second.end() && *length <= std::ssize(first_bytes); ++length) {
      const auto found = by_head_.find({site, *length, StableHash(first_bytes.substr(0, *length))});
      if (found == by_head_.end()) continue;
      for (const TextKey& text : found->second) visit(*Find(text));
    }
  }

  // Whether the site has any position at all.
  bool Knows(const std::string& site) const;

  // What differs from the store, by site and path; and what the store must still hold.
  std::vector<PositionUpdate> Changes() const;
  // Whether Changes() may have something; costs nothing.
  bool MayHaveChanges() const { return !touched_.empty(); }
  // The store holds these updates now. What changed since Changes() said them is still a change.
  void MarkStored(const std::vector<PositionUpdate>& updates);

 private:
  using Head = std::tuple<std::string, int32_t, uint64_t>;  // site, length, hash
  void IndexHead(const FilePosition& position);
  void ForgetHead(const FilePosition& position);

  struct Entry {
    FilePosition now;
    std::optional<FilePosition> stored;
  };
  absl::flat_hash_map<TextKey, Entry> entries_;
  absl::flat_hash_set<TextKey> touched_;          // set since they were last stored
  absl::flat_hash_map<FileKey, int64_t> newest_;  // generation
  // For texts with a head. Heads have few lengths (see FileFollower::position).
  absl::flat_hash_map<Head, std::vector<TextKey>> by_head_;
  std::map<std::string, std::set<int32_t>> head_lengths_;  // by site; only ever grows
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_POSITION_BOOK_H_
