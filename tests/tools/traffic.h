// An imaginary web shop and its visitors: who asks for what, and what is answered.
#ifndef LOGTALLY_TOOLS_TRAFFIC_H_
#define LOGTALLY_TOOLS_TRAFFIC_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/random.h"

namespace logtally::tools {

// One answered request. Views are good as long as the Traffic that made it.
struct Visit {
  std::string_view host;
  std::string_view client;  // addresses of RFC 5737 and RFC 3849 only
  std::string_view method;
  std::string_view target;
  std::string_view protocol;
  std::string_view referrer;  // "-" for none
  std::string_view user_agent;
  int status = 0;
  int64_t bytes = 0;
};

// How the servers are at the moment.
enum class Health { kUsual, kErrorBurst };

// Thread: one at a time.
class Traffic {
 public:
  explicit Traffic(uint64_t seed);
  Visit Next(Health health);

 private:
  enum class Kind : uint8_t { kAsset, kDocument, kApi, kForm, kScan };
  struct Page {
    Kind kind;
    int32_t bytes;
    std::string target;
  };

  std::string_view MethodFor(Kind kind);
  int StatusFor(Kind kind, Health health);

  Random random_;
  std::vector<Page> pages_;
  std::vector<Page> scans_;
  std::vector<std::string> clients_;
  std::vector<std::string> referrers_;
  Picker page_, client_, user_agent_;
  std::vector<Picker> status_;  // by Kind
  Picker burst_status_;
};

}  // namespace logtally::tools

#endif  // LOGTALLY_TOOLS_TRAFFIC_H_
