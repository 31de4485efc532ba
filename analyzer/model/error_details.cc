#include "model/error_details.h"

#include <algorithm>
#include <cassert>

#include "base/text.h"

namespace logtally {
namespace {

// What is added to a list has at most this much room beside its texts: all entries, and the index.
constexpr int64_t kMaxListBytes =
    TopValues::kDefaultCapacity * (sizeof(TopValues::Entry) + sizeof(uint32_t)) +
    4 * TopValues::kDefaultCapacity;
// U+FFFD takes three bytes for each that is not valid; a string may make twice the room it needs.
constexpr int64_t kMaxTextBytes =
    kErrorLists * (3 * kMaxListedBytes + 16) + 2 * (2 * kMaxSampleBytes + 32);
constexpr int64_t kMaxSketchBytes = 4096;
// A node of the table, with the pointers and the marks to it while it doubles.
constexpr int64_t kNodeBytes = sizeof(std::pair<const ErrorKey, ErrorDetails>) + 64;
constexpr int64_t kMaxGrowth = static_cast<int64_t>(kErrorLists) * kMaxListBytes + kMaxTextBytes +
                               kMaxSketchBytes + kNodeBytes;

void SetSample(std::string_view line, std::string& sample) {
  sample.assign(line.substr(0, kMaxSampleBytes));
  if (line.size() > kMaxSampleBytes) sample += "...";
}

}  // namespace

void ErrorDetails::Add(const ErrorLine& line) {
  ++lines;
  if (!line.path.empty()) list(ErrorList::kPaths).Add(line.path);
  if (!line.client.empty()) {
    list(ErrorList::kClients).Add(line.client);
    clients.Add(line.client);
  }
  if (!line.referrer.empty()) list(ErrorList::kReferrers).Add(line.referrer);
  if (first_line.empty()) {
    SetSample(line.line, first_line);
  } else {
    SetSample(line.line, last_line);
  }
}

void ErrorDetails::Merge(const ErrorDetails& later) {
  for (size_t i = 0; i < kErrorLists; ++i) lists[i].Merge(later.lists[i]);
  clients.Merge(later.clients);
  lines += later.lines;
  if (first_line.empty()) {
    first_line = later.first_line;
    last_line = later.last_line;
  } else if (!later.first_line.empty()) {
    last_line = later.last_line.empty() ? later.first_line : later.last_line;
  }
}

std::optional<ErrorDetails::Clients> ErrorDetails::NumberOfClients() const {
  if (clients.empty()) return std::nullopt;
  const TopValues& known = list(ErrorList::kClients);
  // A list with room has never forgotten anybody.
  if (!known.full()) return Clients{static_cast<int64_t>(known.size()), true};
  return Clients{clients.Estimate(), false};
}

std::vector<std::string> ErrorDetails::Samples() const {
  std::vector<std::string> samples;
  for (const std::string* line : {&first_line, &last_line}) {
    if (!line->empty()) samples.push_back(SampleText(*line));
  }
  return samples;
}

size_t ErrorDetails::heap_bytes() const {
  size_t bytes = clients.heap_bytes();
  for (const TopValues& list : lists) bytes += list.heap_bytes();
  for (const std::string* sample : {&first_line, &last_line}) {
    if (sample->capacity() > std::string().capacity()) bytes += sample->capacity() + 1;
  }
  return bytes;
}

size_t ErrorDetails::entries() const {
  size_t entries = 0;
  for (const TopValues& list : lists) entries += list.size();
  return entries;
}

template <typename Grow>
void ErrorDetailsByKey::Change(const ErrorKey& key, int64_t lines, int64_t most_bytes, Grow grow) {
  if (bytes_ + most_bytes > max_bytes_) {
    unlisted_[key.site] += lines;
    return;
  }
  const auto [entry, is_new] = by_key_.try_emplace(key);
  ErrorDetails& details = entry->second;
  const auto bytes_before = is_new ? -kNodeBytes : static_cast<int64_t>(details.heap_bytes());
  grow(details);
  bytes_ += static_cast<int64_t>(details.heap_bytes()) - bytes_before;
  assert(bytes_ <= max_bytes_);
}

void ErrorDetailsByKey::Add(const ErrorKey& key, const ErrorLine& line) {
  Change(key, 1, kMaxGrowth, [&](ErrorDetails& details) { details.Add(line); });
}

void ErrorDetailsByKey::Merge(const ErrorDetailsByKey& later) {
  for (const auto& [key, details] : later.by_key_) {
    Change(key, details.lines, kMaxGrowth + static_cast<int64_t>(details.heap_bytes()),
           [&](ErrorDetails& here) { here.Merge(details); });
  }
  for (const auto& [site, lines] : later.unlisted_) unlisted_[site] += lines;
}

void ErrorDetailsByKey::Clear() {
  by_key_.clear();
  unlisted_.clear();
  bytes_ = 0;
}

std::string SampleText(std::string_view line) {
  std::string without_queries;
  while (!line.empty()) {
    const size_t before_query = std::min(line.find('?'), line.size() - 1) + 1;
    without_queries += line.substr(0, before_query);
    line.remove_prefix(before_query);
    const size_t query = std::min(line.find_first_of(" \""), line.size());
    if (query > 0) without_queries += "...";
    line.remove_prefix(query);
  }
  return EscapeForTerminal(without_queries);
}

}  // namespace logtally
