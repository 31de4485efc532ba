#include "parse/json_keys.h"

#include <cassert>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "parse/json_text.h"

namespace logtally {
namespace {

constexpr size_t kMinSlots = 8;

// Length and three bytes tell the keys of a log apart well enough; a compare settles the rest.
size_t HashOf(std::string_view key) {
  if (key.empty()) return 0;
  const auto byte = [&](size_t i) {
    return static_cast<size_t>(static_cast<unsigned char>(key[i]));
  };
  return key.size() * 5 + byte(0) * 11 + byte(key.size() / 2) * 3 + byte(key.size() - 1) * 7;
}

absl::StatusOr<std::vector<std::string>> SplitPath(std::string_view path) {
  std::vector<std::string> keys(1);
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '.') {
      keys.emplace_back();
      continue;
    }
    if (path[i] == '\\') {
      if (++i == path.size() || (path[i] != '.' && path[i] != '\\')) {
        return absl::InvalidArgumentError(
            absl::StrFormat("%s: expected '.' or '\\' after '\\'", path));
      }
    }
    keys.back() += path[i];
  }
  for (const std::string& key : keys) {
    if (key.empty())
      return absl::InvalidArgumentError(absl::StrFormat("\"%s\": an empty key", path));
  }
  return keys;
}

}  // namespace

JsonKeys::JsonKeys() : nodes_(1) { nodes_.front().slots.assign(kMinSlots, kNothing); }

absl::Status JsonKeys::Add(std::string_view path, int member) {
  assert(member >= 0);
  ASSIGN_OR_RETURN(const std::vector<std::string> keys, SplitPath(path));
  if (keys.size() > kMaxDepth) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: nested deeper than %d keys", path, kMaxDepth));
  }
  int node = 0;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (FindText(nodes_[static_cast<size_t>(node)], keys[i]) == nullptr) AddKey(node, {keys[i]});
    auto& key = const_cast<Key&>(*FindText(nodes_[static_cast<size_t>(node)], keys[i]));
    if (i + 1 == keys.size()) {
      if (std::exchange(key.member, member) != kNothing) {
        return absl::InvalidArgumentError(absl::StrFormat("%s is named twice", path));
      }
      break;
    }
    if (key.node == kNothing) {
      key.node = static_cast<int>(nodes_.size());
      node = key.node;
      nodes_.emplace_back().slots.assign(kMinSlots, kNothing);
    } else {
      node = key.node;
    }
  }
  return absl::OkStatus();
}

void JsonKeys::AddKey(int index, Key key) {
  Node& node = nodes_[static_cast<size_t>(index)];
  node.keys.push_back(std::move(key));
  if (node.keys.size() * 4 > node.slots.size()) node.slots.resize(node.slots.size() * 4);
  // Keys are few and are added at start: every slot is set anew.
  node.slots.assign(node.slots.size(), kNothing);
  for (size_t i = 0; i < node.keys.size(); ++i) {
    size_t slot = HashOf(node.keys[i].text) & (node.slots.size() - 1);
    while (node.slots[slot] != kNothing) slot = (slot + 1) & (node.slots.size() - 1);
    node.slots[slot] = static_cast<int16_t>(i);
  }
}

const JsonKeys::Key* JsonKeys::FindText(const Node& node, std::string_view text) const {
  const size_t mask = node.slots.size() - 1;
  for (size_t slot = HashOf(text) & mask; node.slots[slot] != kNothing; slot = (slot + 1) & mask) {
    const Key& key = node.keys[static_cast<size_t>(node.slots[slot])];
    if (key.text == text) return &key;
  }
  return nullptr;
}

const JsonKeys::Key* JsonKeys::Find(int node, std::string_view text) const {
  const Node& keys = nodes_[static_cast<size_t>(node)];
  if (text.find('\\') == std::string_view::npos) return FindText(keys, text);
  // Hardly any writer escapes a key. A long one is none of ours.
  constexpr size_t kMaxEscapedKeyBytes = 256;
  if (text.size() > kMaxEscapedKeyBytes) return nullptr;
  std::string unescaped;
  AppendUnescaped(text, unescaped);
  return FindText(keys, unescaped);
}

}  // namespace logtally
