#include "app/state_dir.h"

#include <unistd.h>

#include <string_view>

#include "base/environment.h"

namespace logtally {
std::string DefaultStateDir() {
  if (const std::string_view given = Environment("STATE_DIRECTORY"); !given.empty()) {
    return std::string(given.substr(0, given.find(':')));  // systemd may list several
  }
  if (geteuid() == 0) return "/var/lib/logtally";
  if (const std::string_view state = Environment("XDG_STATE_HOME"); !state.empty()) {
    return std::string(state) + "/logtally";
  }
  return std::string(Environment("HOME")) + "/.local/state/logtally";
}

std::string DatabasePath(const std::string& state_dir) { return state_dir + "/logtally.db"; }

}  // namespace logtally
