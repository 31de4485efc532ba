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
#include "app/store_opening.h"
#include "base/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "catalogue/status_catalogue.h"
#include "export/api.h"
#include "export/code_list_page.h"
#include "export/code_page.h"
#include "export/landing_page.h"
#include "export/snapshot_collector.h"
#include "store/count_reader.h"
#include "store/count_store.h"
#include "tail/pipe_input.h"

namespace logtally {
namespace {

// What the pipeline's thread sends to the main thread, which waits for signals, when it ends.
constexpr int kWakeUp = SIGUSR1;
// A page that takes longer is of no use to anybody, and holds up the write-ahead log.
constexpr absl::Duration kQueryLimit = absl::Seconds(10);
// Whatever breaks the database again and again is not mended by backups.
constexpr int kMostRestores = 3;

sigset_t OurSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, kWakeUp}) sigaddset(&signals, signal);
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
  // Waits while the disk is full or the database is held.
  absl::Status OpenPipeline();
  // Runs the pipeline until a signal asks to stop, or until its end.
  absl::Status RunPipeline();
  std::vector<HttpRoute> Routes();
  // Why counters cannot be shown at the moment.
  std::optional<HttpResponse> NotYet() const;
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
  std::atomic<bool> restoring_ = false;
  bool stop_asked_ = false;
  bool ready_ = false;
  uint64_t last_heartbeat_ = 0;
  absl::Duration last_keep_alive_ = -absl::InfiniteDuration();
};

absl::Status Daemon::Start() {
  RETURN_IF_ERROR(OpenPipeline());
  reload_status_.last_success_unix = absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch());
  ASSIGN_OR_RETURN(server_, HttpServer::Start(setup_.addresses, Routes()));
  SayWhatIsFollowed();
  return absl::OkStatus();
}

absl::Status Daemon::OpenPipeline() {
  pipeline_.reset();
  store_.reset();
  bool said = false;
  while (true) {
    absl::StatusOr<std::unique_ptr<CountStore>> store =
        OpenStore(setup_.state_dir, setup_.backup, log_);
    if (store.ok()) {
      store_ = *std::move(store);
      break;
    }
    const absl::Status& status = store.status();
    if (!absl::IsResourceExhausted(status) && !absl::IsUnavailable(status)) return status;
    if (!said) {
      log_.Error(absl::StrFormat("%s; waiting until this is over", StdView(status.message())));
    }
    said = true;
    service_manager_.KeepAlive();
    const int signal = WaitForSignal(absl::Seconds(1));
    if (signal == SIGTERM || signal == SIGINT) {
      return absl::CancelledError("stopped before the store could be opened");
    }
  }
  store_->SetErrorMemory(setup_.pipeline.aggregate.shard.max_error_details_bytes);
  ASSIGN_OR_RETURN(pipeline_,
                   Pipeline::Create(setup_.pipeline, *store_, board_, log_, SystemClock()));
  return absl::OkStatus();
}

std::optional<HttpResponse> Daemon::NotYet() const {
  if (restoring_) return HttpResponse{.status = 503, .body = "logtally restores its database\n"};
  const auto snapshot = board_.Latest();
  if (!snapshot->status.catching_up) return std::nullopt;
  return HttpResponse{.status = 503,
                      .body = absl::StrFormat("logtally is catching up: %d bytes to read\n",
                                              snapshot->status.catch_up_bytes)};
}

std::vector<HttpRoute> Daemon::Routes() {
  const auto open_reader = [this] {
    return CountReader::Open(DatabasePath(setup_.state_dir), kQueryLimit);
  };
  return {
      {"/",
       [this](const HttpRequest&) {
         return HttpResponse{200, "text/html; charset=utf-8",
                             LandingPage(board_.Latest().get(), catalogue_)};
       }},
      {"/codes",
       [this, open_reader](const HttpRequest&) {
         return AnswerCodeList(CodeListPart::kAll, catalogue_, board_.Latest().get(), open_reader,
                               SystemClock().Now());
       }},
      {"/codes/*",
       [this, open_reader](const HttpRequest& request) {
         return AnswerCodePage(request, catalogue_, board_.Latest().get(), open_reader,
                               SystemClock().Now());
       }},
      {"/metrics",
       [this](const HttpRequest&) {
         if (auto not_yet = NotYet()) return *std::move(not_yet);
         return HttpResponse{200, "text/plain; version=0.0.4; charset=utf-8",
                             MetricsText(collector_)};
       }},
      {"/-/healthy",
       [](const HttpRequest&) { return HttpResponse{.body = "logtally is healthy\n"}; }},
      {"/-/ready",
       [this](const HttpRequest&) {
         if (auto not_yet = NotYet()) return *std::move(not_yet);
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
      {"/api/v1/errors",
       [this, open_reader](const HttpRequest& request) {
         return AnswerErrors(request, catalogue_, open_reader);
       }},
      {"/api/v1/losses",
       [open_reader](const HttpRequest& request) { return AnswerLosses(request, open_reader); }},
  };
}

void Daemon::SayWhatIsFollowed() {
  for (const SiteSetup& site : setup_.pipeline.sites) {
    std::vector<std::string> inputs = site.patterns;
    for (const std::string& stream : site.streams) {
      inputs.emplace_back(stream == kStandardInput ? kStandardInputName : std::string_view(stream));
    }
    log_.Info(
        absl::StrFormat("site %s follows %s (format: %s)", site.site, absl::StrJoin(inputs, ", "),
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

absl::Status Daemon::RunPipeline() {
  std::atomic<bool> ended = false;
  absl::Status result;
  std::thread thread([&] {
    result = pipeline_->Run();
    ended = true;
    ::kill(::getpid(), kWakeUp);
  });
  // Until "ready" is said, look often; afterwards often enough for the watchdog.
  while (!ended) {
    const absl::Duration patience =
        ready_ ? std::min(absl::Seconds(1), service_manager_.keep_alive_period() / 2)
               : absl::Milliseconds(20);
    const int signal = WaitForSignal(patience);
    if (signal == SIGHUP) Reload();
    stop_asked_ = signal == SIGTERM || signal == SIGINT;
    if (stop_asked_) break;
    NoteReady();
    KeepAlive();
  }
  if (stop_asked_) service_manager_.Stopping();
  pipeline_->Stop();
  thread.join();
  return result;
}

absl::Status Daemon::RunUntilStopped() {
  absl::Status result = RunPipeline();
  for (int restores = 0; absl::IsDataLoss(result) && !stop_asked_; ++restores) {
    log_.Error(StdView(result.message()));
    if (restores == kMostRestores) {
      log_.Error("the database was damaged again and again: see whether the disk works");
      break;
    }
    restoring_ = true;
    RETURN_IF_ERROR(OpenPipeline());
    restoring_ = false;  // the board has the new pipeline's first snapshot
    result = RunPipeline();
  }
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
