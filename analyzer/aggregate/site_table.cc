#include "aggregate/site_table.h"

#include <utility>

#include "base/text.h"

namespace logtally {

SiteIndex SiteTable::IndexOfName(std::string_view name) {
  const auto known = index_.find(AbslView(name));
  if (known != index_.end()) return known->second;
  const auto index = static_cast<SiteIndex>(names_.size());
  names_.emplace_back(name);
  index_.emplace(name, index);
  return index;
}

SiteIndex SiteTable::IndexOf(std::string_view site) {
  MutexLock lock(mutex_);
  return IndexOfName(site);
}

SiteTable::Site SiteTable::Of(std::string_view site, std::string_view host) {
  MutexLock lock(mutex_);
  const LabelPolicy::Label label = labels_.SiteOf(site, host);
  return {IndexOfName(label.name), label.overflowed};
}

bool SiteTable::SplitsHosts(std::string_view site) const {
  MutexLock lock(mutex_);
  return labels_.SplitsHosts(site);
}

void SiteTable::AdmitHost(std::string_view site, std::string_view host) {
  MutexLock lock(mutex_);
  labels_.AdmitHost(site, host);
}

void SiteTable::SetLabels(LabelPolicy labels) {
  MutexLock lock(mutex_);
  labels_ = std::move(labels);
}

void SiteTable::Complete(std::vector<std::string>& names) const {
  MutexLock lock(mutex_);
  for (size_t i = names.size(); i < names_.size(); ++i) names.push_back(names_[i]);
}

}  // namespace logtally
