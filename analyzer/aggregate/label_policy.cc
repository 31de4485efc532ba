#include "aggregate/label_policy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/text.h"

namespace logtally {
namespace {

constexpr size_t kMaxHostBytes = 253;  // Source: RFC 1035 §2.3.4

// Letters, digits, '-', '.', and ':' with brackets for IPv6 literals: what a host can be. A
// client chooses its Host header, so anything else is no host.
bool IsHost(std::string_view host) {
  return !host.empty() && host.size() <= kMaxHostBytes &&
         std::all_of(host.begin(), host.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_' || c == ':' ||
                  c == '[' || c == ']';
         });
}

}  // namespace

LabelPolicy::LabelPolicy(absl::flat_hash_map<std::string, SiteLabelRule> rules)
    : rules_(std::move(rules)) {}

void LabelPolicy::AdmitHost(std::string_view site, std::string_view host) {
  const auto rule = rules_.find(AbslView(site));
  if (rule == rules_.end() || !rule->second.split_hosts) return;
  auto& hosts = hosts_[std::string(site)];
  if (hosts.size() < static_cast<size_t>(rule->second.max_hosts)) hosts.emplace(host);
}

bool LabelPolicy::SplitsHosts(std::string_view site) const {
  const auto rule = rules_.find(AbslView(site));
  return rule != rules_.end() && rule->second.split_hosts;
}

LabelPolicy::Label LabelPolicy::SiteOf(std::string_view site, std::string_view host) {
  const auto rule = rules_.find(AbslView(site));
  if (rule == rules_.end() || !rule->second.split_hosts || !IsHost(host)) return {site, false};
  auto& hosts = hosts_[std::string(site)];
  const std::string lower = absl::AsciiStrToLower(AbslView(host));  // hosts ignore case
  // A client that sends the name of a configured site as its host does not become that site.
  if (rules_.contains(lower)) return {site, false};
  auto known = hosts.find(lower);
  if (known == hosts.end()) {
    if (hosts.size() >= static_cast<size_t>(rule->second.max_hosts)) return {site, true};
    known = hosts.insert(lower).first;
  }
  return {*known, false};
}

}  // namespace logtally
