// The sites that counts may belong to, by number.
#ifndef LOGTALLY_AGGREGATE_SITE_TABLE_H_
#define LOGTALLY_AGGREGATE_SITE_TABLE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "aggregate/label_policy.h"
#include "base/mutex.h"
#include "model/counts.h"

namespace logtally {

// Numbers the names that a LabelPolicy allows, in the order in which they come. A number keeps its
// meaning for good.
// Thread: any.
class SiteTable {
 public:
  explicit SiteTable(LabelPolicy labels) : labels_(std::move(labels)) {}

  // A name that stands in the configuration.
  SiteIndex IndexOf(std::string_view site);

  struct Site {
    SiteIndex index;
    bool overflowed;  // the cap, not the log, decided
  };
  // What a line of that configured site and host counts under.
  Site Of(std::string_view site, std::string_view host);
  // Whether the host makes a difference.
  bool SplitsHosts(std::string_view site) const;

  // As LabelPolicy::AdmitHost.
  void AdmitHost(std::string_view site, std::string_view host);
  // Takes new rules, for lines to come.
  void SetLabels(LabelPolicy labels);

  // Appends the names that `names` does not have yet: names[i] is that of number i.
  void Complete(std::vector<std::string>& names) const;

 private:
  SiteIndex IndexOfName(std::string_view name)
      LOGTALLY_THREAD_ANNOTATION(requires_capability(mutex_));

  mutable Mutex mutex_;
  LabelPolicy labels_ LOGTALLY_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, SiteIndex> index_ LOGTALLY_GUARDED_BY(mutex_);
  std::vector<std::string> names_ LOGTALLY_GUARDED_BY(mutex_);
};

}  // namespace logtally

#endif  // LOGTALLY_AGGREGATE_SITE_TABLE_H_
