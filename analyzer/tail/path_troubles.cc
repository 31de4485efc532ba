#include "tail/path_troubles.h"

namespace logtally {

void PathTroubles::BeginPass() {
  for (auto& [key, trouble] : current_) trouble.met = false;
}

void PathTroubles::Meet(const std::string& site, const std::string& path, std::string text,
                        bool failing) {
  Trouble& trouble = current_[{site, path}];
  trouble.met = true;
  if (trouble.text == text) return;
  trouble.text = text;
  trouble.failing = failing;
  notices_.push_back({failing ? Severity::kWarning : Severity::kInfo, std::move(text)});
}

void PathTroubles::EndPass() {
  for (auto it = current_.begin(); it != current_.end();) {
    const auto& [key, trouble] = *it;
    if (trouble.met) {
      ++it;
      continue;
    }
    if (trouble.failing) notices_.push_back({Severity::kInfo, key.second + ": all right again"});
    it = current_.erase(it);
  }
}

}  // namespace logtally
