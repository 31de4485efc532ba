#include "parse/plan_step.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace logtally {
namespace {

// How many bytes the first field of the layout has at the beginning of `line`; nothing if the step
// declines it.
std::optional<size_t> SizeOfField(const std::string& layout_text, std::string_view line) {
  const Layout layout = ParseLayout(layout_text).value();
  const PlanStep step(PlanLiteral(layout.literals.front()), layout.fields.front());
  const char* line_end = line.data() + line.size();
  const char* at = step.before().Skip(line.data(), line_end);
  if (at == nullptr) return std::nullopt;
  const char* end = step.EndOfField(at, line_end, line.data());
  return end == nullptr ? std::nullopt : std::optional(static_cast<size_t>(end - at));
}

TEST(PlanLiteral, IsSkippedWhereItStands) {
  for (const std::string_view text : {"", " ", "] \"", "12345678", "\"123456789 and more"}) {
    const PlanLiteral literal{std::string(text)};
    for (const std::string_view behind : {"", "x", "xxxxxxxxxxxx"}) {
      const std::string line = std::string(text) + std::string(behind);
      EXPECT_EQ(literal.Skip(line.data(), line.data() + line.size()), line.data() + text.size());
    }
    for (size_t i = 0; i < text.size(); ++i) {
      std::string line = std::string(text) + "xxxxxxxxxx";
      line[i] = '\0';
      EXPECT_EQ(literal.Skip(line.data(), line.data() + line.size()), nullptr) << text << i;
      EXPECT_EQ(literal.Skip(line.data(), line.data() + i), nullptr) << text << i;
    }
  }
}

TEST(PlanStep, ATextHoldsWhatIsEscaped) {
  EXPECT_EQ(SizeOfField("\"$x\" $status", R"("" 200)"), 0);
  EXPECT_EQ(SizeOfField("\"$x\" $status", R"("a\"b\\" 200)"), 6);
  EXPECT_EQ(SizeOfField("\"$x\" $status", R"("a\)"), std::nullopt);
  EXPECT_EQ(SizeOfField("$x $status", R"(a\"b 200)"), 4);
  EXPECT_EQ(SizeOfField("$x $status", R"(a\ b 200)"), std::nullopt);
  EXPECT_EQ(SizeOfField("$x $status", R"(a"b 200)"), std::nullopt);
  EXPECT_EQ(SizeOfField("[$x] $status", R"([a\] 200)"), std::nullopt);
}

TEST(PlanStep, AStatusIsWhatRe2SaysItIs) {
  for (const std::string_view status : {"200", "000", "9", "-", "-1", ""}) {
    EXPECT_EQ(SizeOfField("$status z", std::string(status) + " z"), status.size()) << status;
    EXPECT_EQ(SizeOfField("a$status", "a" + std::string(status)), status.size()) << status;
  }
  for (const std::string_view no_status : {"2000", "-2", "20x", "--", "200x", "\t20"}) {
    EXPECT_EQ(SizeOfField("$status z", std::string(no_status) + " z"), std::nullopt) << no_status;
  }
}

TEST(PlanStep, AUserMayHaveSpaces) {
  const std::string layout = "$remote_user [$time_local] $status";
  EXPECT_EQ(SizeOfField(layout, "- [10"), 2);
  EXPECT_EQ(SizeOfField(layout, "John Q. Public [10"), 15);
  EXPECT_EQ(SizeOfField(layout, "\"\" [10"), 3);
  EXPECT_EQ(SizeOfField(layout, "[10"), std::nullopt);
  EXPECT_EQ(SizeOfField(layout, "a[10"), std::nullopt);
  EXPECT_EQ(SizeOfField(layout, "a\\ [10"), std::nullopt);
}

TEST(PlanStep, AListGoesOnAfterItsSeparators) {
  const std::string layout = "$upstream_addr $status";
  EXPECT_EQ(SizeOfField(layout, "- 200"), 1);
  EXPECT_EQ(SizeOfField(layout, "a, b : unix:/x 200"), 14);
}

TEST(PlanStep, AnAddressBeforeItsPortEndsAtTheLastColon) {
  EXPECT_EQ(SizeOfField("$remote_addr:$p $status", "2001:db8::1:5555 2:00"), 11);
  EXPECT_EQ(SizeOfField("$remote_addr:$p $status", ":5555 200"), std::nullopt);
  EXPECT_EQ(SizeOfField("$host:$server_port $status", "[2001:db8::1]:443 200"), 13);
  EXPECT_EQ(SizeOfField("$host:$server_port $status", "example.com:443 200"), 11);
  EXPECT_EQ(SizeOfField("$host:$server_port $status", "exam[ple.com:443 200"), std::nullopt);
}

}  // namespace
}  // namespace logtally
