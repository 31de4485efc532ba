#include "store/position_writer.h"

#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"

namespace logtally {

absl::StatusOr<PositionWriter> PositionWriter::Open(Database& db, NameTable& sites) {
  absl::Status failed;
  const auto prepare = [&](std::string_view text) { return db.Prepare(text, failed); };
  Statements sql{
      .add_position =
          prepare("INSERT INTO file_text (site_id, inode, btime_ns, generation, device, offset, "
                  "size_seen, head_length, head_hash, anchor_length, anchor_hash, state, path, "
                  "commit_seq, start_offset, continues_inode, continues_btime_ns, "
                  "continues_generation, rejected_lines) VALUES (?1, ?2, ?3, ?4, ?5, "
                  "?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, 0) ON "
                  "CONFLICT DO NOTHING"),
      .swap_position =
          prepare("UPDATE file_text SET device = ?5, offset = ?6, size_seen = ?7, "
                  "head_length = ?8, head_hash = ?9, anchor_length = ?10, anchor_hash = ?11, "
                  "state = ?12, path = ?13, commit_seq = ?14 WHERE site_id = ?1 "
                  "AND inode = ?2 "
                  "AND btime_ns = ?3 AND generation = ?4 AND offset = ?15"),
      .text_id = prepare("SELECT id FROM file_text WHERE site_id = ?1 AND inode = ?2 AND "
                         "btime_ns = ?3 AND generation = ?4"),
      .add_text_code = prepare("INSERT INTO file_text_code VALUES (?1, ?2, ?3) ON CONFLICT DO "
                               "UPDATE SET responses = responses + ?3"),
      .add_text_rejects =
          prepare("UPDATE file_text SET rejected_lines = rejected_lines + ?2 WHERE id = ?1"),
  };
  RETURN_IF_ERROR(failed);
  return PositionWriter(db, sites, std::move(sql));
}

absl::Status PositionWriter::Write(const PositionUpdate& update, int64_t commit_seq) {
  const FilePosition& p = update.position;
  ASSIGN_OR_RETURN(const int64_t site_id, sites_->IdOf(p.key.site));
  const bool known = update.stored_offset.has_value();
  Statement& write = known ? sql_.swap_position : sql_.add_position;
  write.BindInt(1, site_id).BindInt(2, static_cast<int64_t>(p.key.inode));
  write.BindInt(3, p.key.btime_ns).BindInt(4, p.generation);
  write.BindInt(5, static_cast<int64_t>(p.device)).BindInt(6, p.offset).BindInt(7, p.size_seen);
  write.BindInt(8, p.head_length).BindInt(9, static_cast<int64_t>(p.head_hash));
  write.BindInt(10, p.anchor_length).BindInt(11, static_cast<int64_t>(p.anchor_hash));
  write.BindText(12, FileStateName(p.state)).BindText(13, p.path).BindInt(14, commit_seq);
  if (known) {
    write.BindInt(15, *update.stored_offset);
  } else {
    write.BindInt(15, p.start_offset);
    if (p.continues) {
      write.BindInt(16, static_cast<int64_t>(p.continues->file.inode));
      write.BindInt(17, p.continues->file.btime_ns).BindInt(18, p.continues->generation);
    } else {
      write.BindNull(16).BindNull(17).BindNull(18);
    }
  }
  RETURN_IF_ERROR(write.Run());
  if (db_->changes() == 1) return absl::OkStatus();
  return absl::AbortedError(absl::StrFormat(
      "store the position of %s: the database does not hold the position that this process left "
      "there, so something else has written to %s; stop it, then start again",
      p.path, db_->path()));
}

absl::StatusOr<int64_t> PositionWriter::TextId(const TextKey& text) {
  ASSIGN_OR_RETURN(const int64_t site_id, sites_->IdOf(text.file.site));
  sql_.text_id.BindInt(1, site_id).BindInt(2, static_cast<int64_t>(text.file.inode));
  sql_.text_id.BindInt(3, text.file.btime_ns).BindInt(4, text.generation);
  ASSIGN_OR_RETURN(const bool row, sql_.text_id.Step());
  const int64_t id = row ? sql_.text_id.ColumnInt(0) : 0;
  sql_.text_id.Reset();
  if (row) return id;
  return absl::InternalError(
      absl::StrFormat("store what inode %d of site %s gave: no position came with it",
                      text.file.inode, text.file.site));
}

absl::Status PositionWriter::WriteTexts(const CountBatch& batch) {
  std::vector<int64_t> ids(batch.texts.size(), 0);
  const auto id_of = [&](TextIndex text) -> absl::StatusOr<int64_t> {
    if (ids[text] == 0) {
      ASSIGN_OR_RETURN(ids[text], TextId(batch.texts[text]));
    }
    return ids[text];
  };
  for (const auto& [key, responses] : batch.text_codes) {
    ASSIGN_OR_RETURN(const int64_t id, id_of(key.text));
    sql_.add_text_code.BindInt(1, id).BindInt(2, key.code).BindInt(3, responses);
    RETURN_IF_ERROR(sql_.add_text_code.Run());
  }
  for (const auto& [text, lines] : batch.text_rejects) {
    ASSIGN_OR_RETURN(const int64_t id, id_of(text));
    RETURN_IF_ERROR(sql_.add_text_rejects.BindInt(1, id).BindInt(2, lines).Run());
  }
  return absl::OkStatus();
}

}  // namespace logtally
