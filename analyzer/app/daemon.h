// The running service: a pipeline, a web server, signals, and the service manager.
#ifndef LOGTALLY_APP_DAEMON_H_
#define LOGTALLY_APP_DAEMON_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log.h"
#include "export/http_server.h"
#include "pipeline/pipeline.h"
#include "store/backup.h"

namespace logtally {

struct DaemonSetup {
  std::string state_dir;
  std::vector<HttpAddress> addresses;  // empty: no web server
  BackupOptions backup;
  PipelineSetup pipeline;
  // Reads the configuration again, for SIGHUP. Null: there is none to read.
  std::function<absl::StatusOr<PipelineSetup>()> reload;
};

// Follows, counts and serves until SIGTERM or SIGINT, then commits what was counted. Says on `log`
// what it follows, where the state is, and "listening on URL" for each address.
// A damaged database, at the start or later, is replaced (see OpenStore), and counting goes on in
// the same process. /metrics and /-/ready answer 503 until what was there to be read at the start
// is counted, if the store was not left cleanly.
// A start on a full disk, or while somebody else holds the database, waits.
// Errors: at start as OpenStore, HttpServer::Start and Tailer::Create; later as Pipeline::Run.
// Thread: blocks the signals above in the calling thread, so call it once, from the main thread,
//         before any other thread runs.
absl::Status RunDaemon(DaemonSetup setup, Log& log);

}  // namespace logtally

#endif  // LOGTALLY_APP_DAEMON_H_
