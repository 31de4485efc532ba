// Keeps the books on what the store holds, so that each update can be swapped against it.
#ifndef LOGTALLY_TAIL_POSITION_BOOK_H_
#define LOGTALLY_TAIL_POSITION_BOOK_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
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

  // Whether the site has any position at all.
  bool Knows(const std::string& site) const;

  // Calls `visit(const FilePosition&)` for every position of the site, in no order.
  template <typename Visit>
  void ForEach(const std::string& site, Visit visit) const {
    for (const auto& [key, entry] : entries_) {
      if (key.file.site == site) visit(entry.now);
    }
  }

  // What differs from the store, by site and path; and what the store must still hold.
  std::vector<PositionUpdate> Changes() const;
  // The store holds these updates now. What changed since Changes() said them is still a change.
  void MarkStored(const std::vector<PositionUpdate>& updates);

 private:
  struct Entry {
    FilePosition now;
    std::optional<FilePosition> stored;
  };
  absl::flat_hash_map<TextKey, Entry> entries_;
  absl::flat_hash_map<FileKey, int64_t> newest_;  // generation
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_POSITION_BOOK_H_
