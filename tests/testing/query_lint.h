// What is wrong with a query of a dashboard: PromQL against the table of metrics, SQL against the
// public views. No parser: the queries are our own, and have few shapes.
#ifndef LOGTALLY_TESTING_QUERY_LINT_H_
#define LOGTALLY_TESTING_QUERY_LINT_H_

#include <set>
#include <string>
#include <vector>

namespace logtally::testing {

// Metrics must exist and carry the variables of the dashboard; counters must stand in rate() or
// increase(), with a window that fits; one of more than a day has a step. Empty when all is well.
std::vector<std::string> PromqlComplaints(const std::string& expr);

// Reads nothing but `views`, and writes nothing.
std::vector<std::string> SqlComplaints(const std::string& sql, const std::set<std::string>& views);

// The names of all variables in a text: $name, ${name}, ${name:format}. Grafana's own (__range)
// are left out.
std::set<std::string> VariablesIn(const std::string& text);

// The views that the migrations create: they are public.
std::set<std::string> PublicViews();

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_QUERY_LINT_H_
