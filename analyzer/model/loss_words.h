// What a loss means and what can be done about it: the same words wherever people read of it.
// Nothing here comes from logs.
#ifndef LOGTALLY_MODEL_LOSS_WORDS_H_
#define LOGTALLY_MODEL_LOSS_WORDS_H_

#include <string>
#include <string_view>

#include "model/loss.h"

namespace logtally {

// One sentence each, in ASCII.
struct LossWords {
  std::string_view meaning;
  std::string_view remedy;
};
LossWords LossWordsOf(LossCause cause);

// "3 times, at least 1.2 KiB, 2 lines", "once, at least 2 lines", "once, perhaps; how much is not
// known". For a tally that holds something.
std::string LossAmountWords(const LossTally& tally);

}  // namespace logtally

#endif  // LOGTALLY_MODEL_LOSS_WORDS_H_
