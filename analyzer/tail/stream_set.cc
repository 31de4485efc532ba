#include "tail/stream_set.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "tail/pipe_input.h"
#include "tail/syslog_address.h"
#include "tail/syslog_listener.h"

namespace logtally {
namespace {

bool SameFile(const FileStat& a, const FileStat& b) {
  return a.inode == b.inode && a.btime_ns == b.btime_ns && a.device == b.device;
}

}  // namespace

absl::Status StreamSet::Check(const std::vector<LogSource>& sources) {
  for (const LogSource& source : sources) {
    for (const std::string& stream : source.streams) {
      if (stream == kStandardInput) continue;
      if (const auto address = ParseSyslogAddress(stream); !address.ok()) return address.status();
    }
  }
  return absl::OkStatus();
}

void StreamSet::Use(const std::vector<LogSource>& sources, const StreamInput::Options& options) {
  options_ = options;
  for (Stream& stream : streams_) {
    if (!stream.is_fifo) stream.is_named = false;
    if (stream.input != nullptr) stream.input->SetMaxLineBytes(options.max_line_bytes);
  }
  for (const LogSource& source : sources) {
    for (const std::string& address : source.streams) {
      if (Stream* known = Find(source.site, address)) {
        known->is_named = true;
      } else {
        streams_.push_back({.site = source.site, .address = address});
      }
    }
  }
  // Now, and not at the end of the next pass: another site may want the same address.
  std::erase_if(streams_, [](const Stream& s) { return !s.is_fifo && !s.is_named; });
}

StreamSet::Stream* StreamSet::Find(const std::string& site, const std::string& address) {
  const auto it = std::ranges::find_if(
      streams_, [&](const Stream& s) { return s.site == site && s.address == address; });
  return it == streams_.end() ? nullptr : &*it;
}

void StreamSet::NoteFifo(const std::string& site, const std::string& path, const FileStat& stat) {
  for (Stream& stream : streams_) {
    if (!stream.is_fifo || stream.site != site || stream.address != path) continue;
    if (stream.input != nullptr && !SameFile(stream.fifo, stat)) continue;  // replaced
    stream.is_named = true;
    return;
  }
  streams_.push_back({.site = site, .address = path, .is_fifo = true});
}

void StreamSet::Reconcile() {
  std::erase_if(streams_, [](const Stream& s) {
    return s.is_fifo && !s.is_named && (s.input == nullptr || s.input->at_end());
  });
  for (Stream& stream : streams_) {
    TellDrops(stream);
    if (stream.is_fifo && !stream.is_named) {
      static_cast<PipeInput&>(*stream.input).EndWhenEmpty();
    } else {
      Open(stream);
    }
    if (stream.is_fifo) stream.is_named = false;  // until the next pass names it
  }
}

void StreamSet::Open(Stream& stream) {
  if (stream.input != nullptr) {
    if (stream.input->error().ok()) return;
    // Standard input cannot be opened again.
    troubles_.Meet(stream.site, stream.input->name(), std::string(stream.input->error().message()));
    if (stream.address == kStandardInput) return;
    stream.input.reset();
  }
  const auto take = [&](auto opened, std::string_view what) -> std::string {
    if (!opened.ok()) {
      troubles_.Meet(stream.site, stream.address, std::string(opened.status().message()));
      return "";
    }
    stream.input = *std::move(opened);
    stream.index = next_index_++;
    return absl::StrCat(stream.input->name(), ": ", AbslView(what), " for site ", stream.site);
  };
  std::string said;
  if (stream.address == kStandardInput) {
    take(PipeInput::OpenStandardInput(stream.site, options_), "");
  } else if (stream.is_fifo) {
    said =
        take(PipeInput::OpenFifo(stream.site, stream.address, options_), "is a FIFO; reading it");
    if (stream.input != nullptr) stream.fifo = static_cast<PipeInput&>(*stream.input).stat();
  } else {
    said =
        take(SyslogListener::Open(stream.site, stream.address, options_), "taking syslog messages");
    if (stream.input != nullptr) {
      const std::string advice = static_cast<SyslogListener&>(*stream.input).Advice();
      if (!advice.empty()) {
        notices_.push_back({Severity::kWarning, absl::StrCat(stream.input->name(), ": ", advice)});
      }
    }
  }
  if (!said.empty()) notices_.push_back({Severity::kInfo, std::move(said)});
}

bool StreamSet::Read(LineBatch& batch) {
  for (size_t i = 0; i < streams_.size(); ++i) {
    Stream& stream = streams_[(next_turn_ + i) % streams_.size()];
    if (!ReadFrom(stream, batch)) continue;
    next_turn_ = (next_turn_ + i + 1) % streams_.size();
    return true;
  }
  return false;
}

bool StreamSet::ReadFrom(Stream& stream, LineBatch& batch) {
  if (stream.input == nullptr || stream.input->at_end()) return false;
  const size_t first = batch.lines.size();
  const bool has_read = stream.input->Read(batch);
  stream.too_long_lines +=
      std::count_if(batch.lines.begin() + static_cast<ptrdiff_t>(first), batch.lines.end(),
                    [](const RawLine& line) { return line.kind == RawLine::Kind::kTooLong; });
  if (!stream.input->error().ok()) {
    troubles_.Meet(stream.site, stream.input->name(), std::string(stream.input->error().message()));
  } else if (stream.input->at_end()) {
    notices_.push_back({Severity::kInfo, absl::StrCat(stream.input->name(), ": ended")});
  }
  if (!has_read) return false;
  batch.file = stream.index;
  batch.site = stream.input->site();
  batch.path = stream.input->name();
  batch.text.reset();
  return true;
}

bool StreamSet::AtEnd() const {
  return std::ranges::all_of(streams_, [](const Stream& s) {
    return s.input == nullptr ? s.address == kStandardInput : s.input->at_end();
  });
}

void StreamSet::AppendWakers(std::vector<pollfd>& wakers) const {
  for (const Stream& stream : streams_) {
    if (stream.input == nullptr || stream.input->at_end()) continue;
    wakers.push_back({stream.input->fd(), POLLIN, 0});
  }
}

void StreamSet::AppendRows(std::vector<FollowedFile>& rows) const {
  for (const Stream& stream : streams_) {
    if (stream.input == nullptr || stream.input->at_end()) continue;
    rows.push_back({.index = stream.index,
                    .site = stream.site,
                    .path = stream.input->name(),
                    .state = "live",
                    .offset = stream.input->bytes_read(),
                    .size = stream.input->bytes_read()});
  }
}

std::vector<Loss> StreamSet::TakeLosses(absl::Time now) {
  std::vector<Loss> losses;
  const absl::Time since = std::min(std::exchange(losses_taken_, now), now);
  const int64_t to_unix = absl::ToUnixSeconds(now);
  const int64_t from_unix = since == absl::InfinitePast() ? to_unix : absl::ToUnixSeconds(since);
  for (Stream& stream : streams_) {
    if (stream.input == nullptr) continue;
    const auto lose = [&](LossCause cause, int64_t lines) {
      if (lines == 0) return;
      losses.push_back(
          {stream.site,
           cause,
           stream.input->name(),
           {.losses = lines, .lines = lines, .from_unix = from_unix, .to_unix = to_unix}});
    };
    const int64_t drops = stream.input->TakeDrops();
    stream.untold_drops += drops;
    lose(LossCause::kDropped, drops);
    lose(LossCause::kTooLong, std::exchange(stream.too_long_lines, 0));
  }
  return losses;
}

// Once a pass, as it may go on for long.
void StreamSet::TellDrops(Stream& stream) {
  if (stream.untold_drops == 0) return;
  notices_.push_back(
      {Severity::kWarning,
       absl::StrCat(stream.input->name(), ": ", std::exchange(stream.untold_drops, 0),
                    " messages came faster than they were read, and are lost (a larger sysctl "
                    "net.core.rmem_max lets more of them wait)")});
}

}  // namespace logtally
