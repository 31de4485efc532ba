#include "bench/compare/programs.h"

namespace logtally::bench {
namespace {

// Options of logtally are those that people would use: everything is counted, nothing switched off.
constexpr Program kPrograms[] = {
    {"logtally ingest", "", Input::kCombined, Answer::kState,
     R"(exec "$LOGTALLY" ingest --state-dir "$STATE" "$LOG")"},
    {"logtally ingest, one core", "", Input::kCombined, Answer::kState,
     R"(exec taskset -c 0 "$LOGTALLY" ingest --jobs 1 --state-dir "$STATE" "$LOG")"},
    {"logtally summary FILE", "", Input::kCombined, Answer::kSummary,
     R"(exec "$LOGTALLY" summary --format json "$LOG" >"$OUT")"},
    {"wc -l", "coreutils", Input::kCombined, Answer::kLines, R"(exec wc -l "$LOG" >"$OUT")"},
    {"gawk '{c[$9]++}'", "gawk", Input::kCombined, Answer::kPairs,
     R"(exec gawk '{c[$9]++} END {for (k in c) print k, c[k]}' "$LOG" >"$OUT")"},
    {"lnav, SQL by status", "lnav", Input::kCombined, Answer::kPairs,
     R"(exec lnav -n -N -c ';SELECT sc_status, count(*) FROM access_log GROUP BY sc_status' )"
     R"(-c ":write-csv-to $OUT" "$LOG")"},
    {"mtail, status alone", "mtail", Input::kCombined, Answer::kMtail,
     R"(exec timeout 1800 mtail -one_shot -one_shot_format json -progs "$STATUS_ONLY" -logs "$LOG" >"$OUT")"},
    {"mtail, its apache_combined", "mtail", Input::kCombined, Answer::kMtail,
     R"(exec timeout 1800 mtail -one_shot -one_shot_format json )"
     R"(-progs /usr/share/doc/mtail/examples/apache_combined.mtail -logs "$LOG" >"$OUT")"},
    {"GoAccess", "goaccess", Input::kCombined, Answer::kGoAccess,
     R"(goaccess "$LOG" --no-global-config --log-format=COMBINED --no-progress -o "$OUT.json" )"
     R"(&& mv "$OUT.json" "$OUT")"},

    {"logtally ingest, .gz", "", Input::kCombinedGzip, Answer::kState,
     R"(exec "$LOGTALLY" ingest --state-dir "$STATE" "$LOG")"},
    {"zcat, then wc -l", "gzip", Input::kCombinedGzip, Answer::kLines,
     R"(zcat "$LOG" | wc -l >"$OUT")"},
    {"zcat, then gawk", "gawk", Input::kCombinedGzip, Answer::kPairs,
     R"(zcat "$LOG" | gawk '{c[$9]++} END {for (k in c) print k, c[k]}' >"$OUT")"},

    {"logtally ingest, JSON", "", Input::kJson, Answer::kState,
     R"(exec "$LOGTALLY" ingest --log-format nginx_json --state-dir "$STATE" "$LOG")"},
    {"logtally ingest, JSON, one core", "", Input::kJson, Answer::kState,
     R"(exec taskset -c 0 "$LOGTALLY" ingest --jobs 1 --log-format nginx_json --state-dir "$STATE" "$LOG")"},
    {"wc -l, JSON", "coreutils", Input::kJson, Answer::kLines, R"(exec wc -l "$LOG" >"$OUT")"},
    {"gawk, JSON", "gawk", Input::kJson, Answer::kPairs,
     R"(exec gawk -F'"status":"' '{c[substr($2, 1, 3)]++} END {for (k in c) print k, c[k]}' )"
     R"("$LOG" >"$OUT")"},
};

}  // namespace

std::span<const Program> Programs() { return kPrograms; }

}  // namespace logtally::bench
