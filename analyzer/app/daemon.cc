// Order is the point of this file. Start: signals are blocked before any thread exists; the store
// is opened before the address is bound, so that a second daemon hears of the first and not of a
// taken port; "ready" is said after the first commit. Stop: the pipeline commits before the web
// server goes, so that a last scrape sees the last counts.

#include "app/daemon.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "app/descriptor_limit.h"
#include "app/service_manager.h"
#include "app/state_dir.h"
#include "app/status_code_rows.h"
#include "base/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "catalogue/status_catalogue.h"
#include "export/api.h"
#include "export/landing_page.h"
#include "export/snapshot_collector.h"
#include "store/count_store.h"

namespace logtally {
namespace {

sigset_t OurSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

// The next of our signals, or 0 when `timeout` is over.
int WaitForSignal(absl::Duration timeout) {
  const sigset_t signals = OurSignals();
  const timespec limit = absl::ToTimespec(timeout);
  const int signal = ::sigtimedwait(&signals, nullptr, &limit);
  return signal < 0 ? 0 : signal;
}

class Daemon {
 public:
  Daemon(DaemonSetup setup, Log& log) : setup_(std::move(setup)), log_(log) {}

  absl::Status Start();
  absl::Status RunUntilStopped();

 private:
  std::vector<HttpRoute> Routes();
  void SayWhatIsFollowed();
  void Reload();
  void NoteReady();
  void KeepAlive();

  DaemonSetup setup_;
  Log& log_;
  const StatusCatalogue& catalogue_ = StatusCatalogue::BuiltIn();
  ServiceManager service_manager_;
  ReloadStatus reload_status_;
  SnapshotBoard board_;
  SnapshotCollector collector_{board_, catalogue_, reload_status_};
  std::unique_ptr<CountStore> store_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<HttpServer> server_;
  bool ready_ = false;
  uint64_t last_heartbeat_ = 0;
  absl::Duration last_keep_alive_ = -absl::InfiniteDuration();
};

absl::Status Daemon::Start() {
  ASSIGN_OR_RETURN(store_, CountStore::Open(setup_.state_dir));
  RETURN_IF_ERROR(store_->SetStatusCodes(StatusCodeRows(catalogue_)));
  ASSIGN_OR_RETURN(pipeline_,
                   Pipeline::Create(setup_.pipeline, *store_, board_, log_, SystemClock()));
  reload_status_.last_success_unix = absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch());
  ASSIGN_OR_RETURN(server_, HttpServer::Start(setup_.addresses, Routes()));
  SayWhatIsFollowed();
  return absl::OkStatus();
}

std::vector<HttpRoute> Daemon::Routes() {
  const auto open_reader = [this] { return CountReader::Open(DatabasePath(setup_.state_dir)); };
  return {
      {"/",
       [this](const HttpRequest&) {
         return HttpResponse{200, "text/html; charset=utf-8",
                             LandingPage(board_.Latest().get(), catalogue_)};
       }},
      {"/metrics",
       [this](const HttpRequest&) {
         return HttpResponse{200, "text/plain; version=0.0.4; charset=utf-8",
                             MetricsText(collector_)};
       }},
      {"/-/healthy",
       [](const HttpRequest&) { return HttpResponse{.body = "logtally is healthy\n"}; }},
      {"/-/ready",
       [this](const HttpRequest&) {
         const auto snapshot = board_.Latest();
         if (snapshot != nullptr && snapshot->status.committed_once) {
           return HttpResponse{.body = "logtally is ready\n"};
         }
         return HttpResponse{.status = 503, .body = "logtally is starting: no commit yet\n"};
       }},
      {"/api/v1/codes",
       [this](const HttpRequest& request) { return AnswerCodes(request, catalogue_); }},
      {"/api/v1/counts",
       [this, open_reader](const HttpRequest& request) {
         return AnswerCounts(request, catalogue_, open_reader);
       }},
      {"/api/v1/losses",
       [open_reader](const HttpRequest& request) { return AnswerLosses(request, open_reader); }},
  };
}

void Daemon::SayWhatIsFollowed() {
  for (const SiteSetup& site : setup_.pipeline.sites) {
    log_.Info(absl::StrFormat(
        "site %s follows %s (format: %s)", site.site, absl::StrJoin(site.patterns, ", "),
        site.format == nullptr ? "found out from the lines" : site.format->name()));
  }
  log_.Info(absl::StrFormat("state in %s", DatabasePath(setup_.state_dir)));
  for (const std::string& url : server_->urls()) log_.Info("listening on " + url);
}

void Daemon::Reload() {
  if (!setup_.reload) {
    log_.Warning("SIGHUP: there is no configuration file to read again");
    return;
  }
  // The end of a reload is said as "ready": not before it has been true once.
  if (ready_) service_manager_.Reloading();
  absl::StatusOr<PipelineSetup> pipeline = setup_.reload();
  reload_status_.last_successful = pipeline.ok();
  if (pipeline.ok()) {
    reload_status_.last_success_unix = absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch());
    setup_.pipeline = *pipeline;
    pipeline_->Reload(*std::move(pipeline));
    log_.Info("configuration reloaded");
  } else {
    log_.Error("the configuration was not reloaded, the old one stays:");
    for (const absl::string_view mistake : absl::StrSplit(pipeline.status().message(), '\n')) {
      log_.Error(StdView(mistake));
    }
  }
  if (!ready_) return;
  service_manager_.Ready(pipeline.ok() ? "reloaded"
                                       : "the new configuration is bad, the old one stays");
}

void Daemon::NoteReady() {
  if (ready_) return;
  const auto snapshot = board_.Latest();
  if (snapshot == nullptr || !snapshot->status.committed_once) return;
  ready_ = true;
  service_manager_.Ready(
      absl::StrFormat("following %d logs", static_cast<int>(snapshot->status.files.size())));
}

// Only a pipeline that gets round is alive: a process that still answers signals is not enough.
void Daemon::KeepAlive() {
  const absl::Duration period = service_manager_.keep_alive_period();
  if (period == absl::InfiniteDuration()) return;  // nobody watches
  const absl::Duration now = SystemClock().Elapsed();
  const uint64_t heartbeat = pipeline_->heartbeat();
  if (heartbeat == last_heartbeat_ || now - last_keep_alive_ < period) {
    return;
  }
  last_heartbeat_ = heartbeat;
  last_keep_alive_ = now;
  service_manager_.KeepAlive();
}

absl::Status Daemon::RunUntilStopped() {
  std::atomic<bool> ended = false;
  absl::Status result;
  std::thread thread([&] {
    result = pipeline_->Run();
    ended = true;
    // Wakes the main thread, which waits for a signal.
    ::kill(::getpid(), SIGTERM);
  });
  // Until "ready" is said, look often; afterwards often enough for the watchdog.
  while (!ended) {
    const absl::Duration patience =
        ready_ ? std::min(absl::Seconds(1), service_manager_.keep_alive_period() / 2)
               : absl::Milliseconds(20);
    const int signal = WaitForSignal(patience);
    if (signal == SIGHUP) Reload();
    if (signal == SIGTERM || signal == SIGINT) break;
    NoteReady();
    KeepAlive();
  }
  service_manager_.Stopping();
  pipeline_->Stop();
  thread.join();
  server_.reset();
  if (result.ok()) log_.Info("stopped; everything counted is committed");
  return result;
}

}  // namespace

absl::Status RunDaemon(DaemonSetup setup, Log& log) {
  const sigset_t signals = OurSignals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  RaiseDescriptorLimit();
  Daemon daemon(std::move(setup), log);
  RETURN_IF_ERROR(daemon.Start());
  return daemon.RunUntilStopped();
}

}  // namespace logtally
