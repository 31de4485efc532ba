-- What the errors of an hour had in common: the most frequent paths, clients and referrers, how many
-- clients there were, and two of the lines.

CREATE TABLE error_hour (
  hour_unix        INTEGER NOT NULL,
  site_id          INTEGER NOT NULL REFERENCES site,
  code             INTEGER NOT NULL,
  -- JSON, at most 64 each: [[value, responses, overcount], …]. responses is never too low; so much
  -- of it as overcount says may belong to other values.
  paths            TEXT NOT NULL,
  clients          TEXT NOT NULL,
  referrers        TEXT NOT NULL,
  distinct_clients INTEGER NOT NULL,  -- what the sketch says: right within a few per cent
  client_sketch    BLOB NOT NULL,     -- HyperLogLog: those of several hours can be merged
  first_line       TEXT NOT NULL,     -- escaped, without queries; '': none
  last_line        TEXT NOT NULL,
  PRIMARY KEY (hour_unix, site_id, code)
) STRICT;

-- Until now there were paths alone.
INSERT INTO error_hour
  SELECT hour_unix, site_id, code, json_group_array(json_array(path, responses, overcount)),
         '[]', '[]', 0, x'', '', ''
  FROM error_path GROUP BY hour_unix, site_id, code;
DROP TABLE error_path;

-- Error responses that are in no list, because there was no memory for them. Since the beginning,
-- never pruned: /metrics shows it.
CREATE TABLE unlisted_errors (
  site_id INTEGER NOT NULL PRIMARY KEY REFERENCES site,
  lines   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Public, as the other views. No json_extract(): where schemas are not trusted, as by this program,
-- SQLite 3.40 allows json_each() alone.
CREATE VIEW error_paths (time_unix, site, code, path, responses, overcount) AS
  SELECT hour_unix, site.name, code, v.value, r.value, o.value
  FROM error_hour JOIN site ON site.id = site_id JOIN json_each(paths) AS entry
    JOIN json_each(entry.value) AS v ON v.key = 0
    JOIN json_each(entry.value) AS r ON r.key = 1
    JOIN json_each(entry.value) AS o ON o.key = 2;
CREATE VIEW error_clients (time_unix, site, code, client, responses, overcount) AS
  SELECT hour_unix, site.name, code, v.value, r.value, o.value
  FROM error_hour JOIN site ON site.id = site_id JOIN json_each(clients) AS entry
    JOIN json_each(entry.value) AS v ON v.key = 0
    JOIN json_each(entry.value) AS r ON r.key = 1
    JOIN json_each(entry.value) AS o ON o.key = 2;
CREATE VIEW error_referrers (time_unix, site, code, referrer, responses, overcount) AS
  SELECT hour_unix, site.name, code, v.value, r.value, o.value
  FROM error_hour JOIN site ON site.id = site_id JOIN json_each(referrers) AS entry
    JOIN json_each(entry.value) AS v ON v.key = 0
    JOIN json_each(entry.value) AS r ON r.key = 1
    JOIN json_each(entry.value) AS o ON o.key = 2;
CREATE VIEW error_hours (time_unix, site, code, distinct_clients, first_line, last_line) AS
  SELECT hour_unix, site.name, code, distinct_clients, first_line, last_line
  FROM error_hour JOIN site ON site.id = site_id;
