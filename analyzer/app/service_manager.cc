#include "app/service_manager.h"

#include <systemd/sd-daemon.h>
#include <time.h>

#include <cstdint>
#include <string>

#include "absl/strings/str_format.h"

namespace logtally {

ServiceManager::ServiceManager() {
  uint64_t patience_us = 0;
  const bool enabled = sd_watchdog_enabled(/*unset_environment=*/0, &patience_us) > 0;
  keep_alive_period_ = enabled ? absl::Microseconds(patience_us) / 2 : absl::InfiniteDuration();
}

void ServiceManager::Ready(std::string_view status_line) {
  sd_notify(0, absl::StrFormat("READY=1\nSTATUS=%s", status_line).c_str());
}

void ServiceManager::Reloading() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  sd_notify(0, absl::StrFormat("RELOADING=1\nMONOTONIC_USEC=%d",
                               absl::ToInt64Microseconds(absl::DurationFromTimespec(now)))
                   .c_str());
}

void ServiceManager::Stopping() { sd_notify(0, "STOPPING=1"); }

void ServiceManager::KeepAlive() { sd_notify(0, "WATCHDOG=1"); }

}  // namespace logtally
