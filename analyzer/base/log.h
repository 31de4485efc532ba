// What the program says about itself on standard error: one line an event.
#ifndef LOGTALLY_BASE_LOG_H_
#define LOGTALLY_BASE_LOG_H_

#include <string_view>

#include "base/mutex.h"

namespace logtally {

enum class Severity { kError, kWarning, kInfo };

// Shape:  one call, one line: "warning: open /var/log/x: Permission denied". Under systemd the
//         line starts with the journal's "<4>" priority instead (sd-daemon(3)).
// Safety: text from outside may be passed as it is; control bytes are escaped here.
// Thread: any.
class Log {
 public:
  enum class Style { kPlain, kJournal };

  // kJournal if `fd` is the stream that $JOURNAL_STREAM ("device:inode") names. A child of a
  // service that writes elsewhere has the variable as well. Source: systemd.exec(5).
  static Style StyleOf(int fd);

  explicit Log(int fd, Style style) : fd_(fd), style_(style) {}

  void Error(std::string_view message) { Write(Severity::kError, message); }
  void Warning(std::string_view message) { Write(Severity::kWarning, message); }
  void Info(std::string_view message) { Write(Severity::kInfo, message); }
  void Write(Severity severity, std::string_view message);

 private:
  const int fd_;
  const Style style_;
  Mutex mutex_;
};

}  // namespace logtally

#endif  // LOGTALLY_BASE_LOG_H_
