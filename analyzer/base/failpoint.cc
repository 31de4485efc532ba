#include "base/failpoint.h"

#ifndef NDEBUG

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <iterator>

#include "base/environment.h"
#include "base/text.h"

namespace logtally {
namespace {

struct Chosen {
  std::string_view name;
  int64_t passage = 1;
};

// The environment does not change while the program runs.
const Chosen& ChosenFailpoint() {
  static const Chosen chosen = [] {
    const std::string_view given = Environment("LOGTALLY_FAILPOINT");
    const size_t colon = given.find(':');
    if (colon == given.npos) return Chosen{given};
    return Chosen{given.substr(0, colon), ParseInt64(given.substr(colon + 1)).value_or(1)};
  }();
  return chosen;
}

}  // namespace

void Failpoint(std::string_view name) {
  assert(std::find(std::begin(kFailpoints), std::end(kFailpoints), name) != std::end(kFailpoints) &&
         "a failpoint that is not in the table is never swept");
  const Chosen& chosen = ChosenFailpoint();
  if (chosen.name != name) return;
  static std::atomic<int64_t> passages = 0;
  if (++passages == chosen.passage) ::_exit(137);  // as a shell says of kill -9
}

}  // namespace logtally

#endif  // NDEBUG
