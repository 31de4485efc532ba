// std::mutex with the annotations that clang's -Wthread-safety checks.
//
// Why not absl::Mutex: ThreadSanitizer reports false races on the prebuilt one.
#ifndef LOGTALLY_BASE_MUTEX_H_
#define LOGTALLY_BASE_MUTEX_H_

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define LOGTALLY_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define LOGTALLY_THREAD_ANNOTATION(x)
#endif

#define LOGTALLY_GUARDED_BY(x) LOGTALLY_THREAD_ANNOTATION(guarded_by(x))

namespace logtally {

class LOGTALLY_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void Lock() LOGTALLY_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void Unlock() LOGTALLY_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

class LOGTALLY_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) LOGTALLY_THREAD_ANNOTATION(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() LOGTALLY_THREAD_ANNOTATION(release_capability()) { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// std::condition_variable for a Mutex.
class Condition {
 public:
  // Gives the mutex up, waits, and has it again. May wake up for nothing.
  void Wait(Mutex& mutex) LOGTALLY_THREAD_ANNOTATION(requires_capability(mutex)) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace logtally

#endif  // LOGTALLY_BASE_MUTEX_H_
