#include "parse/layout.h"

#include <gtest/gtest.h>

#include "parse/field_grammar.h"
#include "testing/status_matchers.h"

namespace logtally {
namespace {

TEST(Layout, IsLiteralsWithFieldsBetween) {
  ASSERT_OK_AND_ASSIGN(const Layout layout,
                       ParseLayout("$remote_addr - $remote_user [$time_local] \"$request\" "
                                   "$status ${bytes_sent}B"));
  EXPECT_EQ(layout.literals, (std::vector<std::string>{"", " - ", "[", "] \"", "\" ", " ", "B"}));
  ASSERT_EQ(layout.fields.size(), 6u);
  EXPECT_EQ(layout.fields[0].shape, FieldShape::kBare);
  EXPECT_EQ(layout.fields[1].shape, FieldShape::kWords);
  EXPECT_EQ(layout.fields[2].shape, FieldShape::kInBrackets);
  EXPECT_EQ(layout.fields[3].shape, FieldShape::kQuoted);
  EXPECT_EQ(layout.fields[3].meaning, FieldMeaning::kRequest);
  EXPECT_EQ(layout.fields[5].variable, "bytes_sent");
  EXPECT_EQ(layout.fields[5].stop, 'B');
}

TEST(Layout, QuotesReachOverSeveralVariables) {
  ASSERT_OK_AND_ASSIGN(const Layout layout,
                       ParseLayout("\"$request_method $uri\" $status \"$host\""));
  EXPECT_EQ(layout.fields[0].shape, FieldShape::kQuoted);
  EXPECT_EQ(layout.fields[1].shape, FieldShape::kQuoted);
  EXPECT_EQ(layout.fields[2].shape, FieldShape::kBare);
  EXPECT_EQ(layout.fields[3].shape, FieldShape::kQuoted);
}

TEST(Layout, OfTwoVariablesWithOneMeaningTheFirstIsUsed) {
  ASSERT_OK_AND_ASSIGN(const Layout layout,
                       ParseLayout("$msec $time_local $status $body_bytes_sent $bytes_sent"));
  EXPECT_EQ(layout.fields[0].meaning, FieldMeaning::kTime);
  EXPECT_EQ(layout.fields[1].meaning, FieldMeaning::kUnused);
  EXPECT_EQ(layout.fields[3].meaning, FieldMeaning::kBytes);
  EXPECT_EQ(layout.fields[4].meaning, FieldMeaning::kUnused);
}

TEST(Layout, OnlyListsAndAddressesWithPortsDoNotEndForSure) {
  ASSERT_OK_AND_ASSIGN(const Layout layout,
                       ParseLayout("$remote_addr:$remote_port $upstream_addr \"$upstream_status\" "
                                   "$status $some_thing"));
  EXPECT_FALSE(EndsForSure(layout.fields[0]));
  EXPECT_TRUE(EndsForSure(layout.fields[1]));
  EXPECT_FALSE(EndsForSure(layout.fields[2]));
  EXPECT_TRUE(EndsForSure(layout.fields[3]));
  EXPECT_TRUE(EndsForSure(layout.fields[4]));
}

TEST(Layout, AMistakeIsToldWithItsColumn) {
  struct Case {
    std::string layout;
    std::string error;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"$status$request",
            "column 8: $request touches $status; only a delimiter between them could tell where "
            "one ends"},
           {"$status $", "column 9: expected the name of a variable after '$'"},
           {"$status $9x", "column 9: expected the name of a variable after '$'"},
           {"$status ${host", "column 9: expected '}' after ${host"},
           {"$remote_addr [$time_local]", "no $status in the layout"},
           {"$remote_addr $staus",
            "no $status in the layout; did you mean it where you wrote $staus?"},
           {"1$status", "column 2: $status must not touch a digit or a '-'"},
           {"$status0", "no $status in the layout; did you mean it where you wrote $status0?"},
           {"$host ${status}0", "column 7: $status must not touch a digit or a '-'"},
           {"$status\n$host", "column 8: a layout is one line"},
           {"", "no $status in the layout"},
           {"%h %l %u %t \"%r\" %>s %b",
            "no $status in the layout; Apache's %>s is not understood here: give a pattern"},
           {std::string(5000, 'x'), "the layout has 5000 bytes; at most 4096"},
       }) {
    const auto layout = ParseLayout(c.layout);
    EXPECT_EQ(layout.status().code(), absl::StatusCode::kInvalidArgument) << c.layout;
    EXPECT_EQ(layout.status().message(), c.error);
  }
}

}  // namespace
}  // namespace logtally
