#include "app/state_dir.h"

#include <unistd.h>

#include <string_view>

#include "base/environment.h"

namespace logtally {
namespace {

constexpr char kServiceStateDir[] = "/var/lib/logtally";

}  // namespace

std::string DefaultStateDir() {
  if (const std::string_view given = Environment("STATE_DIRECTORY"); !given.empty()) {
    return std::string(given.substr(0, given.find(':')));  // systemd may list several
  }
  if (geteuid() == 0) return kServiceStateDir;
  if (const std::string_view state = Environment("XDG_STATE_HOME"); !state.empty()) {
    return std::string(state) + "/logtally";
  }
  return std::string(Environment("HOME")) + "/.local/state/logtally";
}

std::string DefaultStateDirForReading() {
  const std::string own = DefaultStateDir();
  const bool take_the_service = ::access(DatabasePath(own).c_str(), F_OK) != 0 &&
                                ::access(DatabasePath(kServiceStateDir).c_str(), F_OK) == 0;
  return take_the_service ? kServiceStateDir : own;
}

std::string DatabasePath(const std::string& state_dir) { return state_dir + "/logtally.db"; }

}  // namespace logtally
