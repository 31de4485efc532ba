// Why the strict walk reads a copy: simdjson reads up to SIMDJSON_PADDING bytes behind the line,
// and there is another line, or the end of our memory. Copying 350 bytes costs a few
// nanoseconds. The copy also is the place to blot out the bytes that JSON does not allow but that
// do no harm. Tokens are found in the copy and handed out at the same place in the line.
#include "parse/json_walk.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <utility>

namespace logtally {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr size_t kNone = std::string_view::npos;

// Longer lines are not given to simdjson, whose memory is several times the line.
constexpr size_t kMaxStrictBytes = 1 << 20;

constexpr size_t kMinCopyBytes = 4096;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Where the copy of an object lies, and what is looked for in it.
struct Strict {
  const char* copy;
  std::string_view object;
  const JsonKeys& keys;
  std::vector<JsonMember>& found;

  // The same bytes in the object itself.
  std::string_view Original(std::string_view in_copy) const {
    return object.substr(static_cast<size_t>(in_copy.data() - copy), in_copy.size());
  }

  // `raw` begins behind the key's opening quote; simdjson has seen to it that it is closed.
  const JsonKeys::Key* FindKey(int node, const char* raw) const {
    size_t size = 0;
    while (raw[size] != '"') size += raw[size] == '\\' ? 2 : 1;
    return keys.Find(node, Original({raw, size}));
  }

  // simdjson's tokens reach up to the next one.
  void Take(int member, std::string_view token) const {
    while (!token.empty() && IsSpace(token.back())) token.remove_suffix(1);
    found.push_back({member, Original(token)});
  }
};

bool IsScalar(char first) {
  return first != '{' && first != '[' && first != '}' && first != ']' && first != ',' &&
         first != ':';
}

bool WalkArray(const Strict& walk, int member, ondemand::value& value) {
  ondemand::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return false;
  for (auto element_or : array) {
    ondemand::value element;
    if (std::move(element_or).get(element) != simdjson::SUCCESS) return false;
    const std::string_view token = element.raw_json_token();
    if (IsScalar(token.front())) walk.Take(member, token);
    break;  // the object's iterator skips the rest
  }
  return true;
}

bool WalkObject(const Strict& walk, int node, ondemand::object& object) {
  for (auto field_or : object) {
    ondemand::field field;
    if (std::move(field_or).get(field) != simdjson::SUCCESS) return false;
    const JsonKeys::Key* key = walk.FindKey(node, field.key().raw());
    if (key == nullptr) continue;
    ondemand::value& value = field.value();
    const std::string_view token = value.raw_json_token();
    if (token.front() == '{') {
      if (key->node == JsonKeys::kNothing) continue;
      ondemand::object inner;
      if (value.get_object().get(inner) != simdjson::SUCCESS) return false;
      if (!WalkObject(walk, key->node, inner)) return false;
    } else if (key->member == JsonKeys::kNothing) {
      continue;
    } else if (token.front() == '[') {
      if (!WalkArray(walk, key->member, value)) return false;
    } else if (IsScalar(token.front())) {
      walk.Take(key->member, token);
    } else {
      return false;  // nothing where a value belongs
    }
  }
  return true;
}

// The closing quote of the string whose opening one is at `open`, or kNone.
size_t ClosingQuote(std::string_view text, size_t open) {
  for (size_t at = open + 1; at < text.size(); ++at) {
    if (text[at] == '"') return at;
    if (text[at] == '\\') ++at;
  }
  return kNone;
}

// Walks over what is nearly an object. It knows where it is by a stack of the objects and
// arrays that are open, of which only those can matter in which a wanted key may stand.
class Lenient {
 public:
  Lenient(std::string_view object, const JsonKeys& keys, std::vector<JsonMember>& found)
      : text_(object), keys_(keys), found_(found) {}

  void Run() {
    Open(0);
    at_ = 1;
    while (at_ < text_.size() && depth_ > 0) {
      const char c = text_[at_];
      if (c == '"') {
        if (!TakeString()) return;
      } else {
        if (c == '{' || c == '[') Open(JsonKeys::kNothing);
        if (c == '}' || c == ']') --depth_;
        ++at_;
      }
    }
  }

 private:
  // `node` is that of an object with wanted keys, or kNothing.
  void Open(int node) {
    if (depth_ < nodes_.size()) nodes_[depth_] = node;
    ++depth_;
  }
  int Node() const { return depth_ <= nodes_.size() ? nodes_[depth_ - 1] : JsonKeys::kNothing; }

  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }

  // A string, and if it is a key, what follows. False at the end of the line.
  bool TakeString() {
    const size_t open = at_;
    const size_t close = ClosingQuote(text_, open);
    if (close == kNone) return false;
    at_ = close + 1;
    SkipSpace();
    if (at_ == text_.size() || text_[at_] != ':' || Node() == JsonKeys::kNothing) return true;
    ++at_;
    const JsonKeys::Key* key = keys_.Find(Node(), text_.substr(open + 1, close - open - 1));
    return key == nullptr || TakeValue(*key);
  }

  bool TakeValue(const JsonKeys::Key& key) {
    SkipSpace();
    if (at_ == text_.size()) return false;
    if (text_[at_] == '{') {
      Open(key.node);
      ++at_;
      return true;
    }
    if (key.member == JsonKeys::kNothing) return true;
    if (text_[at_] == '[') {
      Open(JsonKeys::kNothing);
      ++at_;
      SkipSpace();
      if (at_ == text_.size() || text_[at_] == ']' || !IsScalar(text_[at_])) return true;
    }
    return TakeScalar(key.member);
  }

  bool TakeScalar(int member) {
    const size_t begin = at_;
    if (text_[at_] == '"') {
      const size_t close = ClosingQuote(text_, at_);
      if (close == kNone) return false;
      at_ = close + 1;
    } else {
      at_ = std::min(text_.find_first_of(",}]{[\": \t\r\n", at_), text_.size());
      if (at_ == text_.size()) return false;
    }
    found_.push_back({member, text_.substr(begin, at_ - begin)});
    return true;
  }

  std::string_view text_;
  const JsonKeys& keys_;
  std::vector<JsonMember>& found_;
  size_t at_ = 0;
  size_t depth_ = 0;
  std::array<int, JsonKeys::kMaxDepth> nodes_ = {};  // of the outermost `depth_`
};

}  // namespace

std::string_view FindJsonObject(std::string_view line) {
  size_t at = 0;
  while (at < line.size() && IsSpace(line[at])) ++at;
  if (at == line.size()) return {};
  if (line[at] == '{') return line.substr(at);
  // A name of letters, digits, '-', '_' and '.', spaces, "| ".
  const size_t name_end = line.find_first_not_of(
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", at);
  if (name_end == at || name_end == kNone) return {};
  const size_t bar = line.find_first_not_of(' ', name_end);
  if (bar == kNone || bar == name_end || line.compare(bar, 3, "| {") != 0) return {};
  return line.substr(bar + 2);
}

struct JsonWalk::Parser {
  ondemand::parser parser;
  std::vector<char> copy;

  // A copy of `object` with the padding that simdjson asks for. Spaces, because a closing brace
  // behind the object would mislead it.
  void Copy(std::string_view object) {
    const size_t needed = object.size() + simdjson::SIMDJSON_PADDING;
    if (copy.size() < needed) copy.resize(std::bit_ceil(std::max(kMinCopyBytes, needed)));
    std::memcpy(copy.data(), object.data(), object.size());
    std::memset(copy.data() + object.size(), ' ', simdjson::SIMDJSON_PADDING);
  }

  // Puts harmless bytes in place of those that JSON forbids inside of strings.
  void BlotOut(size_t size) {
    for (char& c : std::span(copy.data(), size)) {
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
      if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    }
  }

  bool Open(size_t size, ondemand::document& document) {
    // At once as much as the copy can hold, or each line longer than those before would allocate.
    if (parser.capacity() < size && parser.allocate(copy.size()) != simdjson::SUCCESS) return false;
    return parser.iterate(copy.data(), size, copy.size()).get(document) == simdjson::SUCCESS;
  }
};

JsonWalk::JsonWalk() : parser_(std::make_unique<Parser>()) {}
JsonWalk::~JsonWalk() = default;
JsonWalk::JsonWalk(JsonWalk&&) noexcept = default;

bool JsonWalk::Strictly(std::string_view object, const JsonKeys& keys,
                        std::vector<JsonMember>& found) {
  found.clear();
  if (object.empty() || object.size() > kMaxStrictBytes) return false;
  parser_->Copy(object);
  ondemand::document document;
  if (!parser_->Open(object.size(), document)) {
    parser_->BlotOut(object.size());
    if (!parser_->Open(object.size(), document)) return false;
  }
  ondemand::object outermost;
  if (document.get_object().get(outermost) != simdjson::SUCCESS) return false;
  const Strict walk{parser_->copy.data(), object, keys, found};
  return WalkObject(walk, 0, outermost);
}

void JsonWalk::Leniently(std::string_view object, const JsonKeys& keys,
                         std::vector<JsonMember>& found) {
  found.clear();
  if (object.empty()) return;
  Lenient(object, keys, found).Run();
}

}  // namespace logtally
