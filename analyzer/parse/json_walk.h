// Finds the wanted members of the JSON object that a line is.
#ifndef LOGTALLY_PARSE_JSON_WALK_H_
#define LOGTALLY_PARSE_JSON_WALK_H_

#include <memory>
#include <string_view>
#include <vector>

#include "parse/json_keys.h"

namespace logtally {

// A wanted member, as it was found. The token (see json_text.h) points into the line.
struct JsonMember {
  int number;  // what JsonKeys::Add was given
  std::string_view token;
};

// The object in a line: from its '{' on, behind white space and the name that `docker compose
// logs` puts before each line ("web-1  | {…"). Empty if the line is no object.
std::string_view FindJsonObject(std::string_view line);

// Members come in the order of the line, a key that stands twice twice. Of an array, the first
// element stands for all. A member that is an object, or an array of such, has no value.
//
// Memory: a few times the longest line walked so far; lines beyond 1 MiB are not copied.
// Thread: one at a time.
class JsonWalk {
 public:
  JsonWalk();
  ~JsonWalk();
  JsonWalk(JsonWalk&&) noexcept;

  // Reads `object` with simdjson. False if it is no JSON, in which case `found` means nothing.
  // Bytes that are no UTF-8 and control bytes inside of strings are let pass: nginx writes both
  // unless it is told escape=json, and they move no quote, comma or brace. What is not wanted is
  // looked at only as far as is needed to skip it.
  bool Strictly(std::string_view object, const JsonKeys& keys, std::vector<JsonMember>& found);

  // Reads what is nearly an object: cut off, with nothing where a value belongs, a list without
  // quotes around it, or with something behind it. Each key stands where a writer put it: quotes
  // without a backslash before them pair up from the beginning, so that no value that a client
  // chose can pass for a key, as long as the writer escapes quotes at all. A value that the end
  // of the line may have cut off is left out.
  static void Leniently(std::string_view object, const JsonKeys& keys,
                        std::vector<JsonMember>& found);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace logtally

#endif  // LOGTALLY_PARSE_JSON_WALK_H_
