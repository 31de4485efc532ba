// What may become a label value. Log lines are written by clients: without a cap, one client could
// make as many time series as it likes.
#ifndef LOGTALLY_AGGREGATE_LABEL_POLICY_H_
#define LOGTALLY_AGGREGATE_LABEL_POLICY_H_

#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace logtally {

// How one configured site names its counts.
struct SiteLabelRule {
  // Whether each virtual host that the log names becomes a site of its own.
  bool split_hosts = false;
  // How many hosts at most; the rest counts under the configured site's name.
  int max_hosts = 100;
};

// Thread: one at a time.
class LabelPolicy {
 public:
  // `rules` by configured site.
  explicit LabelPolicy(absl::flat_hash_map<std::string, SiteLabelRule> rules);

  // A host that the store knows already: admitted, within its site's cap, before any new one.
  void AdmitHost(std::string_view site, std::string_view host);

  // Whether the host of a line makes a difference to its label.
  bool SplitsHosts(std::string_view site) const;

  struct Label {
    std::string_view name;  // good until this policy is changed or gone
    bool overflowed;        // the cap, not the log, decided
  };
  // The value of the label `site` for a line of that configured site and host ("" for none).
  Label SiteOf(std::string_view site, std::string_view host);

 private:
  absl::flat_hash_map<std::string, SiteLabelRule> rules_;
  absl::flat_hash_map<std::string, absl::flat_hash_set<std::string>> hosts_;  // by site
};

}  // namespace logtally

#endif  // LOGTALLY_AGGREGATE_LABEL_POLICY_H_
