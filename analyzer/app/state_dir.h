// Where counts and positions are kept.
#ifndef LOGTALLY_APP_STATE_DIR_H_
#define LOGTALLY_APP_STATE_DIR_H_

#include <string>

namespace logtally {

// $STATE_DIRECTORY (set by systemd), else /var/lib/logtally for root, else
// $XDG_STATE_HOME/logtally, else ~/.local/state/logtally.
std::string DefaultStateDir();

// The same for who only reads: where DefaultStateDir() holds no database but the service's
// directory /var/lib/logtally does, that one. So a member of the service's group need not name it.
std::string DefaultStateDirForReading();

// <state_dir>/logtally.db
std::string DatabasePath(const std::string& state_dir);

}  // namespace logtally

#endif  // LOGTALLY_APP_STATE_DIR_H_
