// What systemd hears of the daemon. Without systemd, nothing.
#ifndef LOGTALLY_APP_SERVICE_MANAGER_H_
#define LOGTALLY_APP_SERVICE_MANAGER_H_

#include <string_view>

#include "absl/time/time.h"

namespace logtally {

// Source: sd_notify(3), sd_watchdog_enabled(3). Thread: any.
class ServiceManager {
 public:
  ServiceManager();

  void Ready(std::string_view status_line);
  void Reloading();
  void Stopping();
  void KeepAlive();

  // How often KeepAlive should be called: half the watchdog's patience, or infinite.
  absl::Duration keep_alive_period() const { return keep_alive_period_; }

 private:
  absl::Duration keep_alive_period_;
};

}  // namespace logtally

#endif  // LOGTALLY_APP_SERVICE_MANAGER_H_
