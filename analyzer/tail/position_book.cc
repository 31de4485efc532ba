#include "tail/position_book.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace logtally {
namespace {

auto Fields(const FilePosition& position) {
  return std::tie(position.device, position.generation, position.offset, position.size_seen,
                  position.head_length, position.head_hash, position.anchor_length,
                  position.anchor_hash, position.state, position.path);
}

}  // namespace

PositionBook::PositionBook(std::vector<FilePosition> stored) {
  for (FilePosition& position : stored) {
    const FileKey key = position.key;
    entries_[key] = {position, position};
  }
}

const FilePosition* PositionBook::Find(const FileKey& key) const {
  const auto it = entries_.find(key);
  return it == entries_.end() ? nullptr : &it->second.now;
}

void PositionBook::Set(FilePosition position) {
  const FileKey key = position.key;
  entries_[key].now = std::move(position);
}

bool PositionBook::Knows(const std::string& site) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const auto& entry) { return entry.first.site == site; });
}

std::vector<PositionUpdate> PositionBook::Changes() const {
  std::vector<PositionUpdate> changes;
  for (const auto& [key, entry] : entries_) {
    if (!entry.stored.has_value()) {
      changes.push_back({entry.now, std::nullopt, std::nullopt});
    } else if (Fields(entry.now) != Fields(*entry.stored)) {
      changes.push_back({entry.now, entry.stored->generation, entry.stored->offset});
    }
  }
  std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) {
    const auto order = [](const FilePosition& position) {
      return std::tie(position.key.site, position.path, position.key.btime_ns, position.key.inode);
    };
    return order(a.position) < order(b.position);
  });
  return changes;
}

void PositionBook::MarkStored(const std::vector<PositionUpdate>& updates) {
  for (const PositionUpdate& update : updates) {
    entries_[update.position.key].stored = update.position;
  }
}

}  // namespace logtally
