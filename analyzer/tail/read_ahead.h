// Decompresses an archive on a thread of its own while somebody counts what came before.
#ifndef LOGTALLY_TAIL_READ_AHEAD_H_
#define LOGTALLY_TAIL_READ_AHEAD_H_

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <thread>

#include "base/mutex.h"
#include "tail/archive_text.h"

namespace logtally {

// Memory: 1 MiB. At most as many at once as there are processors (but at least two).
// Thread: one thread at a time calls it; a second one is its own.
class ReadAhead {
 public:
  // Takes the text and goes on with it. nullptr: too many do already; the text is left alone.
  static std::unique_ptr<ReadAhead> Start(std::unique_ptr<ArchiveText>& text);
  // Whether Start() would succeed at the moment.
  static bool HasRoom();

  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // Fills some of `room`, which is not empty; waits for it. 0: the text ended or failed, as it
  // stood then. What it says now is to be asked of itself.
  size_t Next(std::span<char> room);

  // Ends the thread. What it had read ahead is gone, unless Next() has said 0: then nothing was.
  std::unique_ptr<ArchiveText> Stop();

 private:
  static constexpr size_t kBuffers = 4;
  static constexpr size_t kBufferBytes = 256 << 10;
  struct Buffer {
    std::unique_ptr<char[]> bytes = std::make_unique_for_overwrite<char[]>(kBufferBytes);
    size_t size = 0;
  };

  explicit ReadAhead(std::unique_ptr<ArchiveText> text);
  void Run();
  // The next buffer to be filled; nullptr: it is to stop.
  Buffer* WaitForEmpty();

  std::unique_ptr<ArchiveText> text_;  // of the thread, while there is one
  // Buffers [first_, first_ + filled_), in a ring, are the reader's, the others the thread's.
  std::array<Buffer, kBuffers> buffers_;
  size_t taken_ = 0;  // bytes of the first filled one that were handed out; the reader's

  Mutex mutex_;
  Condition changed_;
  size_t first_ LOGTALLY_GUARDED_BY(mutex_) = 0;
  size_t filled_ LOGTALLY_GUARDED_BY(mutex_) = 0;
  bool ended_ LOGTALLY_GUARDED_BY(mutex_) = false;
  bool stop_ LOGTALLY_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_READ_AHEAD_H_
