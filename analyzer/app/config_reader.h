// Typed, strict reading of a YAML tree: every mistake is noted with its place, and reading goes on,
// so that a person sees all of them at once.
#ifndef LOGTALLY_APP_CONFIG_READER_H_
#define LOGTALLY_APP_CONFIG_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "app/yaml_tree.h"

namespace logtally {

// The mistakes found so far.
class ConfigMistakes {
 public:
  void Add(int line, int column, std::string_view key, std::string_view expected,
           std::string_view got);
  bool empty() const { return mistakes_.empty(); }

  // kInvalidArgument; one line per mistake, in file order, without a '\n' at the end:
  //   <file_name>:<line>:<column>: <key>: expected …, got …
  // or OK when there are none. Beyond kMaxShown, the last line says how many more there are.
  absl::Status ToStatus(std::string_view file_name) const;

  static constexpr size_t kMaxShown = 50;

 private:
  struct Mistake {
    int line;
    int column;
    std::string text;
  };
  std::vector<Mistake> mistakes_;
};

// `text` as a message shows it: in quotes, control characters escaped, cut when it is long.
std::string Quoted(std::string_view text);

// One value and the key that leads to it ("sites[0].paths"). Each function reads it as one type;
// when it is of another, the mistake is noted and there is no value.
// Lifetime: the tree and the list of mistakes must outlive this.
class ConfigValue {
 public:
  ConfigValue(const YamlNode& node, std::string key, ConfigMistakes& mistakes)
      : node_(&node), key_(std::move(key)), mistakes_(&mistakes) {}

  const std::string& key() const { return key_; }
  YamlNode::Kind kind() const { return node_->kind; }

  // Scalars. `expected` completes the sentence "expected …".
  //
  // One line of text, plain or quoted, as written (1.10 stays "1.10").
  std::optional<std::string> ReadText(std::string_view expected) const;
  // A plain decimal number without leading zeros (YAML 1.1 takes 010 for 8, 1.2 for 10: we for a
  // mistake), from `smallest` to `largest`.
  std::optional<int64_t> ReadNumber(int64_t smallest, int64_t largest) const;
  // Plain true or false; not the yes, on, True of other YAML versions.
  std::optional<bool> ReadFlag() const;

  // A list that is not empty, unless `may_be_empty`.
  enum class Empty { kRefused, kAllowed };
  std::vector<ConfigValue> ReadList(std::string_view expected, Empty empty) const;

  struct Field;
  // A mapping with keys that are scalars, each once, in file order; a key that is there twice is
  // noted and its first value kept. Nothing if this is no mapping.
  std::optional<std::vector<Field>> ReadFields(std::string_view expected) const;

  // Notes that this value is not what was expected.
  void Refuse(std::string_view expected) const { RefuseAs(expected, Describe()); }
  void RefuseAs(std::string_view expected, std::string_view got) const;
  // Notes that this mapping lacks a field.
  void RefuseMissing(std::string_view name, std::string_view expected) const;
  // The value as a message shows it: 010, "nginx", a list, nothing.
  std::string Describe() const;

 private:
  const YamlNode* node_;
  std::string key_;
  ConfigMistakes* mistakes_;
};

struct ConfigValue::Field {
  ConfigValue name;  // to note a mistake about the key itself
  std::string name_text;
  ConfigValue value;
};

// The fields of a mapping, of which all names are known: others are noted as mistakes, with the
// name that was probably meant.
class ConfigFields {
 public:
  ConfigFields(const ConfigValue& mapping, std::string_view expected,
               std::vector<std::string_view> names);

  // The value of one of `names`, or null when the file does not have it.
  const ConfigValue* Find(std::string_view name) const;
  // As Find, but the key must be there.
  const ConfigValue* Require(std::string_view name, std::string_view expected) const;
  bool has_unknown_names() const { return has_unknown_names_; }

 private:
  ConfigValue mapping_;
  std::vector<std::string_view> names_;
  bool is_mapping_ = false;
  bool has_unknown_names_ = false;
  std::vector<ConfigValue::Field> fields_;
};

}  // namespace logtally

#endif  // LOGTALLY_APP_CONFIG_READER_H_
