// Whether logs came and were deleted before anybody looked.
//
// There are two signs of it: more names appeared at a path than there are texts, and a number is
// missing in the row of older logs. No single look can tell. The names that inotify says and the
// files that a look finds are of different moments; and in the midst of a row of renames (.3 to .4
// is done, .2 to .3 is not) a number is missing though nothing is. So what a path goes through is
// one burst from its first change on: names and texts are summed up, and the signs count only when
// it is quiet, which is when two looks in a row found the same and no name of that log, or of its
// older logs, came or went meanwhile. Older logs in a folder that nobody watches are why two.
#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "tail/tailer_impl.h"

namespace logtally {
namespace {

constexpr int kQuietLooks = 2;

size_t NameBegin(std::string_view path) { return path.rfind('/') + 1; }

// The names of older logs are the log's with something behind it or, in front of its last '.',
// in it (see ParseRotatedName): so all of them begin with this, and go on with '.' or '-'.
std::string_view StemOf(std::string_view path) {
  const size_t dot = path.rfind('.');
  return dot == path.npos || dot <= NameBegin(path) ? path : path.substr(0, dot);
}

// Calls `visit` with each part of the path that may be the stem of it.
template <typename Visit>
void ForEachStem(std::string_view path, Visit visit) {
  for (size_t at = NameBegin(path) + 1; at < path.size(); ++at) {
    if (path[at] == '.' || path[at] == '-') visit(path.substr(0, at));
  }
  visit(path);
}

}  // namespace

void Tailer::Impl::Stir(const std::string& path) {
  if (stirred_stems.empty()) return;
  ForEachStem(path, [&](std::string_view stem) {
    const auto found = stirred_stems.find(AbslView(stem));
    if (found != stirred_stems.end()) found->second = true;
  });
}

void Tailer::Impl::IndexBursts() {
  for (const auto& [name, burst] : bursts) {
    stirred_stems.try_emplace(std::string(StemOf(name.second)), false);
  }
}

void Tailer::Impl::NoteRow(const RotatedListing& rotated, const std::string& site,
                           const FileKey* now, Burst& burst) const {
  const int64_t birth = burst.before.text.file.btime_ns;
  burst.born = now != nullptr && now->btime_ns > birth ? 1 : 0;
  std::map<int64_t, int64_t> numbers;  // to the time of the last write
  for (const RotatedFile& file : rotated.files) {
    if (file.name.number) numbers[*file.name.number] = file.stat.mtime_ns;
    // Archives are younger than their texts.
    if (file.name.compression.empty() && file.stat.btime_ns > birth) ++burst.born;
  }
  int64_t missing = 0;
  const RotatedFile* const before = FindText(site, burst.before.text, rotated);
  // Only where .1 is the youngest; there are those who count upwards.
  const auto first = numbers.find(1);
  const bool counts_down = before != nullptr && before->name.number && first != numbers.end() &&
                           first->second >= before->stat.mtime_ns;
  for (int64_t n = 1; counts_down && n < *before->name.number && missing == 0; ++n) {
    if (!numbers.contains(n)) missing = n;
  }
  burst.stirred |= missing != burst.missing_number;
  burst.missing_number = missing;
}

void Tailer::Impl::JudgeBursts() {
  if (bursts.empty()) return;
  const absl::Duration now = clock.Elapsed();
  absl::erase_if(bursts, [&](auto& entry) {
    auto& [name, burst] = entry;
    const bool stirred = stirred_stems.at(AbslView(StemOf(name.second)));
    if (std::exchange(burst.stirred, false) || stirred) {
      burst.quiet_looks = 0;
      burst.stirred_at = now;
      return false;
    }
    // Looks can follow one another at once, if other paths ask for them.
    const bool long_enough = now - burst.stirred_at >= options.reconcile_period;
    if (++burst.quiet_looks < kQuietLooks || !long_enough) return false;
    EndBurst(name, burst);
    return true;
  });
  stirred_stems.clear();
  IndexBursts();
}

void Tailer::Impl::Conclude() {
  if (!TakeEvents() && bursts.empty()) return;
  stirred_stems.clear();
  IndexBursts();
  Reconcile();
  TakeEvents();
  for (const auto& [name, burst] : bursts) {
    const bool stirred = stirred_stems.at(AbslView(StemOf(name.second)));
    // Without inotify one look says nothing of what went on while it was made.
    if (!stirred && (watches() || !burst.stirred)) EndBurst(name, burst);
  }
  bursts.clear();
  stirred_stems.clear();
}

void Tailer::Impl::EndBurst(const SitePath& name, const Burst& burst) {
  const auto& [site, path] = name;
  const auto memory = at_path.find(name);
  // Renamed to and fro: nothing came.
  const bool same_text = burst.texts == 0 && memory != at_path.end() && !memory->second.missing &&
                         memory->second.text == burst.before.text;
  const int64_t texts = std::max({burst.texts, burst.born, int64_t{1}});
  const bool more_names = burst.names > texts && !same_text && !IsOlderNameOfAnother(name);
  const bool missing_number = burst.missing_number != 0 && !burst.before.gap_said;
  if (!more_names && !missing_number) return;
  // As long as nothing else comes the same number stays missing.
  if (memory != at_path.end() && memory->second.text == burst.before.text) {
    memory->second.gap_said = true;
  }
  Say(Severity::kWarning, absl::StrCat(path,
                                       ": was rotated more often than there are older "
                                       "logs left; what was in between is lost"));
  Lose(site, LossCause::kRotationGap, path, LossSince(burst.before.seen_at, 0));
}

// A pattern may name older logs, too: what comes to such a name, and leaves it, has another.
bool Tailer::Impl::IsOlderNameOfAnother(const SitePath& name) const {
  const auto& [site, path] = name;
  const std::string_view file_name = std::string_view(path).substr(NameBegin(path));
  bool found = false;
  ForEachStem(path, [&](std::string_view stem) {
    const size_t dot = path.rfind('.');
    const std::string extension = dot == path.npos ? "" : path.substr(dot);
    for (const std::string& log : {std::string(stem), absl::StrCat(AbslView(stem), extension)}) {
      found |=
          log != path && at_path.contains({site, log}) &&
          ParseRotatedName(std::string_view(log).substr(NameBegin(log)), file_name).has_value();
    }
  });
  return found;
}

}  // namespace logtally
