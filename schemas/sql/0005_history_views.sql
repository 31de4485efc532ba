-- Views for dashboards that read the database itself, as Grafana does through its SQLite data
-- source. What they add to the others is a step to be chosen, so that one query reads a year by the
-- day and an hour by the minute; `time`, the name that the data source takes for a time; and the
-- meaning of each code. Lists of errors, and losses, have views already.

-- Each response once for each step: a query names one (WHERE step_seconds = 3600), or it counts
-- everything three times. Where rows of a step are not kept any more there are those of the next
-- coarser grain; grain_seconds says how long the time of a row is. The '+' keeps the index on time
-- for the range that a query asks for.
CREATE VIEW history_responses (time, step_seconds, grain_seconds, site, code, code_text, name,
                               class, fault, documented, meaning, method, responses, bytes) AS
  SELECT time, step_seconds, grain_seconds, site.name, counted.code,
         CASE WHEN counted.code BETWEEN 0 AND 99 THEN printf('%03d', counted.code)
              ELSE CAST(counted.code AS TEXT) END,
         coalesce(status_code.name, 'Unknown'),
         CASE WHEN counted.code BETWEEN 100 AND 599 THEN (counted.code / 100) || 'xx'
              ELSE 'other' END,
         coalesce(fault, 'unknown'), coalesce(documented, 0),
         coalesce(meaning, 'not a known status code'),
         method.name, responses, bytes
  FROM (SELECT 60 AS step_seconds, 60 AS grain_seconds, minute_unix AS time, site_id, code,
               method_id, responses, bytes
        FROM minute
        WHERE +minute_unix >= (SELECT value FROM meta WHERE key = 'minutes_since')
        UNION ALL
        SELECT 60, 3600, hour_unix, site_id, code, method_id, responses, bytes
        FROM hour
        WHERE +hour_unix >= (SELECT value FROM meta WHERE key = 'hours_since')
          AND +hour_unix < (SELECT value FROM meta WHERE key = 'minutes_since')
        UNION ALL
        SELECT 60, 86400, day_unix, site_id, code, method_id, responses, bytes
        FROM day
        WHERE +day_unix >= (SELECT value FROM meta WHERE key = 'days_since')
          AND +day_unix < (SELECT value FROM meta WHERE key = 'hours_since')
        UNION ALL
        SELECT 3600, 3600, hour_unix, site_id, code, method_id, responses, bytes
        FROM hour
        WHERE +hour_unix >= (SELECT value FROM meta WHERE key = 'hours_since')
        UNION ALL
        SELECT 3600, 86400, day_unix, site_id, code, method_id, responses, bytes
        FROM day
        WHERE +day_unix >= (SELECT value FROM meta WHERE key = 'days_since')
          AND +day_unix < (SELECT value FROM meta WHERE key = 'hours_since')
        UNION ALL
        SELECT 86400, 86400, day_unix, site_id, code, method_id, responses, bytes
        FROM day
        WHERE +day_unix >= (SELECT value FROM meta WHERE key = 'days_since')) AS counted
    JOIN site ON site.id = site_id JOIN method ON method.id = method_id
    LEFT JOIN status_code ON status_code.code = counted.code;

-- The same for lines that could not be read.
CREATE VIEW history_rejected_lines (time, step_seconds, grain_seconds, site, reason, lines) AS
  SELECT time, step_seconds, grain_seconds, site.name, reason.name, lines
  FROM (SELECT 60 AS step_seconds, 60 AS grain_seconds, minute_unix AS time, site_id, reason_id,
               lines
        FROM reject_minute
        WHERE +minute_unix >= (SELECT value FROM meta WHERE key = 'minutes_since')
        UNION ALL
        SELECT 60, 3600, hour_unix, site_id, reason_id, lines
        FROM reject_hour
        WHERE +hour_unix >= (SELECT value FROM meta WHERE key = 'hours_since')
          AND +hour_unix < (SELECT value FROM meta WHERE key = 'minutes_since')
        UNION ALL
        SELECT 60, 86400, day_unix, site_id, reason_id, lines
        FROM reject_day
        WHERE +day_unix >= (SELECT value FROM meta WHERE key = 'days_since')
          AND +day_unix < (SELECT value FROM meta WHERE key = 'hours_since')
        UNION ALL
        SELECT 3600, 3600, hour_unix, site_id, reason_id, lines
        FROM reject_hour
        WHERE +hour_unix >= (SELECT value FROM meta WHERE key = 'hours_since')
        UNION ALL
        SELECT 3600, 86400, day_unix, site_id, reason_id, lines
        FROM reject_day
        WHERE +day_unix >= (SELECT value FROM meta WHERE key = 'days_since')
          AND +day_unix < (SELECT value FROM meta WHERE key = 'hours_since')
        UNION ALL
        SELECT 86400, 86400, day_unix, site_id, reason_id, lines
        FROM reject_day
        WHERE +day_unix >= (SELECT value FROM meta WHERE key = 'days_since'))
    JOIN site ON site.id = site_id JOIN reason ON reason.id = reason_id;

-- From when on the rows of a grain are whole; 0: since the beginning. What is older is kept by the
-- next coarser grain alone.
CREATE VIEW history_kept (grain_seconds, since) AS
  SELECT CASE key WHEN 'minutes_since' THEN 60 WHEN 'hours_since' THEN 3600 ELSE 86400 END, value
  FROM meta WHERE key IN ('minutes_since', 'hours_since', 'days_since');
