-- What the errors of an hour had in common: the most frequent paths, clients and referrers, how many
-- clients there were, and two of the lines.

-- At most 64 values of a kind an hour, site and code.
CREATE TABLE error_value (
  hour_unix INTEGER NOT NULL,
  site_id   INTEGER NOT NULL REFERENCES site,
  code      INTEGER NOT NULL,
  kind      INTEGER NOT NULL,  -- 0: path, 1: client, 2: referrer
  slot      INTEGER NOT NULL,  -- 0 … 63: a value keeps it until another one takes its place
  value     TEXT NOT NULL,
  responses INTEGER NOT NULL,  -- never too low
  overcount INTEGER NOT NULL,  -- how much of responses may belong to other values
  PRIMARY KEY (hour_unix, site_id, code, kind, slot)
) STRICT, WITHOUT ROWID;

INSERT INTO error_value
  SELECT hour_unix, site_id, code, 0,
         row_number() OVER (PARTITION BY hour_unix, site_id, code ORDER BY responses DESC, path) - 1,
         path, responses, overcount
  FROM error_path;
DROP TABLE error_path;

-- Errors that were counted before this table existed are not in it.
CREATE TABLE error_hour (
  hour_unix        INTEGER NOT NULL,
  site_id          INTEGER NOT NULL REFERENCES site,
  code             INTEGER NOT NULL,
  distinct_clients INTEGER NOT NULL,  -- what the sketch says: right within a few per cent
  client_sketch    BLOB NOT NULL,     -- HyperLogLog: those of several hours can be merged
  first_line       TEXT NOT NULL,     -- escaped, without queries; '': none
  last_line        TEXT NOT NULL,
  PRIMARY KEY (hour_unix, site_id, code)
) STRICT, WITHOUT ROWID;

-- Error responses that are in no list, because there was no memory for them. Since the beginning,
-- never pruned: /metrics shows it.
CREATE TABLE unlisted_errors (
  site_id INTEGER NOT NULL PRIMARY KEY REFERENCES site,
  lines   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Public, as the other views.
CREATE VIEW error_paths (time_unix, site, code, path, responses, overcount) AS
  SELECT hour_unix, site.name, code, value, responses, overcount
  FROM error_value JOIN site ON site.id = site_id WHERE kind = 0;
CREATE VIEW error_clients (time_unix, site, code, client, responses, overcount) AS
  SELECT hour_unix, site.name, code, value, responses, overcount
  FROM error_value JOIN site ON site.id = site_id WHERE kind = 1;
CREATE VIEW error_referrers (time_unix, site, code, referrer, responses, overcount) AS
  SELECT hour_unix, site.name, code, value, responses, overcount
  FROM error_value JOIN site ON site.id = site_id WHERE kind = 2;
CREATE VIEW error_hours (time_unix, site, code, distinct_clients, first_line, last_line) AS
  SELECT hour_unix, site.name, code, distinct_clients, first_line, last_line
  FROM error_hour JOIN site ON site.id = site_id;
