-- What each text of each log gave, so that an audit can count the logs again and compare; every
-- known loss; and more than one text (generation) of a file at a time.

-- A text: what one file held from one truncation to the next. How far it was read, and what that
-- gave, moves in the transaction that stores what was read.
CREATE TABLE file_text (
  id            INTEGER PRIMARY KEY,
  site_id       INTEGER NOT NULL REFERENCES site,
  inode         INTEGER NOT NULL,  -- the 64 bits as a signed number
  btime_ns      INTEGER NOT NULL,  -- birth time in unix nanoseconds; 0: the file system has none
  generation    INTEGER NOT NULL,  -- +1 at each truncation
  device        INTEGER NOT NULL,  -- a hint only
  start_offset  INTEGER NOT NULL,  -- the lines that begin in [start_offset, offset) were counted here
  offset        INTEGER NOT NULL,
  size_seen     INTEGER NOT NULL,
  head_length   INTEGER NOT NULL,
  head_hash     INTEGER NOT NULL,  -- XXH3 of the first head_length bytes
  anchor_length INTEGER NOT NULL,
  anchor_hash   INTEGER NOT NULL,  -- XXH3 of the anchor_length bytes before offset
  state         TEXT NOT NULL,     -- 'live', 'draining', 'done', 'lost', 'await_copy'
  path          TEXT NOT NULL,     -- where it was last seen
  -- The text whose reading went on here at start_offset (moved, copied, compressed), or NULL.
  continues_inode      INTEGER,
  continues_btime_ns   INTEGER,
  continues_generation INTEGER,
  rejected_lines INTEGER NOT NULL,
  commit_seq     INTEGER NOT NULL,  -- the transaction that last moved it
  UNIQUE (site_id, inode, btime_ns, generation)
) STRICT;

-- What was read before this table existed cannot be compared: it begins where the reading was.
INSERT INTO file_text (site_id, inode, btime_ns, generation, device, start_offset, offset,
                       size_seen, head_length, head_hash, anchor_length, anchor_hash,
                       state, path, rejected_lines, commit_seq)
  SELECT site_id, inode, btime_ns, generation, device, offset, offset, size_seen, head_length,
         head_hash, anchor_length, anchor_hash, state, path, 0, commit_seq
  FROM file_position;
DROP TABLE file_position;

CREATE TABLE file_text_code (
  text_id   INTEGER NOT NULL REFERENCES file_text ON DELETE CASCADE,
  code      INTEGER NOT NULL,
  responses INTEGER NOT NULL,
  PRIMARY KEY (text_id, code)
) STRICT, WITHOUT ROWID;

-- By the hour in which a loss was found. bytes and lines: what is known for certain; 0 where only
-- the window is known.
CREATE TABLE loss (
  hour_unix INTEGER NOT NULL,
  site_id   INTEGER NOT NULL REFERENCES site,
  cause     TEXT NOT NULL,  -- 'truncation', 'rotation_gap', 'gone', 'too_long', 'nul_hole', 'dropped'
  path      TEXT NOT NULL,
  losses    INTEGER NOT NULL,
  bytes     INTEGER NOT NULL,
  lines     INTEGER NOT NULL,
  from_unix INTEGER NOT NULL,  -- the window, both ends included
  to_unix   INTEGER NOT NULL,
  PRIMARY KEY (hour_unix, site_id, cause, path)
) STRICT, WITHOUT ROWID;

-- Since the beginning, never pruned: /metrics shows these.
CREATE TABLE loss_total (
  site_id   INTEGER NOT NULL REFERENCES site,
  cause     TEXT NOT NULL,
  losses    INTEGER NOT NULL,
  bytes     INTEGER NOT NULL,
  lines     INTEGER NOT NULL,
  from_unix INTEGER NOT NULL,
  to_unix   INTEGER NOT NULL,
  PRIMARY KEY (site_id, cause)
) STRICT, WITHOUT ROWID;

INSERT INTO meta VALUES ('created_unix', unixepoch());
INSERT INTO meta VALUES ('last_commit_unix_ns', 0);  -- wall clock; 0: none yet
INSERT INTO meta VALUES ('ended_cleanly', 0);        -- 1 between a clean stop and the next start

-- Public, as the other views.
CREATE VIEW losses (time_unix, site, cause, path, losses, bytes, lines, from_unix, to_unix) AS
  SELECT hour_unix, site.name, cause, path, losses, bytes, lines, from_unix, to_unix
  FROM loss JOIN site ON site.id = site_id;
