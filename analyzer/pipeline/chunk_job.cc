#include "pipeline/chunk_job.h"

namespace logtally {
namespace {

bool IsWanted(const AccessRecord& record, const TimeWindow& window) {
  return !window.bounded() || (record.time_unix && window.Contains(*record.time_unix));
}

void CountLine(const RawLine& line, LineReader& reader, const TimeWindow& window, CountShard& shard,
               AccessRecord& record, ChunkJob::Outcome& outcome) {
  const auto reject = [&](RejectReason reason) {
    ++outcome.rejected;
    shard.Reject(reason);
  };
  if (line.kind == RawLine::Kind::kTooLong) return reject(RejectReason::kTooLong);
  if (line.kind == RawLine::Kind::kUnterminated) return reject(RejectReason::kUnterminated);
  if (const auto reason = reader.Read(line.bytes, record)) return reject(*reason);
  if (!IsWanted(record, window)) {
    ++outcome.outside_window;
    return;
  }
  ++outcome.counted;
  record.line = line.bytes;
  shard.Count(record);
}

}  // namespace

void CountChunk(ChunkJob& job, CountShard& shard) {
  LineReader reader(job.format.get());
  AccessRecord record;
  shard.Begin(job.origin);
  for (const RawLine& line : job.batch->lines) {
    CountLine(line, reader, job.window, shard, record, job.outcome);
  }
  shard.End();
  job.outcome.refusals = reader.refusals();
}

}  // namespace logtally
