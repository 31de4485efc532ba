// make_dashboards DIRECTORY: writes the dashboards as DIRECTORY/NAME.json. Their text depends on
// the sources and on schemas/catalogue/ alone.
#include <cstdio>
#include <fstream>
#include <string>

#include "generator/dashboards.h"

int main(int argc, char** argv) {
  using logtally::dashboards::AllDashboards;
  using logtally::dashboards::Dashboard;
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_dashboards DIRECTORY\n");
    return 2;
  }
  for (const Dashboard& dashboard : AllDashboards(logtally::StatusCatalogue::BuiltIn())) {
    const std::string path = std::string(argv[1]) + "/" + dashboard.name() + ".json";
    std::ofstream out(path, std::ios::binary);
    out << dashboard.ToText() << std::flush;
    if (!out) {
      std::fprintf(stderr, "make_dashboards: cannot write %s\n", path.c_str());
      return 1;
    }
  }
  return 0;
}
