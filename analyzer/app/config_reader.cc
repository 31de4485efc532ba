#include "app/config_reader.h"

#include <algorithm>
#include <cassert>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/text.h"

namespace logtally {
namespace {

std::string Joined(std::string_view parent, std::string_view name) {
  return parent.empty() ? std::string(name) : absl::StrFormat("%s.%s", parent, name);
}

std::string Listed(const std::vector<std::string_view>& names) {
  std::string list;
  for (const std::string_view name : names) {
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

}  // namespace

void ConfigMistakes::Add(int line, int column, std::string_view key, std::string_view expected,
                         std::string_view got) {
  mistakes_.push_back({line, column,
                       absl::StrFormat("%s: expected %s, got %s",
                                       key.empty() ? "configuration" : key, expected, got)});
}

absl::Status ConfigMistakes::ToStatus(std::string_view file_name) const {
  if (mistakes_.empty()) return absl::OkStatus();
  std::vector<Mistake> sorted = mistakes_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Mistake& a, const Mistake& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  if (sorted.size() > kMaxShown) {
    Mistake& last = sorted[kMaxShown];
    last.text = absl::StrFormat("configuration: expected no more mistakes, got %d more",
                                sorted.size() - kMaxShown);
    sorted.resize(kMaxShown + 1);
  }
  std::string lines;
  for (const Mistake& mistake : sorted) {
    if (!lines.empty()) lines.push_back('\n');
    absl::StrAppendFormat(&lines, "%s:%d:%d: %s", file_name, mistake.line, mistake.column,
                          mistake.text);
  }
  return absl::InvalidArgumentError(lines);
}

std::string Quoted(std::string_view text) {
  constexpr size_t kMaxShownBytes = 80;
  if (text.size() <= kMaxShownBytes) return absl::StrFormat("\"%s\"", EscapeForTerminal(text));
  size_t cut = kMaxShownBytes;
  while ((static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;  // not inside a character
  return absl::StrFormat("\"%s…\"", EscapeForTerminal(text.substr(0, cut)));
}

std::optional<std::string> ConfigValue::ReadText(std::string_view expected) const {
  const bool is_scalar = kind() == YamlNode::Kind::kPlain || kind() == YamlNode::Kind::kQuoted;
  if (!is_scalar || node_->text.empty()) {
    Refuse(expected);
    return std::nullopt;
  }
  if (HasControlCharacter(node_->text)) {
    RefuseAs(expected,
             absl::StrFormat("more than one line or a control character: %s", Quoted(node_->text)));
    return std::nullopt;
  }
  return node_->text;
}

std::optional<int64_t> ConfigValue::ReadNumber(int64_t smallest, int64_t largest) const {
  const std::string_view text = node_->text;
  const auto number = kind() == YamlNode::Kind::kPlain ? ParseInt64(text) : std::nullopt;
  const bool leading_zero = text.substr(0, 2) == "-0" || (text.size() > 1 && text[0] == '0');
  if (number && !leading_zero && *number >= smallest && *number <= largest) return number;
  Refuse(absl::StrFormat("a whole number from %d to %d", smallest, largest));
  return std::nullopt;
}

std::optional<bool> ConfigValue::ReadFlag() const {
  if (kind() == YamlNode::Kind::kPlain && node_->text == "true") return true;
  if (kind() == YamlNode::Kind::kPlain && node_->text == "false") return false;
  Refuse("true or false");
  return std::nullopt;
}

std::vector<ConfigValue> ConfigValue::ReadList(std::string_view expected, Empty empty) const {
  std::vector<ConfigValue> values;
  if (kind() != YamlNode::Kind::kList || (node_->items.empty() && empty == Empty::kRefused)) {
    Refuse(expected);
    return values;
  }
  for (size_t i = 0; i < node_->items.size(); ++i) {
    values.emplace_back(node_->items[i], absl::StrFormat("%s[%d]", key_, i), *mistakes_);
  }
  return values;
}

std::optional<std::vector<ConfigValue::Field>> ConfigValue::ReadFields(
    std::string_view expected) const {
  if (kind() != YamlNode::Kind::kMapping) {
    Refuse(expected);
    return std::nullopt;
  }
  std::vector<Field> fields;
  std::unordered_map<std::string_view, int> line_of;  // a hostile file has 100,000 keys
  for (size_t i = 0; i < node_->keys.size(); ++i) {
    const YamlNode& name = node_->keys[i];
    if (name.kind != YamlNode::Kind::kPlain && name.kind != YamlNode::Kind::kQuoted) {
      const ConfigValue key(name, key_, *mistakes_);
      key.RefuseAs("text as a key", key.Describe());
      continue;
    }
    const std::string path = Joined(key_, EscapeForTerminal(name.text.substr(0, 80)));
    Field field{ConfigValue(name, path, *mistakes_), name.text,
                ConfigValue(node_->items[i], path, *mistakes_)};
    const auto [earlier, is_new] = line_of.emplace(name.text, name.line);
    if (!is_new) {
      field.name.RefuseAs("the key once",
                          absl::StrFormat("it again after line %d", earlier->second));
      continue;
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

void ConfigValue::RefuseMissing(std::string_view name, std::string_view expected) const {
  mistakes_->Add(node_->line, node_->column, Joined(key_, name), expected, "no such key");
}

void ConfigValue::RefuseAs(std::string_view expected, std::string_view got) const {
  mistakes_->Add(node_->line, node_->column, key_, expected, got);
}

std::string ConfigValue::Describe() const {
  switch (kind()) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kPlain: {
      const std::string quoted = Quoted(node_->text);
      return quoted.substr(1, quoted.size() - 2);
    }
    case YamlNode::Kind::kQuoted:
      return Quoted(node_->text);
    case YamlNode::Kind::kList:
      return node_->items.empty() ? "an empty list" : "a list";
    case YamlNode::Kind::kMapping:
      return node_->items.empty() ? "an empty mapping" : "a mapping";
  }
  return "";
}

ConfigFields::ConfigFields(const ConfigValue& mapping, std::string_view expected,
                           std::vector<std::string_view> names)
    : mapping_(mapping), names_(std::move(names)) {
  auto fields = mapping.ReadFields(expected);
  is_mapping_ = fields.has_value();
  if (!fields) return;
  for (ConfigValue::Field& field : *fields) {
    if (std::find(names_.begin(), names_.end(), field.name_text) != names_.end()) {
      fields_.push_back(std::move(field));
      continue;
    }
    const auto meant = NearestName(field.name_text, names_);
    has_unknown_names_ = true;
    field.name.RefuseAs(
        absl::StrFormat("%s %s", names_.size() == 1 ? "the key" : "one of the keys",
                        Listed(names_)),
        meant ? absl::StrFormat("an unknown key (did you mean %s?)", *meant) : "an unknown key");
  }
}

const ConfigValue* ConfigFields::Find(std::string_view name) const {
  assert(std::find(names_.begin(), names_.end(), name) != names_.end() &&
         "a key that is read must be in the table of keys");
  for (const ConfigValue::Field& field : fields_) {
    if (field.name_text == name) return &field.value;
  }
  return nullptr;
}

const ConfigValue* ConfigFields::Require(std::string_view name, std::string_view expected) const {
  const ConfigValue* value = Find(name);
  if (value == nullptr && is_mapping_) mapping_.RefuseMissing(name, expected);
  return value;
}

}  // namespace logtally
