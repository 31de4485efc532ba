#include "pipeline/text_chains.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace logtally {
namespace {

bool HoldsCounts(const StoredText& text) {
  return text.position.offset > text.position.start_offset || text.tally != TextTally();
}

// The texts that `last` goes on with, itself included, newest first. A row that leads back to
// itself, which no version writes, ends the walk.
std::vector<const StoredText*> WalkBack(
    const StoredText& last, const absl::flat_hash_map<TextKey, const StoredText*>& by_key) {
  std::vector<const StoredText*> walked;
  for (const StoredText* text = &last; text != nullptr;) {
    if (std::find(walked.begin(), walked.end(), text) != walked.end()) break;
    walked.push_back(text);
    if (!text->position.continues) break;
    const auto before = by_key.find(*text->position.continues);
    text = before == by_key.end() ? nullptr : before->second;
  }
  return walked;
}

}  // namespace

int64_t TextChain::bytes() const {
  int64_t bytes = 0;
  for (const FilePosition& piece : pieces) bytes += piece.offset - piece.start_offset;
  return bytes;
}

std::vector<TextChain> ChainsOf(const std::vector<StoredText>& texts) {
  absl::flat_hash_map<TextKey, const StoredText*> by_key;
  for (const StoredText& text : texts) by_key[text.position.text()] = &text;
  absl::flat_hash_set<const StoredText*> gone_on_with;
  for (const StoredText& text : texts) {
    if (!HoldsCounts(text)) continue;
    for (const StoredText* before : WalkBack(text, by_key)) {
      if (before != &text) gone_on_with.insert(before);
    }
  }
  std::vector<TextChain> chains;
  for (const StoredText& text : texts) {
    if (!HoldsCounts(text) || gone_on_with.contains(&text)) continue;
    TextChain& chain = chains.emplace_back();
    for (const StoredText* piece : WalkBack(text, by_key)) {
      if (!HoldsCounts(*piece)) continue;
      chain.pieces.insert(chain.pieces.begin(), piece->position);
      chain.stored += piece->tally;
    }
  }
  return chains;
}

}  // namespace logtally
