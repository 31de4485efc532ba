-- Responses and rejects by hour and by day, beside those by minute. A commit adds each count to its
-- minute, its hour and its day at once; so every table is whole by itself, nothing is ever moved
-- from one to the other, and to keep less means to delete what is old and fine.

CREATE TABLE hour (
  hour_unix INTEGER NOT NULL,
  site_id   INTEGER NOT NULL REFERENCES site,
  code      INTEGER NOT NULL,
  method_id INTEGER NOT NULL REFERENCES method,
  responses INTEGER NOT NULL,
  bytes     INTEGER NOT NULL,
  PRIMARY KEY (hour_unix, site_id, code, method_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE day (
  day_unix  INTEGER NOT NULL,  -- a day of UTC
  site_id   INTEGER NOT NULL REFERENCES site,
  code      INTEGER NOT NULL,
  method_id INTEGER NOT NULL REFERENCES method,
  responses INTEGER NOT NULL,
  bytes     INTEGER NOT NULL,
  PRIMARY KEY (day_unix, site_id, code, method_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reject_hour (
  hour_unix INTEGER NOT NULL,
  site_id   INTEGER NOT NULL REFERENCES site,
  reason_id INTEGER NOT NULL REFERENCES reason,
  lines     INTEGER NOT NULL,
  PRIMARY KEY (hour_unix, site_id, reason_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reject_day (
  day_unix  INTEGER NOT NULL,
  site_id   INTEGER NOT NULL REFERENCES site,
  reason_id INTEGER NOT NULL REFERENCES reason,
  lines     INTEGER NOT NULL,
  PRIMARY KEY (day_unix, site_id, reason_id)
) STRICT, WITHOUT ROWID;

-- From when on the rows by minute, hour and day are whole. Older ones are not written, not read,
-- and deleted bit by bit. Multiples of 3600 (minutes) and of 86400.
INSERT INTO meta VALUES ('minutes_since', 0), ('hours_since', 0), ('days_since', 0);

-- Row by row, as this needs no room for sorting. 4611686018427387904: no sum of bytes is larger.
INSERT INTO hour
  SELECT minute_unix - minute_unix % 3600, site_id, code, method_id, responses, bytes
  FROM minute WHERE true ORDER BY minute_unix
  ON CONFLICT DO UPDATE SET
    responses = responses + excluded.responses,
    bytes = min(bytes, 4611686018427387904 - excluded.bytes) + excluded.bytes;
INSERT INTO day
  SELECT hour_unix - hour_unix % 86400, site_id, code, method_id, responses, bytes
  FROM hour WHERE true ORDER BY hour_unix
  ON CONFLICT DO UPDATE SET
    responses = responses + excluded.responses,
    bytes = min(bytes, 4611686018427387904 - excluded.bytes) + excluded.bytes;
INSERT INTO reject_hour
  SELECT minute_unix - minute_unix % 3600, site_id, reason_id, lines
  FROM reject_minute WHERE true ORDER BY minute_unix
  ON CONFLICT DO UPDATE SET lines = lines + excluded.lines;
INSERT INTO reject_day
  SELECT hour_unix - hour_unix % 86400, site_id, reason_id, lines
  FROM reject_hour WHERE true ORDER BY hour_unix
  ON CONFLICT DO UPDATE SET lines = lines + excluded.lines;

-- Public, as the other views. Each holds all that is kept of its grain; sums over one of them are
-- not to be added to those over another.

CREATE VIEW responses_by_hour (time_unix, site, code, class, method, responses, bytes) AS
  SELECT hour_unix, site.name, code,
         CASE WHEN code BETWEEN 100 AND 599 THEN (code / 100) || 'xx' ELSE 'other' END,
         method.name, responses, bytes
  FROM hour JOIN site ON site.id = site_id JOIN method ON method.id = method_id;

CREATE VIEW responses_by_day (time_unix, site, code, class, method, responses, bytes) AS
  SELECT day_unix, site.name, code,
         CASE WHEN code BETWEEN 100 AND 599 THEN (code / 100) || 'xx' ELSE 'other' END,
         method.name, responses, bytes
  FROM day JOIN site ON site.id = site_id JOIN method ON method.id = method_id;

-- Each response once, by the finest time that is still kept: for one query over all of history.
CREATE VIEW responses_by_time (time_unix, grain_seconds, site, code, class, method, responses,
                               bytes) AS
  SELECT time_unix, grain_seconds, site.name, code,
         CASE WHEN code BETWEEN 100 AND 599 THEN (code / 100) || 'xx' ELSE 'other' END,
         method.name, responses, bytes
  FROM (SELECT day_unix AS time_unix, 86400 AS grain_seconds, site_id, code, method_id, responses,
               bytes
        FROM day WHERE day_unix < (SELECT value FROM meta WHERE key = 'hours_since')
        UNION ALL
        SELECT hour_unix, 3600, site_id, code, method_id, responses, bytes
        FROM hour WHERE hour_unix >= (SELECT value FROM meta WHERE key = 'hours_since')
                    AND hour_unix < (SELECT value FROM meta WHERE key = 'minutes_since')
        UNION ALL
        SELECT minute_unix, 60, site_id, code, method_id, responses, bytes
        FROM minute WHERE minute_unix >= (SELECT value FROM meta WHERE key = 'minutes_since'))
    JOIN site ON site.id = site_id JOIN method ON method.id = method_id;

CREATE VIEW rejected_lines_by_hour (time_unix, site, reason, lines) AS
  SELECT hour_unix, site.name, reason.name, lines
  FROM reject_hour JOIN site ON site.id = site_id JOIN reason ON reason.id = reason_id;

CREATE VIEW rejected_lines_by_day (time_unix, site, reason, lines) AS
  SELECT day_unix, site.name, reason.name, lines
  FROM reject_day JOIN site ON site.id = site_id JOIN reason ON reason.id = reason_id;
