#include "base/log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "absl/strings/str_format.h"
#include "base/environment.h"
#include "base/text.h"

namespace logtally {
namespace {

std::string_view Prefix(Severity severity, Log::Style style) {
  const bool journal = style == Log::Style::kJournal;
  switch (severity) {
    case Severity::kError:
      return journal ? "<3>" : "error: ";
    case Severity::kWarning:
      return journal ? "<4>" : "warning: ";
    case Severity::kInfo:
      return journal ? "<6>" : "";
  }
  return "";
}

}  // namespace

Log::Style Log::StyleOf(int fd) {
  struct stat stream;
  if (::fstat(fd, &stream) != 0) return Style::kPlain;
  return Environment("JOURNAL_STREAM") == absl::StrFormat("%d:%d", stream.st_dev, stream.st_ino)
             ? Style::kJournal
             : Style::kPlain;
}

void Log::Write(Severity severity, std::string_view message) {
  const std::string line =
      absl::StrFormat("%s%s\n", Prefix(severity, style_), EscapeForTerminal(message));
  MutexLock lock(mutex_);
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nowhere left to complain
    rest.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace logtally
