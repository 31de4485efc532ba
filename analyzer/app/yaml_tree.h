// A YAML file as a tree in which every value knows its place, for messages that point at it.
#ifndef LOGTALLY_APP_YAML_TREE_H_
#define LOGTALLY_APP_YAML_TREE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace logtally {

struct YamlNode {
  // A scalar is kPlain (404, true, nginx) or kQuoted ("404", or a block of text): only a plain one
  // can be a number or a flag.
  enum class Kind { kNull, kPlain, kQuoted, kList, kMapping };

  Kind kind = Kind::kNull;
  int line = 1;  // counted from 1, as editors do
  int column = 1;
  std::string text;             // of kPlain and kQuoted
  std::vector<YamlNode> keys;   // of kMapping: keys[i] belongs to items[i]; all of them, in file
  std::vector<YamlNode> items;  // order, so that the reader sees a key that is there twice
};

// Why a file is no such tree.
struct YamlMistake {
  int line = 1;
  int column = 1;
  std::string expected;
  std::string got;
};

inline constexpr size_t kMaxYamlBytes = 1 << 20;
inline constexpr size_t kMaxYamlDepth = 16;

// Reads the one document of `yaml`. A file without any content is a kNull node.
//
// Errors: malformed YAML, bytes that are not UTF-8 text, and what no configuration needs and a
//         hostile one could use: anchors and aliases (a few lines that stand for gigabytes), tags,
//         a second document, more than kMaxYamlDepth levels, more than kMaxYamlBytes.
std::variant<YamlNode, YamlMistake> ParseYaml(std::string_view yaml);

}  // namespace logtally

#endif  // LOGTALLY_APP_YAML_TREE_H_
