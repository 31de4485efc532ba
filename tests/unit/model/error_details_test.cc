#include "model/error_details.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdlib>
#include <new>
#include <string>

namespace {

// Every byte that new has given and delete has not taken back, in this program.
int64_t live_bytes = 0;

void* Allocate(size_t size) {
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  live_bytes += static_cast<int64_t>(malloc_usable_size(memory));
  return memory;
}

void Free(void* memory) {
  live_bytes -= static_cast<int64_t>(malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

void* operator new(size_t size) { return Allocate(size); }
void* operator new[](size_t size) { return Allocate(size); }
void operator delete(void* memory) noexcept { Free(memory); }
void operator delete[](void* memory) noexcept { Free(memory); }
void operator delete(void* memory, size_t) noexcept { Free(memory); }
void operator delete[](void* memory, size_t) noexcept { Free(memory); }

namespace logtally {
namespace {

constexpr int64_t kHour = 1699999200;
constexpr ErrorKey kKey = {kHour, 0, 404};

TEST(ErrorDetails, KeepsListsClientsAndTheFirstAndLastLine) {
  ErrorDetails details;
  details.Add({.path = "/a", .client = "::1", .referrer = "https://x.example/", .line = "one"});
  EXPECT_EQ(details.last_line, "");
  details.Add({.path = "/a", .client = "::2", .line = "two"});
  details.Add({.path = "/b", .client = "::1", .line = "three"});
  EXPECT_EQ(details.list(ErrorList::kPaths).Sorted()[0], (TopValues::Entry{"/a", 2, 0}));
  EXPECT_EQ(details.list(ErrorList::kReferrers).size(), 1u);
  EXPECT_EQ(details.clients.Estimate(), 2);
  EXPECT_EQ(details.lines, 3);
  EXPECT_EQ(details.first_line, "one");
  EXPECT_EQ(details.last_line, "three");
  EXPECT_EQ(details.entries(), 5u);
}

TEST(ErrorDetails, MergingGoesOnWhereTheEarlierPartEnded) {
  ErrorDetails earlier;
  ErrorDetails later;
  earlier.Add({.path = "/a", .client = "::1", .line = "one"});
  later.Add({.path = "/a", .client = "::1", .line = "two"});
  earlier.Merge(later);
  EXPECT_EQ(earlier.lines, 2);
  EXPECT_EQ(earlier.first_line, "one");
  EXPECT_EQ(earlier.last_line, "two") << "the only line of the later part";
  ErrorDetails empty;
  empty.Merge(earlier);
  EXPECT_EQ(empty.first_line, "one");
  EXPECT_EQ(empty.last_line, "two");
}

TEST(ErrorDetails, LongSamplesAreCut) {
  ErrorDetails details;
  const std::string line(5000, 'x');
  details.Add({.line = line});
  EXPECT_EQ(details.first_line, std::string(kMaxSampleBytes, 'x') + "...");
}

TEST(ErrorDetailsByKey, MergesKeyByKey) {
  ErrorDetailsByKey all;
  ErrorDetailsByKey more;
  all.Add(kKey, {.path = "/a"});
  more.Add(kKey, {.path = "/a"});
  more.Add({kHour, 1, 500}, {.path = "/b"});
  all.Merge(more);
  EXPECT_EQ(all.by_key().size(), 2u);
  EXPECT_EQ(all.by_key().at(kKey).list(ErrorList::kPaths).entries()[0].count, 2);
  EXPECT_TRUE(all.unlisted().empty());
  all.Clear();
  EXPECT_EQ(all.bytes(), 0);
}

// Somebody sends what would be ten million different hours, codes, paths and clients.
TEST(ErrorDetailsByKey, AnAttackTakesNoMoreThanItsBudgetAndEveryLineIsListedOrCounted) {
  constexpr int64_t kBudget = 1 << 20;
  constexpr int kLines = 50'000;
  const int64_t before = live_bytes;
  int64_t most = 0;
  {
    ErrorDetailsByKey details(kBudget);
    ErrorDetailsByKey part(kBudget / 4);
    const std::string filling(300, 'x');
    for (int i = 0; i < kLines; ++i) {
      const std::string path = "/" + std::to_string(i) + filling.substr(0, i % 250);
      const std::string client = std::to_string(i) + ".example";
      const ErrorKey key = {kHour + 3600 * (i / 3), static_cast<SiteIndex>(i % 7),
                            static_cast<StatusCode>(400 + i % 600)};
      ErrorDetailsByKey& here = i % 2 == 0 ? details : part;
      here.Add(key, {.path = path, .client = client, .referrer = path, .line = path});
      if (i % 1000 == 999) {
        details.Merge(part);
        part.Clear();
      }
      most = std::max(most, live_bytes - before);
    }
    details.Merge(part);
    int64_t listed = 0;
    for (const auto& [key, error] : details.by_key()) listed += error.lines;
    int64_t unlisted = 0;
    for (const auto& [site, lines] : details.unlisted()) unlisted += lines;
    EXPECT_EQ(listed + unlisted, kLines);
    EXPECT_GT(listed, 100);
    EXPECT_TRUE(details.is_full());
    EXPECT_LE(details.bytes(), kBudget);
  }
  // What the allocator adds, and what a merge needs for a moment.
  EXPECT_LT(most, (kBudget + kBudget / 4) * 3 / 2);
  EXPECT_GT(most, kBudget) << "the test is of no use";
}

TEST(ErrorDetailsByKey, AFloodOfValuesUnderOneKeyIsListedToTheEnd) {
  ErrorDetailsByKey details(ErrorDetailsByKey::kDefaultMaxBytes);
  const std::string filling(256, 'x');
  for (int i = 0; i < 20'000; ++i) {
    const std::string path = ("/" + std::to_string(i) + filling).substr(0, i % 256 + 1);
    details.Add(kKey, {.path = path, .client = path, .referrer = path, .line = path});
  }
  EXPECT_TRUE(details.unlisted().empty());
  EXPECT_EQ(details.by_key().at(kKey).lines, 20'000);
  EXPECT_LT(details.bytes(), 80'000);
}

TEST(SampleText, HidesQueriesAndEscapesWhatIsNoText) {
  EXPECT_EQ(
      SampleText("::1 \"GET /a?token=secret&b HTTP/1.1\" 404 \"https://x/?q=1\" \"What? no\""),
      "::1 \"GET /a?... HTTP/1.1\" 404 \"https://x/?...\" \"What? no\"");
  EXPECT_EQ(SampleText("\x1b[2J \xff é \\x16"), "\\x1B[2J \\xFF é \\x16");
  EXPECT_EQ(SampleText("/a?"), "/a?");
  EXPECT_EQ(SampleText("/a?b?c"), "/a?...");
  EXPECT_EQ(SampleText(""), "");
}

TEST(SampleText, TwiceIsTheSameAsOnce) {
  for (const char* line : {"/a?b=c d \"?\" ?e", "\x1b\xff\xc2\x9b \\ ??\"?x", "plain"}) {
    const std::string once = SampleText(line);
    EXPECT_EQ(SampleText(once), once);
  }
}

}  // namespace
}  // namespace logtally
