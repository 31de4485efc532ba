#include "tail/read_ahead.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <system_error>
#include <utility>

namespace logtally {
namespace {

std::atomic<int> running = 0;

int MostAtOnce() {
  static const int most = std::max(2, static_cast<int>(std::thread::hardware_concurrency()));
  return most;
}

}  // namespace

bool ReadAhead::HasRoom() { return running.load(std::memory_order_relaxed) < MostAtOnce(); }

std::unique_ptr<ReadAhead> ReadAhead::Start(std::unique_ptr<ArchiveText>& text) {
  if (running.fetch_add(1) >= MostAtOnce()) {
    --running;
    return nullptr;
  }
  std::unique_ptr<ReadAhead> ahead(new ReadAhead(std::move(text)));
  try {
    ahead->thread_ = std::thread([&self = *ahead] { self.Run(); });
  } catch (const std::system_error&) {  // no more threads: it works without one
    text = ahead->Stop();
    return nullptr;
  }
  return ahead;
}

ReadAhead::ReadAhead(std::unique_ptr<ArchiveText> text) : text_(std::move(text)) {}

ReadAhead::~ReadAhead() {
  Stop();
  --running;
}

std::unique_ptr<ArchiveText> ReadAhead::Stop() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
  }
  changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
  return std::move(text_);
}

void ReadAhead::Run() {
  while (Buffer* const buffer = WaitForEmpty()) {
    buffer->size = 0;
    size_t more = 1;
    while (more > 0 && buffer->size < kBufferBytes) {
      const auto n = text_->Next({buffer->bytes.get() + buffer->size, kBufferBytes - buffer->size});
      more = n.ok() ? *n : 0;
      buffer->size += more;
    }
    MutexLock lock(mutex_);
    if (buffer->size > 0) ++filled_;
    ended_ = more == 0;
    changed_.NotifyAll();
    if (ended_) return;
  }
}

ReadAhead::Buffer* ReadAhead::WaitForEmpty() {
  MutexLock lock(mutex_);
  while (!stop_ && filled_ == kBuffers) changed_.Wait(mutex_);
  return stop_ ? nullptr : &buffers_[(first_ + filled_) % kBuffers];
}

size_t ReadAhead::Next(std::span<char> room) {
  const Buffer* buffer = nullptr;
  {
    MutexLock lock(mutex_);
    while (filled_ == 0 && !ended_) changed_.Wait(mutex_);
    if (filled_ == 0) return 0;
    buffer = &buffers_[first_];
  }
  const size_t size = std::min(room.size(), buffer->size - taken_);
  std::memcpy(room.data(), buffer->bytes.get() + taken_, size);
  taken_ += size;
  if (taken_ == buffer->size) {
    taken_ = 0;
    MutexLock lock(mutex_);
    first_ = (first_ + 1) % kBuffers;
    --filled_;
    changed_.NotifyAll();
  }
  return size;
}

}  // namespace logtally
