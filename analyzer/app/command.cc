#include "app/command.h"

namespace logtally {

std::span<const Command> Commands() {
  static constexpr Command kCommands[] = {
      {"serve", "Follow logs, count them, and serve /metrics", SetUpServe},
      {"ingest", "Count finished logs into the state directory, then exit", SetUpIngest},
      {"summary", "Say what went wrong, how often, on whose side, and what it means", SetUpSummary},
      {"explain", "Say what status codes mean", SetUpExplain},
  };
  return kCommands;
}

}  // namespace logtally
