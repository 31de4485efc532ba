#include "testing/golden.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "testing/temp_dir.h"

namespace logtally::testing {

void ExpectGolden(std::string_view name, const std::string& text) {
  const std::string path = std::string(LOGTALLY_SOURCE_DIR "/tests/golden/").append(name);
  if (getenv("LOGTALLY_UPDATE_GOLDEN") != nullptr) {
    WriteFile(path, text);
    ADD_FAILURE() << "wrote " << path << "; look at it, then run the test without "
                  << "LOGTALLY_UPDATE_GOLDEN";
    return;
  }
  EXPECT_EQ(text, ReadFile(path)) << "differs from " << path
                                  << "; if the change is meant, run with LOGTALLY_UPDATE_GOLDEN=1";
}

}  // namespace logtally::testing
