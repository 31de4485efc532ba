// Which members of a JSON object are wanted, as a tree of their keys.
#ifndef LOGTALLY_PARSE_JSON_KEYS_H_
#define LOGTALLY_PARSE_JSON_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace logtally {

// Shape:  a member is named by the keys that lead to it, joined by '.': "request.method" is the
//         member `method` of the object that is the member `request`. A '.' or '\' that is part of
//         a key has a '\' before it: "labels.app\.name".
// Thread: any, once all members are added.
class JsonKeys {
 public:
  static constexpr int kNothing = -1;

  // No wanted member is nested deeper, which bounds the recursion of the walk.
  static constexpr size_t kMaxDepth = 8;

  // One key of one object. A wanted member and the objects around wanted ones; it may be both
  // (`request` is a string in one log and an object in another).
  struct Key {
    std::string text;
    int member = kNothing;  // what Add was given, if this very member is wanted
    int node = kNothing;    // where its own keys stand, if some of them are wanted
  };

  JsonKeys();

  // `member` is the caller's number for what `path` names, at least 0.
  // Errors: kInvalidArgument "…": an empty key, a '\' before anything else, too deep, wanted twice.
  absl::Status Add(std::string_view path, int member);

  // The key of an object, or null if it is not wanted. `text` is what stands between the quotes
  // of the key, escapes and all. `node` is 0 for the outermost object. Good until the next Add.
  const Key* Find(int node, std::string_view text) const;

 private:
  // The keys of one object in a hash table: most keys of a line are not wanted, and one look at
  // one slot says so.
  struct Node {
    std::vector<Key> keys;
    std::vector<int16_t> slots;  // indexes of `keys` or kNothing; a power of two of them
  };
  const Key* FindText(const Node& node, std::string_view text) const;
  void AddKey(int node, Key key);

  std::vector<Node> nodes_;
};

}  // namespace logtally

#endif  // LOGTALLY_PARSE_JSON_KEYS_H_
