-- The state of logtally: counts, read positions and what the codes mean, all of one moment.
-- Tables are private and may change with any version; the views at the end are public.
-- Times are unix seconds (INTEGER); minutes are multiples of 60, hours of 3600.

CREATE TABLE meta (
  key   TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('commit_seq', 0);

-- Names, so that the rows that there are many of hold small integers.
CREATE TABLE site   (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE method (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE reason (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- Since the beginning, never pruned: /metrics shows these.
CREATE TABLE total (
  site_id   INTEGER NOT NULL REFERENCES site,
  code      INTEGER NOT NULL,
  method_id INTEGER NOT NULL REFERENCES method,
  responses INTEGER NOT NULL,
  bytes     INTEGER NOT NULL,
  PRIMARY KEY (site_id, code, method_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reject_total (
  site_id   INTEGER NOT NULL REFERENCES site,
  reason_id INTEGER NOT NULL REFERENCES reason,
  lines     INTEGER NOT NULL,
  PRIMARY KEY (site_id, reason_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE intake (
  site_id        INTEGER NOT NULL PRIMARY KEY REFERENCES site,
  read_bytes     INTEGER NOT NULL,
  last_line_unix INTEGER NOT NULL,  -- newest time stamp of a counted line; 0: none
  untimed  INTEGER NOT NULL   -- lines counted in total only: no time, or one outside the kept window
) STRICT, WITHOUT ROWID;

CREATE TABLE label_overflow (
  label  TEXT NOT NULL PRIMARY KEY,
  counts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Durations as a histogram, each bucket with its own observations (not cumulative).
CREATE TABLE duration_bucket (
  site_id      INTEGER NOT NULL REFERENCES site,
  kind         TEXT NOT NULL,     -- 'request', 'upstream'
  status_class INTEGER NOT NULL,  -- first digit of the code; 0: other
  bucket       INTEGER NOT NULL,  -- 0 … 11, as the bounds of /metrics
  observations INTEGER NOT NULL,
  PRIMARY KEY (site_id, kind, status_class, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE duration_sum (
  site_id      INTEGER NOT NULL REFERENCES site,
  kind         TEXT NOT NULL,
  status_class INTEGER NOT NULL,
  seconds      REAL NOT NULL,
  PRIMARY KEY (site_id, kind, status_class)
) STRICT, WITHOUT ROWID;

-- By the line's own time, pruned by retention.
CREATE TABLE minute (
  minute_unix INTEGER NOT NULL,
  site_id     INTEGER NOT NULL REFERENCES site,
  code        INTEGER NOT NULL,
  method_id   INTEGER NOT NULL REFERENCES method,
  responses   INTEGER NOT NULL,
  bytes       INTEGER NOT NULL,
  PRIMARY KEY (minute_unix, site_id, code, method_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reject_minute (
  minute_unix INTEGER NOT NULL,  -- of the lines around it
  site_id     INTEGER NOT NULL REFERENCES site,
  reason_id   INTEGER NOT NULL REFERENCES reason,
  lines       INTEGER NOT NULL,
  PRIMARY KEY (minute_unix, site_id, reason_id)
) STRICT, WITHOUT ROWID;

-- The most frequent paths of each error code, at most 64 an hour, site and code.
CREATE TABLE error_path (
  hour_unix INTEGER NOT NULL,
  site_id   INTEGER NOT NULL REFERENCES site,
  code      INTEGER NOT NULL,
  path      TEXT NOT NULL,
  responses INTEGER NOT NULL,
  overcount INTEGER NOT NULL,    -- how much of responses may belong to other paths
  PRIMARY KEY (hour_unix, site_id, code, path)
) STRICT, WITHOUT ROWID;

-- How far each log has been read. It moves in the transaction that stores what was read.
CREATE TABLE file_position (
  site_id       INTEGER NOT NULL REFERENCES site,
  inode         INTEGER NOT NULL,  -- the 64 bits as a signed number
  btime_ns      INTEGER NOT NULL,  -- birth time in unix nanoseconds; 0: the file system has none
  device        INTEGER NOT NULL,  -- a hint only
  generation    INTEGER NOT NULL,  -- +1 at each truncation
  offset        INTEGER NOT NULL,
  size_seen     INTEGER NOT NULL,
  head_length   INTEGER NOT NULL,
  head_hash     INTEGER NOT NULL,  -- XXH3 of the first head_length bytes
  anchor_length INTEGER NOT NULL,
  anchor_hash   INTEGER NOT NULL,  -- XXH3 of the anchor_length bytes before offset
  state         TEXT NOT NULL,     -- 'live', 'draining', 'done', 'lost'
  path          TEXT NOT NULL,     -- where it was last seen
  commit_seq    INTEGER NOT NULL,  -- the transaction that last moved it
  PRIMARY KEY (site_id, inode, btime_ns)
) STRICT, WITHOUT ROWID;

-- The built-in catalogue, written anew whenever a program with another one starts.
CREATE TABLE status_code (
  code       INTEGER NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL,
  class      TEXT NOT NULL,
  fault      TEXT NOT NULL,     -- 'none', 'client', 'server', 'gateway', 'security', 'unknown'
  documented INTEGER NOT NULL,  -- 1: from the documented table
  meaning    TEXT NOT NULL,
  source     TEXT NOT NULL
) STRICT;

-- Public views. Their names and columns stay.

CREATE VIEW responses_by_minute (time_unix, site, code, class, method, responses, bytes) AS
  SELECT minute_unix, site.name, code,
         CASE WHEN code BETWEEN 100 AND 599 THEN (code / 100) || 'xx' ELSE 'other' END,
         method.name, responses, bytes
  FROM minute JOIN site ON site.id = site_id JOIN method ON method.id = method_id;

CREATE VIEW response_totals (site, code, class, method, responses, bytes) AS
  SELECT site.name, code,
         CASE WHEN code BETWEEN 100 AND 599 THEN (code / 100) || 'xx' ELSE 'other' END,
         method.name, responses, bytes
  FROM total JOIN site ON site.id = site_id JOIN method ON method.id = method_id;

CREATE VIEW status_codes (code, name, class, fault, documented, meaning, source) AS
  SELECT code, name, class, fault, documented, meaning, source FROM status_code;

CREATE VIEW annotated_responses (time_unix, site, code, class, method, responses, bytes,
                                 name, fault, documented, meaning, source) AS
  SELECT r.time_unix, r.site, r.code, r.class, r.method, r.responses, r.bytes,
         coalesce(s.name, 'Unknown'), coalesce(s.fault, 'unknown'), coalesce(s.documented, 0),
         coalesce(s.meaning, 'not a known status code'), coalesce(s.source, '')
  FROM responses_by_minute r LEFT JOIN status_codes s ON s.code = r.code;

CREATE VIEW rejected_lines (time_unix, site, reason, lines) AS
  SELECT minute_unix, site.name, reason.name, lines
  FROM reject_minute JOIN site ON site.id = site_id JOIN reason ON reason.id = reason_id;
