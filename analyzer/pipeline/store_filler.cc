#include "pipeline/store_filler.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/hash.h"
#include "base/status_macros.h"
#include "pipeline/text_recount.h"

namespace logtally {

StoreFiller::StoreFiller(CountStore& store, const CountSnapshot& known,
                         const std::vector<SiteSetup>& sites, Aggregator::Options options,
                         const Clock& clock, const IngestProgress& so_far, const Show& show)
    : store_(store),
      counter_(sites, options, clock),
      so_far_(so_far),
      progress_(so_far),
      show_(show) {
  counter_.AdmitKnownSites(known);
}

absl::StatusOr<StoreFiller::Filled> StoreFiller::Fill(const Text& text) {
  Current current = {text.file, text.position, std::nullopt};
  if (text.is_stored) current.stored_offset = text.position.offset;
  absl::StatusOr<OpenedText> opened = OpenRetained(text.file);
  if (!opened.ok()) return Filled{text.position, opened.status()};
  const TextKey key = text.position.text();
  LineBatch batch;
  batch.file = text.log;
  batch.site = key.file.site;
  batch.path = text.file.path;
  batch.text = key;
  absl::Status store_failed;
  const absl::StatusOr<int64_t> reached =
      ForEachLine(opened->content, {text.position.offset, text.end}, text.max_line_bytes,
                  [&](std::span<const RawLine> lines, int64_t consumed) {
                    batch.lines.assign(lines.begin(), lines.end());
                    store_failed = Count(opened->content, current, batch, consumed);
                    return store_failed;
                  });
  RETURN_IF_ERROR(store_failed);
  const bool has_rest = reached.ok() && *reached > current.position.offset;
  if (has_rest && text.rest == Text::Rest::kIsALine) {
    batch.lines = {{{}, current.position.offset, RawLine::Kind::kUnterminated}};
    RETURN_IF_ERROR(Count(opened->content, current, batch, *reached));
  }
  // The size of an archive says nothing about that of its text.
  current.position.size_seen =
      std::max(current.position.offset, opened->content.is_archive() ? 0 : opened->stat.size);
  Seal(opened->content, current);
  updates_.push_back({current.position, current.stored_offset});
  return Filled{std::move(current.position), reached.status()};
}

absl::Status StoreFiller::Count(LogContent& content, Current& current, LineBatch& batch,
                                int64_t consumed) {
  batch.bytes = consumed - current.position.offset;
  counter_.Count(batch);
  current.position.offset = consumed;
  progress_.bytes_read += batch.bytes;
  progress_.lines_counted = so_far_.lines_counted + counter_.lines_counted();
  progress_.lines_rejected = so_far_.lines_rejected + counter_.lines_rejected();
  show_(progress_);
  if (!counter_.aggregator().is_full()) return absl::OkStatus();
  Seal(content, current);
  updates_.push_back({current.position, current.stored_offset});
  RETURN_IF_ERROR(Commit());
  current.stored_offset = current.position.offset;
  return absl::OkStatus();
}

// What the position remembers of its text, as FileFollower::position() has it.
void StoreFiller::Seal(LogContent& content, Current& current) {
  FilePosition& position = current.position;
  int64_t length = std::min<int64_t>(std::ssize(current.file.head), position.offset);
  if (length >= kMovedEvidenceBytes) {
    length = static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(length)));
  }
  const auto head = std::string_view(current.file.head).substr(0, length);
  position.head_length = static_cast<int32_t>(head.size());
  position.head_hash = StableHash(head);
  const int64_t anchor_size = std::min(position.offset, kAnchorBytes);
  const std::string anchor =
      ReadText(content, position.offset - anchor_size, anchor_size).value_or("");
  position.anchor_length = static_cast<int32_t>(anchor.size());
  position.anchor_hash = StableHash(anchor);
}

absl::Status StoreFiller::Commit() {
  RETURN_IF_ERROR(store_.Commit(counter_.aggregator().batch(), updates_));
  counter_.aggregator().Clear();
  updates_.clear();
  return absl::OkStatus();
}

}  // namespace logtally
