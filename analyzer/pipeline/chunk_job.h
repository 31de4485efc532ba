// The work on the lines of one read.
#ifndef LOGTALLY_PIPELINE_CHUNK_JOB_H_
#define LOGTALLY_PIPELINE_CHUNK_JOB_H_

#include <cstdint>
#include <memory>

#include "aggregate/count_shard.h"
#include "model/access_record.h"
#include "model/time_window.h"
#include "parse/line_reader.h"
#include "parse/log_format.h"

namespace logtally {

// All that is needed to count the lines of one read on any thread, and what came of it.
struct ChunkJob {
  const LineBatch* batch = nullptr;
  ChunkOrigin origin;
  std::shared_ptr<const LogFormat> format;  // null: none is known
  TimeWindow window;                        // only records with a time inside count

  struct Outcome {
    int64_t counted = 0;
    int64_t rejected = 0;
    int64_t outside_window = 0;
    Refusals refusals;
  } outcome;
};

// Parses every line of the batch and counts it in the shard. The views of the batch must be good
// until it returns. Thread: any; one at a time for each shard and for each job.
void CountChunk(ChunkJob& job, CountShard& shard);

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_CHUNK_JOB_H_
