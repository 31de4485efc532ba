// Provisioning files and the compose file: well formed, and all that they name exists.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <map>
#include <string>

#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;

const fs::path kDashboards = LOGTALLY_SOURCE_DIR "/dashboards";

YAML::Node Load(const std::string& path) { return YAML::Load(ReadFile(kDashboards / path)); }

TEST(ProvisioningCheck, TheDataSourcesKeepTheirIdsAndTheScrapeInterval) {
  std::map<std::string, YAML::Node> sources;  // by type
  for (const YAML::Node& source : Load("provisioning/datasources/logtally.yaml")["datasources"]) {
    sources[source["type"].as<std::string>()] = source;
  }
  ASSERT_EQ(sources.size(), 2u);
  const YAML::Node prometheus = sources["prometheus"], sqlite = sources["frser-sqlite-datasource"];
  EXPECT_EQ(prometheus["uid"].as<std::string>(), "logtally-prometheus");
  EXPECT_EQ(sqlite["uid"].as<std::string>(), "logtally-sqlite");
  EXPECT_EQ(sqlite["jsonData"]["path"].as<std::string>(), "/var/lib/logtally/logtally.db");
  EXPECT_EQ(prometheus["jsonData"]["timeInterval"].as<std::string>(),
            Load("compose/prometheus.yml")["global"]["scrape_interval"].as<std::string>());
}

TEST(ProvisioningCheck, EveryFileThatTheComposeFileNamesExists) {
  const fs::path here = kDashboards / "compose";
  const YAML::Node compose = Load("compose/compose.yaml");
  int mounts = 0;
  for (const auto& service : compose["services"]) {
    const std::string name = service.first.as<std::string>();
    EXPECT_TRUE(service.second["image"] || service.second["build"]) << name;
    for (const YAML::Node& volume : service.second["volumes"]) {
      const std::string text = volume.as<std::string>();
      const std::string source = text.substr(0, text.find(':'));
      ++mounts;
      if (source.starts_with(".")) {
        EXPECT_TRUE(fs::exists(here / source)) << name << " mounts " << source;
      } else if (!source.starts_with("/")) {
        const YAML::Node& volumes = compose["volumes"];
        bool is_declared = false;
        for (const auto& declared : volumes)
          is_declared |= declared.first.as<std::string>() == source;
        EXPECT_TRUE(is_declared) << name << " mounts the volume " << source;
      }
    }
  }
  EXPECT_GE(mounts, 10);
  const YAML::Node build = compose["services"]["logtally"]["build"];
  const fs::path context = here / build["context"].as<std::string>();
  EXPECT_TRUE(fs::exists(context / "dev"));
  EXPECT_TRUE(fs::exists(context / build["dockerfile"].as<std::string>()));
}

// Where the files of provisioning are mounted is where Grafana, and they themselves, look.
TEST(ProvisioningCheck, TheComposeFileMountsTheDashboardsWhereTheProviderLooks) {
  const std::string path =
      Load("provisioning/dashboards/logtally.yaml")["providers"][0]["options"]["path"]
          .as<std::string>();
  bool is_mounted = false;
  for (const YAML::Node& volume : Load("compose/compose.yaml")["services"]["grafana"]["volumes"]) {
    is_mounted |= volume.as<std::string>() == "../grafana:" + path + ":ro";
  }
  EXPECT_TRUE(is_mounted) << path;
}

}  // namespace
}  // namespace logtally::testing
