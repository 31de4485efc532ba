// Holds JSON against its schema under schemas/json/.
#ifndef LOGTALLY_TESTING_JSON_SCHEMA_H_
#define LOGTALLY_TESTING_JSON_SCHEMA_H_

#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace logtally::testing {

// As much of JSON Schema as our schemas use. A keyword that is not known here fails.
class SchemaCheck {
 public:
  // Fails the test where `value` is not what the schema says; `where` is for messages.
  void Check(const nlohmann::json& schema, const nlohmann::json& value, const std::string& where);

  // Every key of the schema, whether or not it was seen in a value.
  static void AllKeys(const nlohmann::json& schema, const std::string& where,
                      std::set<std::string>& keys);

  const std::set<std::string>& seen() const { return seen_; }

 private:
  std::set<std::string> seen_;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_JSON_SCHEMA_H_
