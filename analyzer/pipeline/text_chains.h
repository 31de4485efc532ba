// Which stored texts are pieces of one log text.
#ifndef LOGTALLY_PIPELINE_TEXT_CHAINS_H_
#define LOGTALLY_PIPELINE_TEXT_CHAINS_H_

#include <cstdint>
#include <vector>

#include "model/file_position.h"
#include "store/text_reader.h"

namespace logtally {

// One log text, counted in pieces: begun in one file, gone on with in another that held the same
// text (moved, copied or compressed). The file that holds the newest piece holds all of them.
struct TextChain {
  std::vector<FilePosition> pieces;  // oldest first; at least one
  TextTally stored;                  // of all pieces

  const FilePosition& newest() const { return pieces.back(); }
  int64_t bytes() const;  // counted
};

// The chains of all texts of which something was counted. A text that is remembered only so that it
// is not counted again (a copy) is in none. Where two texts go on with the same one, each chain has
// the pieces that they share.
std::vector<TextChain> ChainsOf(const std::vector<StoredText>& texts);

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_TEXT_CHAINS_H_
