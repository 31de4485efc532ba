// What users see, compared letter by letter with a file under tests/golden/.
#ifndef LOGTALLY_TESTING_GOLDEN_H_
#define LOGTALLY_TESTING_GOLDEN_H_

#include <string>
#include <string_view>

namespace logtally::testing {

// Fails the test if `text` is not the content of tests/golden/<name>. With LOGTALLY_UPDATE_GOLDEN=1
// in the environment it writes the file instead, and fails so that nobody takes that for a test.
void ExpectGolden(std::string_view name, const std::string& text);

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_GOLDEN_H_
