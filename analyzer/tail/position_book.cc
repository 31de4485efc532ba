#include "tail/position_book.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace logtally {
namespace {

auto Fields(const FilePosition& position) {
  return std::tie(position.device, position.offset, position.size_seen, position.head_length,
                  position.head_hash, position.anchor_length, position.anchor_hash, position.state,
                  position.path);
}

}  // namespace

PositionBook::PositionBook(std::vector<FilePosition> stored) {
  for (FilePosition& position : stored) {
    const FilePosition copy = position;
    Set(std::move(position));
    entries_[copy.text()].stored = copy;
  }
  touched_.clear();
}

const FilePosition* PositionBook::FindNewest(const FileKey& key) const {
  const auto it = newest_.find(key);
  return it == newest_.end() ? nullptr : Find({key, it->second});
}

const FilePosition* PositionBook::Find(const TextKey& text) const {
  const auto it = entries_.find(text);
  return it == entries_.end() ? nullptr : &it->second.now;
}

void PositionBook::Set(FilePosition position) {
  const TextKey text = position.text();
  const auto newest = newest_.try_emplace(text.file, text.generation).first;
  newest->second = std::max(newest->second, text.generation);
  touched_.insert(text);
  FilePosition& now = entries_[text].now;
  const bool same_head = now.head_length == position.head_length &&
                         now.head_hash == position.head_hash && now.key == position.key;
  if (!same_head) ForgetHead(now);
  now = std::move(position);
  if (!same_head) IndexHead(now);
}

void PositionBook::IndexHead(const FilePosition& position) {
  if (position.head_length == 0) return;
  by_head_[{position.key.site, position.head_length, position.head_hash}].push_back(
      position.text());
  head_lengths_[position.key.site].insert(position.head_length);
}

void PositionBook::ForgetHead(const FilePosition& position) {
  const auto found = by_head_.find({position.key.site, position.head_length, position.head_hash});
  if (found == by_head_.end()) return;
  std::erase(found->second, position.text());
  if (found->second.empty()) by_head_.erase(found);
}

bool PositionBook::Knows(const std::string& site) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const auto& entry) { return entry.first.file.site == site; });
}

std::vector<PositionUpdate> PositionBook::Changes() const {
  std::vector<PositionUpdate> changes;
  for (const TextKey& text : touched_) {
    const Entry& entry = entries_.at(text);
    if (!entry.stored.has_value()) {
      changes.push_back({entry.now, std::nullopt});
    } else if (Fields(entry.now) != Fields(*entry.stored)) {
      changes.push_back({entry.now, entry.stored->offset});
    }
  }
  std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) {
    const auto order = [](const FilePosition& position) {
      return std::tie(position.key.site, position.path, position.key.btime_ns, position.key.inode,
                      position.generation);
    };
    return order(a.position) < order(b.position);
  });
  return changes;
}

void PositionBook::MarkStored(const std::vector<PositionUpdate>& updates) {
  for (const PositionUpdate& update : updates) {
    entries_[update.position.text()].stored = update.position;
  }
  absl::erase_if(touched_, [&](const TextKey& text) {
    const Entry& entry = entries_.at(text);
    return entry.stored.has_value() && Fields(entry.now) == Fields(*entry.stored);
  });
}

}  // namespace logtally
