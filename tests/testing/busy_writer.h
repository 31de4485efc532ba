// A server that never stops: a thread that writes lines of several codes to a log.
#ifndef LOGTALLY_TESTING_BUSY_WRITER_H_
#define LOGTALLY_TESTING_BUSY_WRITER_H_

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "testing/log_writer.h"

namespace logtally::testing {

// Thread: all of it may be called from any thread.
class BusyWriter {
 public:
  // Writes about so many lines a second until it is stopped.
  BusyWriter(const std::string& path, int lines_per_second);
  ~BusyWriter() { Stop(); }

  // What was written until now: never less than what a reader may have seen.
  CodeCounts truth() const;
  // Opens the log again under its own name, as on SIGUSR1. Until then a renamed file is written.
  void Reopen();
  void Stop();
  // The log and its truth, once stopped.
  LogWriter& log() { return log_; }

 private:
  void Run();

  const int lines_per_second_;
  mutable std::mutex mutex_;
  LogWriter log_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_BUSY_WRITER_H_
