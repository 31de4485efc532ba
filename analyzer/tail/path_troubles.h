// Remembers which paths cannot be followed at the moment, so that each trouble is told once.
#ifndef LOGTALLY_TAIL_PATH_TROUBLES_H_
#define LOGTALLY_TAIL_PATH_TROUBLES_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tail/tailer.h"

namespace logtally {

// What is wrong with which path, said once when it begins and once when it is over.
//
// Shape:  a pass is told again every trouble that it meets; what it was not told has ended.
// Thread: one thread at a time.
class PathTroubles {
 public:
  struct Trouble {
    std::string text;
    bool failing = true;  // else: only worth a word, as a glob that matches nothing yet
    bool met = true;      // in this pass
  };
  using Key = std::pair<std::string, std::string>;  // site, path or pattern

  // `notices` must outlive this.
  explicit PathTroubles(std::vector<TailNotice>& notices) : notices_(notices) {}

  void BeginPass();
  void Meet(const std::string& site, const std::string& path, std::string text,
            bool failing = true);
  void EndPass();

  const std::map<Key, Trouble>& current() const { return current_; }

 private:
  std::map<Key, Trouble> current_;
  std::vector<TailNotice>& notices_;
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_PATH_TROUBLES_H_
