#include "store/text_reader.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "store/database.h"
#include "store/migrations.h"
#include "store/snapshot_loader.h"

namespace logtally {
namespace {

struct TallyOfText {
  TextTally tally;
  int64_t commit_seq = 0;
};

absl::StatusOr<absl::flat_hash_map<TextKey, TallyOfText>> LoadTallies(Database& database) {
  absl::flat_hash_map<TextKey, TallyOfText> tallies;
  absl::flat_hash_map<int64_t, TextKey> texts;  // by id
  ASSIGN_OR_RETURN(
      Statement rows,
      database.Prepare("SELECT file_text.id, site.name, inode, btime_ns, generation, "
                       "rejected_lines, commit_seq FROM file_text JOIN site ON site.id = site_id"));
  RETURN_IF_ERROR(rows.ForEachRow([&] {
    const TextKey text = {{std::string(rows.ColumnText(1)),
                           static_cast<uint64_t>(rows.ColumnInt(2)), rows.ColumnInt(3)},
                          rows.ColumnInt(4)};
    texts[rows.ColumnInt(0)] = text;
    tallies[text] = {{{}, rows.ColumnInt(5)}, rows.ColumnInt(6)};
  }));
  ASSIGN_OR_RETURN(Statement codes,
                   database.Prepare("SELECT text_id, code, responses FROM file_text_code"));
  RETURN_IF_ERROR(codes.ForEachRow([&] {
    const auto text = texts.find(codes.ColumnInt(0));
    if (text == texts.end()) return;
    tallies[text->second].tally.responses[static_cast<StatusCode>(codes.ColumnInt(1))] +=
        codes.ColumnInt(2);
  }));
  return tallies;
}

absl::StatusOr<StoredTexts> Load(Database& database) {
  StoredTexts stored;
  ASSIGN_OR_RETURN(stored.commit_seq,
                   database.QueryInt("SELECT value FROM meta WHERE key = 'commit_seq'"));
  ASSIGN_OR_RETURN(stored.created_unix,
                   database.QueryInt("SELECT value FROM meta WHERE key = 'created_unix'"));
  ASSIGN_OR_RETURN(std::vector<FilePosition> positions, LoadPositions(database));
  ASSIGN_OR_RETURN(auto tallies, LoadTallies(database));
  for (FilePosition& position : positions) {
    TallyOfText& of_text = tallies[position.text()];
    stored.texts.push_back({std::move(position), std::move(of_text.tally), of_text.commit_seq});
  }
  return stored;
}

}  // namespace

int64_t TextTally::lines() const {
  int64_t lines = rejected_lines;
  for (const auto& [code, count] : responses) lines += count;
  return lines;
}

void TextTally::operator+=(const TextTally& other) {
  for (const auto& [code, count] : other.responses) responses[code] += count;
  rejected_lines += other.rejected_lines;
}

absl::StatusOr<StoredTexts> ReadTexts(const std::string& database_path) {
  if (::access(database_path.c_str(), R_OK) != 0) {
    return ErrnoStatus("open database", database_path, errno);
  }
  ASSIGN_OR_RETURN(Database database, Database::Open(database_path, Database::Mode::kReader));
  RETURN_IF_ERROR(CheckSchemaVersion(database));
  // Positions and what they gave belong together only within one commit.
  RETURN_IF_ERROR(database.Execute("BEGIN"));
  absl::StatusOr<StoredTexts> stored = Load(database);
  (void)database.Execute("ROLLBACK");  // nothing was written
  return stored;
}

}  // namespace logtally
