// yaml-cpp is used as a parser of events only; the tree is our own. Its own tree (YAML::Node) keeps
// duplicate keys silently, follows aliases, forgets whether a scalar was quoted, and reads 010
// as 8.
#include "app/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/text.h"

namespace logtally {
namespace {

// Thrown through yaml-cpp, which reports its own errors by exceptions too; caught in ParseYaml.
struct Refused {
  YamlMistake mistake;
};

[[noreturn]] void Refuse(const YAML::Mark& mark, std::string expected, std::string got) {
  throw Refused{{mark.line + 1, mark.column + 1, std::move(expected), std::move(got)}};
}

// Whether a quoted scalar begins at `offset` and never ends: yaml-cpp 0.7 takes the end of the file
// for the closing quote, if a line break comes before it.
bool IsUnclosedQuote(std::string_view yaml, size_t offset) {
  if (offset >= yaml.size() || (yaml[offset] != '"' && yaml[offset] != '\'')) return false;
  const char quote = yaml[offset];
  for (size_t i = offset + 1; i < yaml.size(); ++i) {
    if (quote == '"' && yaml[i] == '\\') {
      ++i;
    } else if (yaml[i] == quote) {
      if (quote == '"' || yaml.substr(i + 1, 1) != "'") return false;
      ++i;  // '' is a quote inside single quotes
    }
  }
  return true;
}

class TreeBuilder final : public YAML::EventHandler {
 public:
  // `yaml` must outlive this.
  explicit TreeBuilder(std::string_view yaml) : yaml_(yaml) {}

  YamlNode TakeRoot() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) Refuse(mark, "one document", "the start of a second one");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    Place(NodeAt(YamlNode::Kind::kNull, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Refuse(mark, "a value", "an alias");
  }
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    Refuse(mark, "a value", absl::StrFormat("the anchor &%s", EscapeForTerminal(name)));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    RefuseTag(mark, tag);
    if (IsUnclosedQuote(yaml_, static_cast<size_t>(mark.pos))) {
      Refuse(mark, "a closing quote", "the end of the file");
    }
    YamlNode node = NodeAt(tag == "!" ? YamlNode::Kind::kQuoted : YamlNode::Kind::kPlain, mark);
    node.text = value;
    Place(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    RefuseTag(mark, tag);
    Open(NodeAt(YamlNode::Kind::kList, mark), mark);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    RefuseTag(mark, tag);
    Open(NodeAt(YamlNode::Kind::kMapping, mark), mark);
  }
  void OnMapEnd() override { Close(); }

 private:
  static YamlNode NodeAt(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }

  // yaml-cpp gives "?" to what has no tag and "!" to a quoted scalar without one.
  static void RefuseTag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    Refuse(mark, "a value", absl::StrFormat("the tag %s", EscapeForTerminal(tag)));
  }

  void Open(YamlNode node, const YAML::Mark& mark) {
    if (open_.size() == kMaxYamlDepth) {
      Refuse(mark, absl::StrFormat("at most %d levels of nesting", kMaxYamlDepth), "more");
    }
    open_.push_back(std::move(node));
  }

  void Close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    Place(std::move(node));
  }

  // In a mapping, keys and values take turns.
  void Place(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    YamlNode& parent = open_.back();
    const bool is_key =
        parent.kind == YamlNode::Kind::kMapping && parent.keys.size() == parent.items.size();
    if (node.kind == YamlNode::Kind::kNull && parent.kind == YamlNode::Kind::kMapping && !is_key) {
      // What is missing has no place; yaml-cpp names that of whatever comes next.
      node.line = parent.keys.back().line;
      node.column = parent.keys.back().column;
    }
    (is_key ? parent.keys : parent.items).push_back(std::move(node));
  }

  const std::string_view yaml_;
  int documents_ = 0;
  YamlNode root_;
  std::vector<YamlNode> open_;  // the lists and mappings around the next event, outermost first
};

YamlMistake MistakeAt(std::string_view yaml, size_t offset, std::string expected, std::string got) {
  YamlMistake mistake{1, 1, std::move(expected), std::move(got)};
  for (const char c : yaml.substr(0, offset)) {
    mistake.column = c == '\n' ? 1 : mistake.column + 1;
    mistake.line += c == '\n' ? 1 : 0;
  }
  return mistake;
}

// Where `yaml` stops being text, or npos. yaml-cpp would take the byte 0x04 for the end of the file
// and zero bytes for UTF-16: both would hide the rest from the reader.
size_t FirstBadByte(std::string_view yaml) {
  const std::string valid = ValidUtf8(yaml);
  for (size_t i = 0; i < yaml.size(); ++i) {
    const auto byte = static_cast<unsigned char>(yaml[i]);
    const bool is_control = byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r';
    if (is_control || byte == 0x7F || yaml[i] != valid[i]) return i;
  }
  return std::string_view::npos;
}

}  // namespace

std::variant<YamlNode, YamlMistake> ParseYaml(std::string_view yaml) {
  if (yaml.size() > kMaxYamlBytes) {
    return YamlMistake{
        1, 1,
        absl::StrFormat("a file of at most %s", FormatBytes(static_cast<int64_t>(kMaxYamlBytes))),
        "a longer one"};
  }
  if (const size_t bad = FirstBadByte(yaml); bad != std::string_view::npos) {
    return MistakeAt(yaml, bad, "UTF-8 text",
                     absl::StrFormat("the byte 0x%02X", static_cast<unsigned char>(yaml[bad])));
  }
  if (yaml.starts_with("\xEF\xBB\xBF")) yaml.remove_prefix(3);  // a byte order mark
  std::istringstream in{std::string(yaml)};
  TreeBuilder tree(yaml);
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(tree)) {
    }
  } catch (const Refused& refused) {
    return refused.mistake;
  } catch (const YAML::Exception& error) {
    const bool has_place = !error.mark.is_null();
    return YamlMistake{has_place ? error.mark.line + 1 : 1, has_place ? error.mark.column + 1 : 1,
                       "well-formed YAML",
                       absl::StrFormat("a syntax error (%s)", EscapeForTerminal(error.msg))};
  }
  return tree.TakeRoot();
}

}  // namespace logtally
