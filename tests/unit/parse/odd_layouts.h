// Formats that are harder to read than the presets.
#ifndef LOGTALLY_UNIT_PARSE_ODD_LAYOUTS_H_
#define LOGTALLY_UNIT_PARSE_ODD_LAYOUTS_H_

#include <string>
#include <vector>

namespace logtally {

inline constexpr char kIngress[] =
    "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
    "\"$http_referer\" \"$http_user_agent\" $request_length $request_time "
    "[$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr "
    "$upstream_response_length $upstream_response_time $upstream_status $req_id";

// In them every kind of field stands before every kind of stop.
inline std::vector<std::string> OddLayouts() {
  return {
      kIngress,
      "$remote_addr:$remote_port $server_name:$server_port $status $host",
      "$host:$server_port|$remote_addr|$status|$bytes_sent|$time_local|$x",
      "[$time_local] \"$request_method $uri $server_protocol\" $status \"$host\"rt=$x",
      "$time_local|$remote_user [$status] $http_x_forwarded_for",
      "{\"status\":\"$status\",\"uri\":\"$uri\",\"t\":\"$time_local\",\"rt\":$request_time}",
      "$status",
      "$a[$status]$b\"$c\"$upstream_addr\"$d",
      "\"$upstream_addr\", $status, $upstream_status $time_iso8601 $bytes_sent-$msec",
  };
}

// Patterns as a user may give them; each has a plan.
inline std::vector<std::string> CustomPatterns() {
  return {
      R"re((?P<remote_addr>\S+) \S+ \S+ \[(?P<time_local>[^\]]+)\] "(?P<request>[^"]*)" )re"
      R"re((?P<status>\d{3}) (?P<bytes_sent>\d+|-) "[^"]*" "[^"]*")re",
      R"re((?P<remote_addr>[0-9a-f.:]+) - (?:[^ ]+) \[(?P<time_local>[^\]]*)\] )re"
      R"re("(?P<request>[^"]*)" (?P<status>[1-5]\d\d|-) .*)re",
      R"re([^"]*"[^"]*" (?P<status>\w+) .+)re",
      R"re((?P<remote_addr>\S+) \S+ \S+ \[(?P<time_local>[^\]]+)\] "(?P<request>(?:[^"\\]|\\.)*)" )re"
      R"re((?P<status>\d{3}) (?P<bytes_sent>\d+|-) "(?:\\.|[^"\\])*" "(?:[^"\\]|\\.)+")re",
  };
}

}  // namespace logtally

#endif  // LOGTALLY_UNIT_PARSE_ODD_LAYOUTS_H_
